import { Bell } from '../bell.js'
import type { InstanceId } from '../ids.js'
import type { EventStore } from '../ports/store.js'
import type { EventPage, SeqRange } from './event-page.js'
import type { EventKind, GatewayEvent } from './event.js'
import { EventTail } from './event-tail.js'

/** Data in one answer: enough for a thousand ordinary events, and bounded where they are large. */
const mostBytes = 1024 * 1024

export interface FeedQuery {
  readonly after: number
  readonly limit: number
  readonly kinds?: readonly EventKind[]
  /** Milliseconds to wait for the first event; none unless told. */
  readonly wait?: number
  readonly signal?: AbortSignal
}

/** The committed events, and the news that there are more. Readers hold a cursor; nothing is buffered for them. */
export class EventFeed {
  readonly #store: EventStore
  readonly #bells = new Map<InstanceId, Bell>()
  readonly #tails = new Map<InstanceId, EventTail>()
  readonly #moved = new Set<EventTail>()
  readonly #listeners = new Set<(instance: InstanceId, events: readonly GatewayEvent[]) => void>()

  constructor(store: EventStore) {
    this.#store = store
  }

  /** Told after a commit that brought these events. */
  announce(instance: InstanceId, events: readonly GatewayEvent[]): void {
    this.#bells.get(instance)?.ring()
    for (const listen of this.#listeners) listen(instance, events)
    const tail = this.#tails.get(instance)
    if (tail === undefined) return
    tail.add(events)
    // What was committed together is announced in one turn: followers are woken once for all of it.
    if (this.#moved.size === 0) setImmediate(this.#wake)
    this.#moved.add(tail)
  }

  /**
   * Calls at every announcement, of whichever instance, with what was committed; of two commits the later may come first.
   * Must not throw. The returned function ends it.
   */
  listen(listener: (instance: InstanceId, events: readonly GatewayEvent[]) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /**
   * Events after a cursor; waits at most `wait` ms for the first one. Ends early where events are large. Who names a place
   * that is no longer kept is told without waiting.
   */
  async read(instance: InstanceId, query: FeedQuery): Promise<EventPage> {
    const { wait = 0, signal, limit, kinds } = query
    const deadline = performance.now() + wait
    let { after } = query
    let expired: SeqRange | null = null
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
        const page = await this.#store.page(instance, { after, limit, kinds, bytes: mostBytes })
        expired ??= page.expired
        const told = page.events.length > 0 || (expired !== null && query.after > 0)
        if (told || left <= 0 || signal?.aborted === true) return { ...page, expired }
        after = page.upTo
        await news
      } finally {
        signal?.removeEventListener('abort', abort)
        stop.abort()
        this.#forgetIfUnused(instance)
      }
    }
  }

  /** The end of this log in memory, from now on. `wake` is called when there may be news, once `unfollow` no more. */
  follow(instance: InstanceId, wake: () => void): EventTail {
    const tail = this.#tails.get(instance) ?? new EventTail()
    this.#tails.set(instance, tail)
    tail.followers.add(wake)
    return tail
  }

  unfollow(instance: InstanceId, wake: () => void): void {
    const tail = this.#tails.get(instance)
    tail?.followers.delete(wake)
    if (tail?.followers.size === 0) this.#tails.delete(instance)
  }

  readonly #wake = (): void => {
    const moved = [...this.#moved]
    this.#moved.clear()
    for (const tail of moved) tail.wake()
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
