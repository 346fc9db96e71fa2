import { GatewayError } from '../errors/gateway-error.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { MediaStorage } from '../ports/media-storage.js'
import type { ExpiringWorkspaces, MediaStore } from '../ports/media-store.js'

/** How long files are kept, in days: those that came with messages, and those that were uploaded or fetched to be sent. */
export interface MediaLimits {
  readonly received: number
  readonly uploaded: number
}

/** As long as an event, and as long as GREEN-API keeps its links. */
export const usualMediaLimits: MediaLimits = { received: 30, uploaded: 15 }
/** In days. */
export const longestKept = 36_500

const day = 86_400_000
/** Nobody waits for the end of an upload for so long. */
const unsettledFor = 86_400_000
/** The start has better things to do. */
const firstAfter = 90_000
const every = 3_600_000
const batch = 100

/** Has files that are too old deleted once an hour: first nobody sees them, then their bytes go, then they are forgotten. */
export class MediaRetention {
  readonly #parts: { store: MediaStore; storage: MediaStorage; limits: MediaLimits; clock: Clock; log: Log }
  #cancel: () => void = () => undefined
  #pass: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: { store: MediaStore; storage: MediaStorage; limits: MediaLimits; clock: Clock; log: Log }) {
    this.#parts = parts
  }

  start(): void {
    this.#passAfter(firstAfter)
  }

  /** Waits for the batch that is being deleted, and leaves the rest to the next start. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
    await this.#pass
  }

  #passAfter(delay: number): void {
    if (this.#closed) return
    this.#cancel = this.#parts.clock.after(delay, () => {
      this.#pass = this.sweep().finally(() => {
        this.#passAfter(every)
      })
    })
  }

  /** Never rejects: whatever failed is tried again in an hour. */
  async sweep(): Promise<void> {
    const { store, limits, log } = this.#parts
    try {
      const own = await store.limits()
      await this.#expire(limits, { allBut: [...own.keys()] })
      for (const [workspace, set] of own) await this.#expire(set, { only: workspace })
      let gone = batch
      while (gone === batch && !this.#closed) gone = await this.#deleteSome()
    } catch (error) {
      log.warn({ error: error instanceof GatewayError ? error.code : 'internal-error' }, 'deleting old files failed')
    }
  }

  async #expire({ received, uploaded }: MediaLimits, whose: ExpiringWorkspaces): Promise<void> {
    const { store, clock } = this.#parts
    const before = (ms: number): Date => new Date(clock.now().getTime() - ms)
    const expiry = {
      receivedBefore: before(received * day),
      uploadedBefore: before(uploaded * day),
      unsettledBefore: before(unsettledFor),
    }
    let isDone = false
    while (!isDone && !this.#closed) isDone = await store.expire(expiry, whose)
  }

  async #deleteSome(): Promise<number> {
    const { store, storage } = this.#parts
    const keys = await store.doomed(batch)
    for (const key of keys) await storage.remove(key)
    if (keys.length > 0) await store.forget(keys)
    return keys.length
  }
}
