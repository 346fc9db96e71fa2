import type { Clock } from '../ports/clock.js'
import { queueLifetime, type OutgoingMessage } from './message.js'

/** From one look at such a queue to the next, in ms. */
const pause = 3_600_000

/** Looks to the oldest message of a queue: when it has waited for too long, whether or not anything can be sent. */
export class WaitingTime {
  readonly #clock: Clock
  readonly #onOver: () => Promise<OutgoingMessage | undefined>
  #cancel: (() => void) | undefined

  /** `onOver` takes out what is too old, and answers the oldest message that is left. Must not reject. */
  constructor(clock: Clock, onOver: () => Promise<OutgoingMessage | undefined>) {
    this.#clock = clock
    this.#onOver = onOver
  }

  isOver(message: OutgoingMessage): boolean {
    return this.#age(message) >= queueLifetime
  }

  /** A message has come into the queue now; one that is in it already is older. */
  added(): void {
    if (this.#cancel === undefined) this.#after(queueLifetime)
  }

  /** This is the oldest one. */
  from(oldest: OutgoingMessage): void {
    this.#cancel?.()
    const left = queueLifetime - this.#age(oldest)
    // One that is to leave later may stand before others that have waited for longer.
    this.#after(oldest.notBefore === null ? left : Math.min(left, pause))
  }

  close(): void {
    this.#cancel?.()
  }

  #after(delay: number): void {
    this.#cancel = this.#clock.after(Math.max(delay, 0), () => {
      this.#cancel = undefined
      void this.#onOver().then((oldest) => {
        if (oldest && this.#cancel === undefined) this.from(oldest)
      })
    })
  }

  /** For how long it could have been sent. */
  #age({ createdAt, notBefore }: OutgoingMessage): number {
    return this.#clock.now().getTime() - (notBefore ?? createdAt).getTime()
  }
}
