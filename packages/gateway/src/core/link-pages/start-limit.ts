import type { LinkPageId } from '../ids.js'
import type { Clock } from '../ports/clock.js'

/** Attempts that one page may begin within a minute: enough for fumbling, too few to keep WhatsApp busy. */
export const startsPerMinute = 8
const minute = 60_000

/** Bounds what the holder of one link page can set going. Forgets a page a minute after its last start. */
export class StartLimit {
  readonly #clock: Clock
  readonly #starts = new Map<LinkPageId, number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one start. 0 when it may go ahead, else the milliseconds until the next one may. */
  take(page: LinkPageId): number {
    const now = this.#clock.monotonic()
    this.#forget(now - minute)
    const recent = (this.#starts.get(page) ?? []).filter((at) => at > now - minute)
    const [oldest] = recent
    if (oldest !== undefined && recent.length >= startsPerMinute) return oldest + minute - now
    // Written anew, so that the map stays in the order of the last start.
    this.#starts.delete(page)
    this.#starts.set(page, [...recent, now])
    return 0
  }

  #forget(before: number): void {
    for (const [page, starts] of this.#starts) {
      if ((starts.at(-1) ?? 0) > before) return
      this.#starts.delete(page)
    }
  }
}
