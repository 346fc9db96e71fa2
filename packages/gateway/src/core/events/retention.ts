import { noncesKeptFor } from '../access/signed-request.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { ExpiryStore } from '../ports/store.js'

export interface RetentionLimits {
  /** How long an event is kept, in days. */
  readonly days: number
  /** How many events an instance keeps. */
  readonly events: number
}

/** As long as a subscription goes on trying, and plenty for an account that writes every few seconds. */
export const usualRetention: RetentionLimits = { days: 30, events: 1_000_000 }

const day = 86_400_000
/** As long as a subscription goes on trying. */
const deliveryHorizon = 30 * day
/** WhatsApp keeps for about two weeks what was not acknowledged, and may hand it over again until then. */
const receivedFor = 15 * day
/** A recipient may come online and find a message unreadable for as long as WhatsApp keeps it. */
const sentFor = 15 * day
/** The start has better things to do. */
const firstAfter = 60_000
const every = 3_600_000

/** Has what is too old deleted once an hour. */
export class Retention {
  readonly #store: ExpiryStore
  readonly #limits: RetentionLimits
  readonly #clock: Clock
  readonly #log: Log
  readonly #closing = new AbortController()
  #cancel: () => void = () => undefined
  #pass: Promise<void> = Promise.resolve()

  constructor(parts: { store: ExpiryStore; limits: RetentionLimits; clock: Clock; log: Log }) {
    this.#store = parts.store
    this.#limits = parts.limits
    this.#clock = parts.clock
    this.#log = parts.log
  }

  start(): void {
    this.#passAfter(firstAfter)
  }

  /** Waits for the batch that is being deleted, and leaves the rest to the next start. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#cancel()
    await this.#pass
  }

  #passAfter(delay: number): void {
    if (this.#closing.signal.aborted) return
    this.#cancel = this.#clock.after(delay, () => {
      this.#pass = this.#sweep().finally(() => {
        this.#passAfter(every)
      })
    })
  }

  async #sweep(): Promise<void> {
    const now = this.#clock.now().getTime()
    const { days, events } = this.#limits
    try {
      const gone = await this.#store.sweep(
        {
          events: {
            before: new Date(now - days * day),
            most: events,
            neededSince: new Date(now - deliveryHorizon),
          },
          received: { before: new Date(now - receivedFor) },
          sent: { before: new Date(now - sentFor) },
          messages: { before: new Date(now - days * day) },
          nonces: { before: new Date(now - noncesKeptFor) },
        },
        this.#closing.signal,
      )
      const rows = gone.events + gone.received + gone.sent + gone.messages + gone.nonces
      if (rows > 0) this.#log.debug(gone, 'what is past its retention was deleted')
    } catch (error) {
      // Whatever failed is tried again in an hour; a store that is broken says so itself.
      this.#log.warn({ error: error instanceof Error ? error.name : typeof error }, 'deleting old events failed')
    }
  }
}
