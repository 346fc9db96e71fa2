import type { EventPage, SeqRange } from '../core/events/event-page.js'
import type { GatewayEvent } from '../core/events/event.js'
import type { InstanceId } from '../core/ids.js'
import type { Instance } from '../core/instances/instance.js'
import type { CourierWorld } from '../core/ports/courier.js'
import type { EventFormat, Recipient } from '../core/ports/event-format.js'
import type { Outbound } from '../core/ports/outbound.js'
import type { SubscriptionRecord } from '../core/ports/subscription-store.js'
import { validSecrets } from '../core/subscriptions/signing-secrets.js'
import {
  covers,
  type Cursor,
  type ParkReason,
  type Replay,
  type Subscription,
} from '../core/subscriptions/subscription.js'
import { Berth, type Berths } from './berths.js'
import { afterFailure, healthy, isFailing, probeEvery, type Health } from './circuit.js'
import { Lane } from './lane.js'
import type { DeliveryObserver } from './observer.js'
import type { ProgressLog } from './progress-log.js'

/** What all deliveries share. */
export interface DeliveryWorld extends CourierWorld {
  readonly outbound: Outbound
  readonly observer: DeliveryObserver
  readonly progress: ProgressLog
  readonly berths: Berths
}

/** Between two probes, up to this share longer or shorter. */
const jitter = 0.2

/** One subscription on its way: its lanes, one for each instance, and how its endpoint fares. */
export class Route {
  readonly #world: DeliveryWorld
  readonly #lanes = new Map<InstanceId, Lane>()
  /** Those that found the endpoint not worth a try now, in the order in which they asked. */
  readonly #held = new Set<Lane>()
  readonly #berth: Berth
  #record: SubscriptionRecord
  #health: Health = healthy
  #told = false
  #probeAt = 0
  #cancelProbe: (() => void) | undefined
  #open = false
  #closed: Promise<unknown> = Promise.resolve()

  constructor(world: DeliveryWorld, record: SubscriptionRecord) {
    this.#world = world
    this.#record = record
    this.#berth = new Berth(world.berths)
  }

  get subscription(): Subscription {
    return this.#record.subscription
  }

  /** Undefined where no dialect brings it any more: then everything waits. */
  get format(): EventFormat | undefined {
    return this.#world.formats.get(this.subscription.format)
  }

  get berth(): Berth {
    return this.#berth
  }

  get progress(): ProgressLog {
    return this.#world.progress
  }

  get store(): DeliveryWorld['store'] {
    return this.#world.store
  }

  get instances(): DeliveryWorld['instances'] {
    return this.#world.instances
  }

  get names(): DeliveryWorld['names'] {
    return this.#world.names
  }

  get mediaUrl(): DeliveryWorld['mediaUrl'] {
    return this.#world.mediaUrl
  }

  get clock(): DeliveryWorld['clock'] {
    return this.#world.clock
  }

  get log(): DeliveryWorld['log'] {
    return this.#world.log
  }

  get outbound(): Outbound {
    return this.#world.outbound
  }

  get observer(): DeliveryObserver {
    return this.#world.observer
  }

  /** Goes on as it is stored; lanes that run take it from the next request on. */
  update(record: SubscriptionRecord): void {
    const { state, failingSince, url } = record.subscription
    this.#record = record
    if (!this.#open) {
      this.#health = { state: state === 'probing' ? 'probing' : 'active', failingSince }
      this.#told = false
    }
    const going = (state === 'active' || state === 'probing') && url !== null
    if (going && this.format === undefined)
      this.log.error(this.named(), 'a subscription waits: nobody writes its format')
    this.#open = going && this.format !== undefined
    if (!this.#open) void this.close()
    for (const lane of this.#lanes.values()) lane.refresh()
  }

  covers(instance: Instance): boolean {
    return covers(this.subscription, instance)
  }

  /** There may be something to send about this instance. `events`: what was committed just now, if that is known. */
  wake(instance: Instance, events: readonly GatewayEvent[]): void {
    if (this.#open) this.#lane(instance).news(events)
  }

  addReplay(instance: Instance, replay: Replay): void {
    if (!this.#open) return
    const lane = this.#lane(instance)
    lane.addReplay(replay)
    lane.wake()
  }

  settingsChanged(instance: InstanceId): void {
    this.#lanes.get(instance)?.refresh()
  }

  drop(instance: InstanceId): void {
    const lane = this.#lanes.get(instance)
    this.#lanes.delete(instance)
    if (!lane) return
    this.#held.delete(lane)
    void lane.stop()
  }

  /** Breaks off what is under way; resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#open = false
    this.#cancelProbe?.()
    this.#cancelProbe = undefined
    this.#held.clear()
    const lanes = [...this.#lanes.values()]
    this.#lanes.clear()
    // Together with those that were stopped before and may still be ending.
    this.#closed = Promise.all([this.#closed, ...lanes.map((lane) => lane.stop())])
    this.#berth.sendAway()
    await this.#closed
  }

  /** What changes from one attempt to the next. */
  moment(): Pick<Recipient, 'subscription' | 'secrets' | 'at'> {
    const at = this.clock.now()
    return { subscription: this.subscription, secrets: validSecrets(this.#record.secrets, at), at }
  }

  random(): number {
    return this.#world.random()
  }

  readLog(instance: InstanceId, part: { after: number; limit: number; bytes: number }): Promise<EventPage> {
    return this.store.events.page(instance, { ...part, kinds: this.subscription.kinds ?? undefined })
  }

  storedCursor(instance: InstanceId): Promise<Cursor> {
    return this.store.subscriptions.cursor(this.subscription.id, instance)
  }

  /** For logs. Never the URL, which may carry a secret. */
  named(instance?: InstanceId): object {
    return { subscription: this.subscription.id, ...(instance === undefined ? {} : { instance }) }
  }

  /** Whether an attempt is worth making now. One that is not is woken when it is. */
  mayTry(lane: Lane): boolean {
    if (this.#health.state === 'active') return true
    const rest = this.#probeAt - this.clock.monotonic()
    if (rest <= 0) return true
    this.#held.add(lane)
    this.#cancelProbe ??= this.clock.after(rest, () => {
      this.#probe()
    })
    return false
  }

  /** An attempt is about to be made. False when another one was quicker and its outcome is worth waiting for. */
  begin(lane: Lane): boolean {
    if (!this.mayTry(lane)) return false
    if (this.#health.state === 'probing') {
      this.#probeAt = this.clock.monotonic() + probeEvery * (1 - jitter + 2 * jitter * this.random())
    }
    return true
  }

  accepted(): void {
    // What was broken off may still end, and is no word on what the subscription is now.
    if (!this.#open) return
    if (this.#health.failingSince === null && this.#health.state === 'active') return
    if (this.#told) this.log.info(this.named(), 'an endpoint works again')
    this.#told = false
    this.#moveTo(healthy)
    this.#held.clear()
    for (const lane of this.#lanes.values()) lane.hurry()
  }

  /** @param why a status, or a code */
  failed(why: number | string): void {
    if (!this.#open) return
    const now = this.clock.now()
    const before = this.#health
    this.#moveTo(afterFailure(before, now, this.format?.rules === undefined))
    const { state, failingSince } = this.#health
    const probing = state !== before.state
    if (probing || (!this.#told && isFailing(this.#health, now))) {
      this.#told = true
      const about = { ...this.named(), why, since: failingSince?.toISOString() }
      this.log.warn(about, probing ? 'an endpoint has failed for days, and is only probed' : 'an endpoint is failing')
    }
    if (probing) this.#probeAt = this.clock.monotonic() + probeEvery
  }

  /** The endpoint has said that it is gone for good. */
  gone(): void {
    if (!this.#open) return
    this.log.warn(this.named(), 'an endpoint is gone: nothing more is sent until its owner sets it going')
    const { failingSince } = this.#health
    this.progress.health({ subscription: this.subscription.number, state: 'gone', failingSince })
    void this.close()
  }

  parked(instance: InstanceId, { from, to }: SeqRange, reason: ParkReason): void {
    this.log.warn({ ...this.named(instance), from, to, reason }, 'events were given up')
    this.observer.parked(this.subscription.format, reason)
  }

  #lane(instance: Instance): Lane {
    const known = this.#lanes.get(instance.id)
    if (known) return known
    const lane = new Lane(this, instance)
    this.#lanes.set(instance.id, lane)
    return lane
  }

  #moveTo(health: Health): void {
    const { state, failingSince } = this.#health
    if (health.state === state && health.failingSince?.getTime() === failingSince?.getTime()) return
    this.#health = health
    this.progress.health({ subscription: this.subscription.number, ...health })
  }

  /** The one that has waited longest goes; if it has nothing to send after all, the next one. */
  #probe(): void {
    this.#cancelProbe = undefined
    const held = [...this.#held]
    this.#held.clear()
    for (const lane of held) lane.wake()
  }
}
