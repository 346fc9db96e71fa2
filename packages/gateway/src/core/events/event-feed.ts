import { Bell } from '../bell.js'
import type { InstanceId } from '../ids.js'
import type { EventStore } from '../ports/store.js'
import type { EventKind, GatewayEvent } from './event.js'

/** The committed events, and the news that there are more. Readers hold a cursor; nothing is buffered for them. */
export class EventFeed {
  readonly #store: EventStore
  readonly #bells = new Map<InstanceId, Bell>()

  constructor(store: EventStore) {
    this.#store = store
  }

  /** Told after a commit that brought events. */
  announce(instance: InstanceId): void {
    this.#bells.get(instance)?.ring()
  }

  /** Events after a cursor; waits at most `wait` ms for the first one. */
  async read(
    instance: InstanceId,
    query: { after: number; limit: number; kinds?: readonly EventKind[]; wait?: number; signal?: AbortSignal },
  ): Promise<GatewayEvent[]> {
    const { wait = 0, signal, ...cursor } = query
    const deadline = performance.now() + wait
    for (;;) {
      const left = deadline - performance.now()
      // Asked before reading, so that an event committed in between still wakes this reader.
      const stop = new AbortController()
      const news = this.#bell(instance).next({ signal: stop.signal, timeout: Math.max(left, 0) })
      const abort = () => {
        stop.abort()
      }
      signal?.addEventListener('abort', abort)
      try {
        const events = await this.#store.read(instance, cursor)
        if (events.length > 0 || left <= 0 || signal?.aborted === true) return events
        await news
      } finally {
        signal?.removeEventListener('abort', abort)
        stop.abort()
        this.#forgetIfUnused(instance)
      }
    }
  }

  /** Every event after a cursor, then each as it is committed. */
  async *stream(instance: InstanceId, after: number, signal: AbortSignal): AsyncGenerator<GatewayEvent> {
    let cursor = after
    while (!signal.aborted) {
      for (const event of await this.read(instance, { after: cursor, limit: 100, wait: 60_000, signal })) {
        yield event
        cursor = event.seq
      }
    }
  }

  #bell(instance: InstanceId): Bell {
    const known = this.#bells.get(instance)
    if (known) return known
    const bell = new Bell()
    this.#bells.set(instance, bell)
    return bell
  }

  #forgetIfUnused(instance: InstanceId): void {
    if (this.#bells.get(instance)?.waiting === 0) this.#bells.delete(instance)
  }
}
