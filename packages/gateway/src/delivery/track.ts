import { type EventNames, RememberedNames } from '../core/chats/event-names.js'
import type { GatewayEvent } from '../core/events/event.js'
import type { SeqRange } from '../core/events/event-page.js'
import type { InstanceId } from '../core/ids.js'
import { startOfLog, type Cursor, type ParkReason, type Replay } from '../core/subscriptions/subscription.js'
import { horizon } from './next-attempt.js'
import type { Route } from './route.js'

/** Events read at once, and about how many bytes of them. */
const pageSize = 100
const pageBytes = 256 * 1024
/** In ms. */
const hurryAfter = 60_000

/**
 * What a lane goes along: the log of an instance from a cursor on, or a stretch of it that is to be sent once more. Reads
 * ahead by a page, and records how far it has come.
 */
export class Track {
  readonly #route: Route
  readonly #instance: { readonly id: InstanceId; readonly serial: number }
  /** Null for the stream of new events. */
  readonly #replay: Replay | null
  readonly #names: RememberedNames
  #cursor: Cursor
  /** Read from the log and not sent yet; what the filter leaves out is not here. */
  #page: readonly GatewayEvent[] = []
  /** The log has been looked at up to here. */
  #upTo: number
  /** By the monotonic clock; long ago for what failed before this process. */
  #failedAt = -Infinity

  constructor(
    route: Route,
    instance: { readonly id: InstanceId; readonly serial: number },
    cursor: Cursor,
    replay: Replay | null = null,
  ) {
    this.#route = route
    this.#instance = instance
    this.#replay = replay
    this.#names = new RememberedNames(route.names)
    this.#cursor = cursor
    this.#upTo = cursor.seq
  }

  get cursor(): Cursor {
    return this.#cursor
  }

  get replay(): Replay | null {
    return this.#replay
  }

  /** Milliseconds until something may be tried; 0 for now. */
  rest(now: Date): number {
    return Math.max((this.#cursor.nextAt?.getTime() ?? 0) - now.getTime(), 0)
  }

  /** Waits because the endpoint refuses this very event, and not because it takes nothing. */
  get isRefused(): boolean {
    return this.#cursor.refusals > 0
  }

  /** The endpoint has taken something else: what waits for it to work again is tried at once. */
  hurry(): void {
    // Not what is refused, nor what failed just now while others were taken: that would be tried for each of those.
    const justNow = this.#route.clock.monotonic() - this.#failedAt < hurryAfter
    if (!this.isRefused && !justNow) this.#cursor = { ...this.#cursor, nextAt: null }
  }

  /** Takes what was just committed instead of reading it, where it follows without a gap. */
  offer(events: readonly GatewayEvent[]): 'taken' | 'passed-over' | 'not-next' {
    const [first, last] = [events[0], events.at(-1)]
    if (first === undefined || last === undefined) return 'not-next'
    if (this.#page.length > 0 || this.#cursor.nextAt !== null || first.seq !== this.#upTo + 1) return 'not-next'
    const { kinds } = this.#route.subscription
    this.#page = kinds === null ? events : events.filter(({ kind }) => kinds.includes(kind))
    this.#upTo = last.seq
    if (this.#page.length > 0) return 'taken'
    this.passOver(last.seq)
    return 'passed-over'
  }

  /** What comes next and passes the filter, as much as fits on a page; none at the end. */
  async read(): Promise<readonly GatewayEvent[]> {
    if (this.#page.length > 0) return this.#page
    const through = this.#replay?.through ?? Infinity
    if (this.#upTo >= through) return []
    const { events, upTo, expired } = await this.#route.readLog(this.#instance.id, {
      after: this.#upTo,
      limit: pageSize,
      bytes: pageBytes,
    })
    if (expired !== null && this.#replay === null) await this.#skipDeleted(expired)
    this.#page = events.filter(({ seq }) => seq <= through)
    this.#upTo = upTo
    if (this.#page.length === 0) this.passOver(upTo)
    return this.#page
  }

  /** What goes with an event that the format tells names with; an attempt at it that is made again says the same. */
  async names(event: GatewayEvent): Promise<EventNames | undefined> {
    return this.#route.format?.names === true ? this.#names.of(event) : undefined
  }

  /** Whether these are still what comes next. */
  isAt(events: readonly GatewayEvent[]): boolean {
    return this.#page === events
  }

  /** Forgets what was read ahead. */
  readAnew(): void {
    this.#page = []
    this.#upTo = this.#cursor.seq
  }

  /** Nothing is said about what comes up to there. */
  passOver(seq: number): void {
    this.#page = this.#page.filter((event) => event.seq > seq)
    this.#upTo = Math.max(this.#upTo, seq)
    if (seq <= this.#cursor.seq) return
    this.#cursor = { ...startOfLog, seq, barren: this.#cursor.barren }
    if (this.#replay === null) this.#route.progress.passedOver(this.#move())
  }

  /** The first `count` of these were accepted. */
  moveOn(events: readonly GatewayEvent[], count: number): void {
    const seq = events[count - 1]?.seq ?? this.#cursor.seq
    this.#cursor = { ...startOfLog, seq }
    if (this.#page === events) this.#page = events.slice(count)
    else this.readAnew()
    this.#record()
  }

  /** The next one was not accepted. */
  failed(how: Pick<Cursor, 'attempts' | 'refusals' | 'nextAt' | 'lastError'>): void {
    this.#cursor = { ...this.#cursor, ...how }
    this.#failedAt = this.#route.clock.monotonic()
    this.#record()
  }

  /** The last moment at which an event is tried. One that is replayed has as long again as a new one. */
  deadline({ time }: GatewayEvent): Date {
    const since = Math.max(time.getTime(), this.#replay?.requestedAt.getTime() ?? 0)
    return new Date(since + this.#horizon)
  }

  /** Gives up what is first on the page, after so many attempts. */
  async park(
    events: readonly GatewayEvent[],
    reason: ParkReason,
    attempts: number,
    error: string | null,
  ): Promise<void> {
    const [first, last] = [events[0], events.at(-1)]
    if (first === undefined || last === undefined) return
    const alone = first === last
    const about = { event: alone ? first.id : null, kind: alone ? first.kind : null }
    const cursor = { ...startOfLog, seq: last.seq, barren: reason === 'refused' }
    await this.#giveUp({ from: first.seq, to: last.seq }, { ...about, reason, attempts, lastError: error }, cursor)
    this.#page = this.#page.filter(({ seq }) => seq > last.seq)
  }

  /** Gives up everything that is older than the horizon, now that an attempt has shown that nobody takes it. */
  async expire(now: Date, attempts: number, error: string | null): Promise<void> {
    const oldest = now.getTime() - this.#horizon
    for (;;) {
      const events = await this.read()
      const fresh = events.findIndex(({ time }) => time.getTime() > oldest)
      const expired = fresh === -1 ? events : events.slice(0, fresh)
      await this.park(expired, 'expired', attempts, error)
      if (fresh !== -1 || expired.length === 0) return
      // A month of events is given up a page at a time, between other people's work.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Nothing of the stretch is left. */
  end(): void {
    if (this.#replay !== null) this.#route.progress.replay({ replay: this.#replay.number, cursor: null })
  }

  get #horizon(): number {
    return this.#route.format?.rules?.horizon ?? horizon
  }

  async #skipDeleted(range: SeqRange): Promise<void> {
    const { attempts, lastError } = this.#cursor
    const about = { event: null, kind: null, reason: 'deleted', attempts, lastError } as const
    await this.#giveUp(range, about, { ...startOfLog, seq: range.to })
  }

  async #giveUp(
    { from, to }: SeqRange,
    about: {
      readonly event: GatewayEvent['id'] | null
      readonly kind: GatewayEvent['kind'] | null
      readonly reason: ParkReason
      readonly attempts: number
      readonly lastError: string | null
    },
    cursor: Cursor,
  ): Promise<void> {
    const { progress, store, subscription, clock } = this.#route
    const at = { subscription: subscription.number, instance: this.#instance.serial }
    // What was handed in before must not be written after this.
    await progress.flush()
    await store.subscriptions.park(
      { ...at, ...about, seq: from, through: to, parkedAt: clock.now() },
      this.#replay === null ? { ...at, cursor } : { replay: this.#replay.number, cursor },
    )
    this.#cursor = cursor
    this.#upTo = Math.max(this.#upTo, to)
    this.#route.parked(this.#instance.id, { from, to }, about.reason)
  }

  #record(): void {
    if (this.#replay === null) this.#route.progress.cursor(this.#move())
    else this.#route.progress.replay({ replay: this.#replay.number, cursor: this.#cursor })
  }

  #move() {
    return {
      subscription: this.#route.subscription.number,
      instance: this.#instance.serial,
      cursor: this.#cursor,
    }
  }
}
