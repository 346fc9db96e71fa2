import { GatewayError, type ErrorCode } from '../errors/gateway-error.js'
import type { InstanceId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { Clock } from '../ports/clock.js'
import type { MediaStorage } from '../ports/media-storage.js'
import type { MediaStore, StoredMedia } from '../ports/media-store.js'
import { largestFile } from './media-file.js'
import { Slots } from './slots.js'

/** Of one account: a chat full of large files holds up that account's files, and nobody else's. */
const atOnce = 4
const mostWaiting = 200
/** A connection that says nothing of what it was asked is given up after so long, in ms. */
const patience = 600_000
/** What could not be had is asked for again after so long, in ms: the phone that has it may be back. */
const forgivenAfter = 3_600_000

/** What asking again would not change. */
const final: ReadonlySet<ErrorCode> = new Set(['media-unavailable', 'content-too-large'])

/** Brings files here from WhatsApp: each once, for all who wait for it. */
export class Downloads {
  readonly #parts: { roster: Roster; store: MediaStore; storage: MediaStorage; clock: Clock }
  readonly #underWay = new Map<string, Promise<StoredMedia>>()
  readonly #slots = new Slots({ atOnce, mostWaiting })

  constructor(parts: { roster: Roster; store: MediaStore; storage: MediaStorage; clock: Clock }) {
    this.#parts = parts
  }

  /** The file once it is here. Rejects with `media-unavailable`, or with why it cannot be had at the moment. */
  async bring(media: StoredMedia): Promise<StoredMedia> {
    const { state } = media
    if (state.kind === 'here') return media
    if (state.kind === 'given-up' && this.#age(state.at) < forgivenAfter) throw unavailable(state.failure)
    return this.anew(media)
  }

  /** Whatever is known of it. */
  async anew(media: StoredMedia): Promise<StoredMedia> {
    const { key, instance } = media
    const known = this.#underWay.get(key)
    if (known) return known
    const download = this.#slots.run(instance, () => this.#download(media))
    this.#underWay.set(key, download)
    try {
      return await download
    } finally {
      this.#underWay.delete(key)
    }
  }

  async #download(media: StoredMedia): Promise<StoredMedia> {
    const { store, storage, clock } = this.#parts
    const path = await storage.scratch()
    try {
      const { size, sha256 } = await this.#ask(media.instance, media.facts.handle, path)
      await storage.put(media.key, path)
      await store.settle(media.key, { size, sha256, at: clock.now() })
      return { ...media, state: { kind: 'here', size, sha256 } }
    } catch (error) {
      if (!(error instanceof GatewayError) || !final.has(error.code)) throw error
      await store.giveUp(media.key, error.code, clock.now())
      throw unavailable(error.code)
    } finally {
      await storage.discard(path)
    }
  }

  async #ask(
    instance: InstanceId,
    handle: string | undefined,
    path: string,
  ): Promise<{ size: number; sha256: string }> {
    const { roster, clock } = this.#parts
    const actor = roster.actor(instance)
    if (handle === undefined || actor === undefined) throw new GatewayError('media-not-found', 'There is no such file.')
    const found = actor.perform('media.download', { handle, path, most: largestFile })
    let cancel: () => void = () => undefined
    const silence = new Promise<never>((_, reject) => {
      cancel = clock.after(patience, () => {
        reject(new GatewayError('send-timed-out', 'WhatsApp did not deliver the file in time.'))
      })
    })
    try {
      return await Promise.race([found, silence])
    } finally {
      cancel()
    }
  }

  #age(at: Date): number {
    return this.#parts.clock.now().getTime() - at.getTime()
  }
}

function unavailable(failure: ErrorCode): GatewayError {
  const why =
    failure === 'content-too-large'
      ? 'The file has more than 100 MiB, and is not brought here.'
      : 'WhatsApp does not have the file any more.'
  return new GatewayError('media-unavailable', why)
}
