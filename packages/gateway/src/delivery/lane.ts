import type { EventNames } from '../core/chats/event-names.js'
import { whereOf } from '../core/errors/where-of.js'
import type { GatewayEvent } from '../core/events/event.js'
import type { Instance } from '../core/instances/instance.js'
import type { EncodedDelivery, Recipient } from '../core/ports/event-format.js'
import type { Replay } from '../core/subscriptions/subscription.js'
import { attempt, type Attempt } from './attempt.js'
import type { Place } from './berths.js'
import { nextAttempt } from './next-attempt.js'
import type { Route } from './route.js'
import { Track } from './track.js'

/** After trouble of our own, in ms: the store does not answer, or there is no room for another connection. */
const troublePause = 5_000
const crowdedPause = 1_000

/** `waiting`: an alarm or somebody else will wake the lane. `idle`: there is nothing to send. */
type Turn = 'moved' | 'idle' | 'waiting'

/**
 * One subscription in one instance: its events in order of `seq`, one request at a time. Holds a page of events while it is
 * sending, and next to nothing while it is not. Replays go between: when the stream of new events has nothing to send, or
 * waits because the endpoint refuses its next one. So a new event waits for one replayed one at most.
 */
export class Lane {
  readonly #route: Route
  readonly #instance: Pick<Instance, 'id' | 'serial'>
  readonly #stopping = new AbortController()
  #live: Track | undefined
  readonly #replays: Track[] = []
  /** What the dialect keeps of the instance, which may be nothing; undefined until it is read. */
  #settings: { readonly value: unknown } | undefined
  #running: Promise<void> | undefined
  #again = false
  #troubled = false
  #alarm: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(route: Route, { id, serial }: Pick<Instance, 'id' | 'serial'>) {
    this.#route = route
    this.#instance = { id, serial }
  }

  /** These were just committed. One that has nothing else to do takes them as they are, and reads nothing. */
  news(events: readonly GatewayEvent[]): void {
    if (this.#running === undefined && this.#live?.offer(events) === 'passed-over') return
    this.wake()
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#stopped || this.#troubled) return
    this.#again = true
    if (this.#running !== undefined) return
    this.#silence()
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      // Woken between its last look and here.
      if (this.#again) this.wake()
    })
  }

  /** The endpoint works again. */
  hurry(): void {
    for (const track of this.#tracks()) track.hurry()
    this.wake()
  }

  /** Filter, secrets or settings have changed. */
  refresh(): void {
    this.#settings = undefined
    for (const track of this.#tracks()) track.readAnew()
  }

  /** Those that it knows already go on where they are. */
  addReplay(replay: Replay): void {
    if (this.#replays.some((track) => track.replay?.number === replay.number)) return
    this.#replays.push(new Track(this.#route, this.#instance, replay.cursor, replay))
  }

  /** Breaks off what is under way. Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#again = false
    this.#silence()
    await this.#running
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted
  }

  *#tracks(): Generator<Track> {
    if (this.#live) yield this.#live
    yield* this.#replays
  }

  async #run(): Promise<void> {
    try {
      let turn: Turn = 'moved'
      while (!this.#stopped && (turn === 'moved' || this.#again)) {
        this.#again = false
        turn = await this.#turn()
      }
    } catch (err) {
      this.#route.log.error({ ...this.#route.named(this.#instance.id), err }, 'deliveries wait after an error')
      this.#again = false
      this.#troubled = true
      this.#alarmIn(troublePause)
    }
    // Whoever waits holds no events.
    for (const track of this.#tracks()) track.readAnew()
  }

  /** One delivery, if there is one to make. */
  async #turn(): Promise<Turn> {
    await this.#route.progress.room()
    this.#live ??= new Track(this.#route, this.#instance, await this.#route.storedCursor(this.#instance.id))
    const turn = await this.#step(this.#live)
    if (turn === 'moved' || (turn === 'waiting' && !this.#live.isRefused)) return turn
    const [replay] = this.#replays
    if (replay === undefined) return turn
    const further = await this.#step(replay)
    if (further !== 'idle') return further
    replay.end()
    this.#replays.shift()
    return 'moved'
  }

  async #step(track: Track): Promise<Turn> {
    const rest = track.rest(this.#route.clock.now())
    if (rest > 0) {
      this.#alarmIn(rest)
      return 'waiting'
    }
    if (!this.#route.mayTry(this)) return 'waiting'
    const events = await track.read()
    const [first] = events
    if (first === undefined) return 'idle'
    const names = await track.names(first)
    // Filter or settings may have changed meanwhile, and then it is read anew.
    if (!track.isAt(events)) return 'moved'
    const recipient = await this.#recipient(names)
    if (recipient === undefined) return 'idle'
    const delivery = this.#encode(events, recipient)
    if (delivery === 'failed') {
      await track.park([first], 'not-encodable', track.cursor.attempts, null)
      return 'moved'
    }
    if (delivery === null) {
      track.passOver(first.seq)
      return 'moved'
    }
    const place = this.#route.berth.tryEnter()
    if (place !== undefined) return this.#send(track, events, delivery, place)
    return this.#sendLater(track, events, recipient)
  }

  async #sendLater(track: Track, events: readonly GatewayEvent[], recipient: Recipient): Promise<Turn> {
    const { berth } = this.#route
    const place = await berth.enter()
    if (place === undefined) return 'waiting'
    // Minutes may have gone by: signed for now, with what is valid now.
    const delivery = this.#encode(events, { ...recipient, ...this.#route.moment() })
    if (!this.#stopped && track.isAt(events) && delivery !== null && delivery !== 'failed') {
      return this.#send(track, events, delivery, place)
    }
    berth.leave(place)
    return 'moved'
  }

  async #send(track: Track, events: readonly GatewayEvent[], delivery: EncodedDelivery, place: Place): Promise<Turn> {
    const { berth, clock, observer, outbound, subscription, format } = this.#route
    if (!this.#route.begin(this)) {
      berth.leave(place)
      return 'waiting'
    }
    const [first] = events
    if (first && track.replay === null && track.cursor.attempts === 0) {
      observer.waited(clock.now().getTime() - first.time.getTime())
    }
    const done = await attempt(outbound, delivery, {
      lane: subscription.id,
      rules: format?.rules,
      signal: this.#stopping.signal,
    })
    const { kind } = done.outcome
    if (kind !== 'not-made') {
      berth.fared(kind === 'accepted')
      observer.attempted(subscription.format, kind)
    }
    berth.leave(place)
    return this.#settle(track, events, Math.min(delivery.count, events.length), done)
  }

  async #settle(
    track: Track,
    events: readonly GatewayEvent[],
    count: number,
    { outcome, error, why }: Attempt,
  ): Promise<Turn> {
    const route = this.#route
    const [first] = events
    if (first === undefined) throw new Error('a delivery tells at least one event')
    if (outcome.kind === 'not-made') {
      this.#alarmIn(crowdedPause)
      return 'waiting'
    }
    const now = route.clock.now()
    const decision = nextAttempt(track.cursor, outcome, {
      now,
      deadline: track.deadline(first),
      random: route.random(),
      rules: route.format?.rules,
    })
    if (decision.do === 'go-on') {
      track.moveOn(events, count)
      route.accepted()
      return 'moved'
    }
    route.failed(why)
    const attempts = track.cursor.attempts + 1
    switch (decision.do) {
      case 'retry': {
        const { refusals, at } = decision
        track.failed({ attempts, refusals, nextAt: at, lastError: error })
        return 'moved'
      }
      case 'stop':
        track.failed({ attempts, refusals: 0, nextAt: null, lastError: error })
        route.gone()
        return 'waiting'
      case 'park':
        if (decision.reason === 'expired') await track.expire(now, attempts, error)
        else await track.park(events.slice(0, count), decision.reason, attempts, error)
        return 'moved'
    }
  }

  async #recipient(names: EventNames | undefined): Promise<Recipient | undefined> {
    const { store, subscription, instances } = this.#route
    const instance = instances.record(this.#instance.id)
    if (instance === undefined) return undefined
    this.#settings ??= { value: await store.settings.read(instance.id, subscription.format) }
    const { mediaUrl } = this.#route
    return { instance, settings: this.#settings.value, mediaUrl, ...(names && { names }), ...this.#route.moment() }
  }

  /** Null: nothing to say about the first one. */
  #encode(events: readonly GatewayEvent[], recipient: Recipient): EncodedDelivery | null | 'failed' {
    const { format, log } = this.#route
    try {
      return format?.encode(events, recipient) ?? null
    } catch (err) {
      const about = { ...this.#route.named(this.#instance.id), event: events[0]?.id, ...whereOf(err) }
      log.error(about, 'an event cannot be encoded')
      return 'failed'
    }
  }

  /** The earlier of two alarms counts. */
  #alarmIn(delay: number): void {
    const { clock } = this.#route
    const at = clock.monotonic() + delay
    if (this.#stopped || (this.#alarm !== undefined && this.#alarm.at <= at)) return
    this.#silence()
    const cancel = clock.after(delay, () => {
      this.#alarm = undefined
      this.#troubled = false
      this.wake()
    })
    this.#alarm = { at, cancel }
  }

  #silence(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
  }
}
