import { LRUCache } from 'lru-cache'
import type { Clock } from '../../core/ports/clock.js'
import { RateLimited } from './errors.js'

/** Enough for every method of thousands of instances in use at the same time. */
const remembered = 100_000
/** A client that calls at exactly the documented pace is early by a few milliseconds now and then. */
const earliness = 0.1
const longestEarliness = 250

/**
 * The vendor's limits: so many calls a second of one method by one instance. Counted by the time at which the next call
 * is due (GCRA), one number per method in use; forgetting the least recently used costs at most a second of strictness.
 */
export class RateLimit {
  readonly #clock: Clock
  readonly #due = new LRUCache<string, number>({ max: remembered })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one call. Rejects it with `rate-limited` past `perSecond`; a call that was rejected does not count. */
  take(instance: string, method: string, perSecond: number): void {
    const key = `${instance} ${method}`
    const now = this.#clock.monotonic()
    const spacing = 1000 / perSecond
    const together = Math.max(perSecond, 1) - 1
    const due = Math.max(this.#due.get(key) ?? now, now)
    const wait = due - together * spacing - Math.min(spacing * earliness, longestEarliness) - now
    // Times are fractions of milliseconds: what rounding adds up to is no reason to refuse.
    if (wait > 1e-6) throw new RateLimited(wait)
    this.#due.set(key, due + spacing)
  }
}
