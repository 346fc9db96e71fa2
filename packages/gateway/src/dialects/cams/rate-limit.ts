import { LRUCache } from 'lru-cache'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Clock } from '../../core/ports/clock.js'

/** As the vendor documents it, of one user and one action. */
const most = 5
const span = 1000
/** Only whoever has signed is counted, so nobody else takes room. */
const remembered = 100_000

/** So many calls of one action by one access key in any second. */
export class RateLimit {
  readonly #clock: Clock
  /** When those of the last second came. */
  readonly #calls = new LRUCache<string, readonly number[]>({ max: remembered })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one call. Rejects it with `rate-limited` past the limit; a call that was rejected does not count. */
  take(key: string, action: string): void {
    const name = `${key} ${action}`
    const now = this.#clock.monotonic()
    const recent = (this.#calls.get(name) ?? []).filter((at) => now - at < span)
    if (recent.length >= most) throw new GatewayError('rate-limited', 'Too many calls of this action in a second.')
    this.#calls.set(name, [...recent, now])
  }
}
