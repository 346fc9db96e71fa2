import { LRUCache } from 'lru-cache'
import type { Clock } from '../../core/ports/clock.js'

/** Addresses that are told apart; the one that was heard of least recently begins anew. */
const remembered = 50_000
const minute = 60_000

/** So much in a minute for each network. Counted by the time at which all of it is paid off (GCRA). */
export class AddressLimit {
  readonly #clock: Clock
  readonly #spacing: number
  readonly #due = new LRUCache<string, number>({ max: remembered })

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock
    this.#spacing = minute / perMinute
  }

  /** Counts one. 0 when it may go ahead, else the seconds until one may. */
  take(network: string): number {
    const now = this.#clock.monotonic()
    const due = Math.max(this.#due.get(network) ?? now, now)
    const wait = due + this.#spacing - minute - now
    if (wait > 0) return Math.ceil(wait / 1000)
    this.#due.set(network, due + this.#spacing)
    return 0
  }

  /** Whether there is nothing left, without counting. */
  isSpent(network: string): boolean {
    const now = this.#clock.monotonic()
    return (this.#due.get(network) ?? now) + this.#spacing - minute > now
  }
}
