import type { GatewayEvent } from './event.js'

/** What is kept in memory of one log: plenty for whoever is a few turns late, and little for a thousand logs. */
const mostEvents = 64
const mostCharacters = 64 * 1024

/**
 * The newest end of one instance's log, while somebody follows it. All followers are given the same objects, so that a
 * thousand of them cost neither a thousand reads nor a thousand encodings.
 */
export class EventTail {
  /** Called when there may be news. */
  readonly followers = new Set<() => void>()
  readonly #recent = new Map<number, { event: GatewayEvent; size: number }>()
  #size = 0
  #last: number | undefined

  /** The newest `seq` that is known of; undefined until the log has been looked at. */
  get last(): number | undefined {
    return this.#last
  }

  /** Events that were just committed. Of two commits the later may come first. */
  add(events: readonly GatewayEvent[]): void {
    for (const event of events) {
      const size = JSON.stringify(event.data).length
      this.#recent.set(event.seq, { event, size })
      this.#size += size
      this.seen(event.seq)
    }
    for (const [seq, { size }] of this.#recent) {
      if (this.#recent.size === 1 || (this.#recent.size <= mostEvents && this.#size <= mostCharacters)) break
      this.#recent.delete(seq)
      this.#size -= size
    }
  }

  /** The log goes up to here at least. */
  seen(seq: number): void {
    this.#last = Math.max(this.#last ?? 0, seq)
  }

  /** Those that follow `seq` without a gap, as far as they are in memory. */
  after(seq: number): GatewayEvent[] {
    const events: GatewayEvent[] = []
    for (let next = this.#recent.get(seq + 1); next !== undefined; next = this.#recent.get(next.event.seq + 1)) {
      events.push(next.event)
    }
    return events
  }

  wake(): void {
    for (const tell of this.followers) tell()
  }
}
