import { LRUCache } from 'lru-cache'
import type { Clock } from '../../core/ports/clock.js'

/** Addresses that are told apart; the one that was heard of least recently begins anew. */
const remembered = 50_000
const minute = 60_000

/** So much in a minute for each network. Counted by the time at which all of it is paid off (GCRA). */
export class AddressLimit {
  readonly #clock: Clock
  readonly #spacing: number
  /** Changed in place: an entry that is set anew costs more than one that is only read. */
  readonly #debts = new LRUCache<string, { paidAt: number }>({ max: remembered })

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock
    this.#spacing = minute / perMinute
  }

  /** Counts one. 0 when it may go ahead, else the seconds until one may. */
  take(network: string): number {
    const now = this.#clock.monotonic()
    const debt = this.#debts.get(network)
    const paidAt = Math.max(debt?.paidAt ?? now, now) + this.#spacing
    const wait = paidAt - minute - now
    if (wait > 0) return Math.ceil(wait / 1000)
    if (debt) debt.paidAt = paidAt
    else this.#debts.set(network, { paidAt })
    return 0
  }

  /** Whether there is nothing left, without counting. */
  isSpent(network: string): boolean {
    const debt = this.#debts.get(network)
    return debt !== undefined && debt.paidAt + this.#spacing - minute > this.#clock.monotonic()
  }
}
