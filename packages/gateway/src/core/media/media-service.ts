import { requireScope } from '../access/access-service.js'
import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { ByteRange, FileClaim, MediaFiles, MediaUsage, Messages } from '../gateway.js'
import { mediaKey } from '../identifiers.js'
import type { InstanceId, MediaId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { MediaInspector } from '../ports/media-inspector.js'
import type { MediaStorage } from '../ports/media-storage.js'
import type { MediaStore, StoredMedia } from '../ports/media-store.js'
import type { Outbound, OutboundFile } from '../ports/outbound.js'
import { unreachableText } from '../ports/outbound.js'
import { Turns } from '../turns.js'
import type { Downloads } from './downloads.js'
import { fetchedName } from './file-name.js'
import type { IncomingFiles } from './incoming-files.js'
import type { LocalCopies } from './local-copies.js'
import { largestFile, type MediaFile } from './media-file.js'
import { longestKept, type MediaLimits } from './media-retention.js'
import { tooLarge } from './meter.js'
import type { OpenFile } from './open-file.js'
import { Slots } from './slots.js'

/** Of one workspace: addresses that are slow hold up its own files, and nobody else's. */
const fetches = { atOnce: 8, mostWaiting: 100 }
const fetchTimeout = 300_000

interface MediaServiceParts {
  readonly url: (id: MediaId) => string
  readonly roster: Roster
  readonly store: MediaStore
  readonly storage: MediaStorage
  readonly outbound: Outbound
  readonly downloads: Downloads
  readonly incoming: IncomingFiles
  readonly copies: Pick<LocalCopies, 'path'>
  readonly inspector: Pick<MediaInspector, 'describe'>
  readonly entry: Messages['entry']
  /** Of workspaces that have set none. */
  readonly limits: MediaLimits
  /** Deletes the bytes of what nobody sees any more. */
  readonly sweep: () => Promise<void>
}

export class MediaService implements MediaFiles {
  readonly #parts: MediaServiceParts
  readonly #fetches = new Slots(fetches)
  readonly #turns = new Turns()

  constructor(parts: MediaServiceParts) {
    this.#parts = parts
  }

  url(id: MediaId): string {
    return this.#parts.url(id)
  }

  async upload(
    caller: Caller,
    id: InstanceId,
    body: AsyncIterable<Uint8Array>,
    claimed: FileClaim,
  ): Promise<MediaFile> {
    this.#parts.roster.find(caller, 'messages:write', id)
    return this.#parts.incoming.take(id, body, claimed)
  }

  async fetch(caller: Caller, id: InstanceId, url: string, claimed: FileClaim): Promise<MediaFile> {
    const { roster, outbound, incoming } = this.#parts
    roster.find(caller, 'messages:write', id)
    const { href } = outbound.checkUrl(url, 'url')
    return this.#fetches.run(caller.workspace, async () => {
      const answer = await outbound.get({
        url: href,
        most: largestFile,
        timeout: fetchTimeout,
        lane: caller.workspace,
      })
      if (answer.kind !== 'found') throw notFetched(answer)
      const { headers, bytes } = answer
      const name = claimed.name ?? fetchedName(headers.contentDisposition, answer.url)
      const mimetype = claimed.mimetype ?? headers.contentType ?? null
      return incoming.take(id, bytes, { name, mimetype }).finally(() => bytes.destroy())
    })
  }

  async get(caller: Caller, id: InstanceId, media: MediaId): Promise<MediaFile> {
    const { roster, store } = this.#parts
    roster.find(caller, 'messages:read', id)
    const found = await store.find(mediaKey(media))
    if (found?.instance !== id) throw noSuchFile()
    return factsOf(media, found)
  }

  async thumbnail(caller: Caller, id: InstanceId, media: MediaId): Promise<string> {
    const file = await this.get(caller, id, media)
    const copy = await this.#parts.copies.path(file)
    if (!copy) throw new GatewayError('media-unavailable', 'The file is not here.')
    const { thumbnail } = await this.#parts.inspector
      .describe(copy.path, file.mimetype, 'image')
      .finally(() => copy.release())
    if (thumbnail === undefined) throw new GatewayError('bad-request', 'The file is no picture.')
    return thumbnail
  }

  async ofMessage(caller: Caller, id: InstanceId, chat: string | null, message: string): Promise<MediaFile> {
    const { store, downloads, entry } = this.#parts
    const { data } = (await entry(caller, id, chat, message)).entry
    const file = 'content' in data && 'file' in data.content ? data.content.file : undefined
    if (!file) throw new GatewayError('media-not-found', 'The message carries no file.')
    const stored = await store.find(mediaKey(file.id))
    if (!stored) throw noSuchFile()
    return factsOf(file.id, await downloads.bring(stored))
  }

  async open(media: string, range?: ByteRange): Promise<OpenFile> {
    const { store, downloads } = this.#parts
    const id = media as MediaId
    const stored = /^[\w-]{43}$/.test(media) ? await store.find(mediaKey(id)) : undefined
    if (!stored) throw noSuchFile()
    const here = await downloads.bring(stored)
    return (await this.#read(id, here, range)) ?? (await this.#readAnew(id, here, range))
  }

  async usage(caller: Caller, id: InstanceId): Promise<MediaUsage> {
    this.#parts.roster.find(caller, 'instances:read', id)
    return this.#parts.store.usage(id)
  }

  async clear(caller: Caller, id: InstanceId): Promise<void> {
    const { roster, store, sweep } = this.#parts
    roster.find(caller, 'instances:write', id)
    await store.doomHere(id)
    await sweep()
  }

  async retention(caller: Caller): Promise<MediaLimits> {
    requireScope(caller, 'messages:read')
    const { store, limits } = this.#parts
    return (await store.limits()).get(caller.workspace) ?? limits
  }

  async setRetention(caller: Caller, changes: Partial<MediaLimits>): Promise<MediaLimits> {
    requireScope(caller, 'admin')
    if (caller.network !== null) {
      throw new GatewayError('forbidden', 'A test key does not change what holds for all files.')
    }
    for (const field of ['received', 'uploaded'] as const) requireDays(changes[field], field)
    return this.#turns.run(caller.workspace, async () => {
      const limits = { ...(await this.retention(caller)), ...changes }
      await this.#parts.store.setLimits(caller.workspace, limits)
      return limits
    })
  }

  async #read(id: MediaId, media: StoredMedia, range?: ByteRange): Promise<OpenFile | undefined> {
    const { state, facts, key } = media
    if (state.kind !== 'here') return undefined
    const { size, sha256 } = state
    const part = range && partOf(size, range)
    const bytes = await this.#parts.storage.read(key, part)
    if (!bytes) return undefined
    return { file: { id, ...facts, size, sha256 }, from: part?.from ?? 0, to: part?.to ?? size - 1, bytes }
  }

  /** Somebody has deleted the bytes beside the gateway: what came from WhatsApp may still be there. */
  async #readAnew(id: MediaId, media: StoredMedia, range?: ByteRange): Promise<OpenFile> {
    if (media.facts.handle === undefined) throw noSuchFile()
    const file = await this.#read(id, await this.#parts.downloads.anew(media), range)
    if (!file) throw noSuchFile()
    return file
  }
}

/** As it is, where it is here; as its sender says otherwise. */
function factsOf(id: MediaId, { facts, state }: StoredMedia): MediaFile {
  const { handle: _, ...shown } = facts
  return { id, ...shown, ...(state.kind === 'here' ? { size: state.size, sha256: state.sha256 } : {}) }
}

function partOf(size: number, { from, to = size - 1 }: ByteRange): { from: number; to: number } {
  const first = from < 0 ? Math.max(0, size + from) : from
  const last = from < 0 ? size - 1 : Math.min(to, size - 1)
  if (first <= last) return { from: first, to: last }
  throw new GatewayError('bad-request', 'The file has no such bytes.', { field: 'range' })
}

function notFetched(answer: Exclude<OutboundFile, { kind: 'found' }>): GatewayError {
  switch (answer.kind) {
    case 'too-large':
      return tooLarge()
    case 'refused':
      return unreachable(`The address answers ${answer.status}.`)
    case 'unreachable':
      return unreachable(unreachableText[answer.why])
  }
}

function unreachable(why: string): GatewayError {
  return new GatewayError('file-unreachable', why, { field: 'url' })
}

function noSuchFile(): GatewayError {
  return new GatewayError('media-not-found', 'There is no such file, or it has expired.')
}

function requireDays(days: number | undefined, field: string): void {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= longestKept)) return
  throw new GatewayError('bad-request', `This is a whole number of days, from 1 to ${longestKept}.`, { field })
}
