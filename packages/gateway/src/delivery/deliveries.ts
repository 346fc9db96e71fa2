import { GatewayError } from '../core/errors/gateway-error.js'
import type { GatewayEvent } from '../core/events/event.js'
import type { InstanceId, SubscriptionId, WorkspaceId } from '../core/ids.js'
import type { Instance } from '../core/instances/instance.js'
import type { Courier, CourierWorld } from '../core/ports/courier.js'
import type { Outbound } from '../core/ports/outbound.js'
import type { SubscriptionRecord } from '../core/ports/subscription-store.js'
import type { TestDelivery } from '../core/subscriptions/subscriptions.js'
import { Berths } from './berths.js'
import type { DeliveryObserver } from './observer.js'
import { ProgressLog } from './progress-log.js'
import { Route, type DeliveryWorld } from './route.js'
import { sendTest } from './test-delivery.js'

/** The courier over HTTP. */
export function deliveriesOver(outbound: Outbound, observer: DeliveryObserver): (world: CourierWorld) => Courier {
  return (world) => new Deliveries(world, outbound, observer)
}

/**
 * Every subscription that is pushed has a route, and that one a lane for each instance it had something to tell about.
 * Announcements of the log wake the lanes; nothing looks into the database while all is quiet.
 */
class Deliveries implements Courier {
  readonly #world: DeliveryWorld
  readonly #routes = new Map<SubscriptionId, Route>()
  /** Those of one instance, and those of a whole workspace. */
  readonly #ofInstance = new Map<InstanceId, Set<Route>>()
  readonly #ofWorkspace = new Map<WorkspaceId, Set<Route>>()
  readonly #endings: (() => void)[] = []

  constructor(world: CourierWorld, outbound: Outbound, observer: DeliveryObserver) {
    const progress = new ProgressLog(world.store.subscriptions, world.clock, world.log)
    this.#world = { ...world, outbound, observer, progress, berths: new Berths() }
  }

  checkUrl(url: string): void {
    this.#world.outbound.checkUrl(url, 'url')
  }

  async start(): Promise<void> {
    const { store, feed, instances, log } = this.#world
    // Before anything is read, so that what is committed meanwhile is not missed.
    this.#endings.push(
      feed.listen((id, events) => {
        this.#news(id, events)
      }),
      instances.watch({
        added: ({ id }) => {
          this.#news(id, [])
        },
        dropped: (id) => {
          this.#dropped(id)
        },
      }),
    )
    const { records, unreadable } = await store.subscriptions.all()
    for (const id of unreadable)
      log.error({ subscription: id }, 'a stored subscription cannot be read: it is not delivered')
    for (const record of records) this.#take(record)
    await this.#takeUp()
  }

  async refresh(id: SubscriptionId): Promise<void> {
    // So that what has just ended is not read as if it were still to do. A store that fails now fails below as well.
    await this.#world.progress.flush().catch(() => undefined)
    const record = await this.#world.store.subscriptions.record(id)
    if (!record) {
      await this.#forget(id)
      return
    }
    this.#take(record)
    await this.#takeUp(id)
  }

  async release(id: SubscriptionId): Promise<void> {
    await this.#routes.get(id)?.close()
    await this.#world.progress.flush()
  }

  settingsChanged(instance: InstanceId): void {
    for (const route of this.#ofInstance.get(instance) ?? []) route.settingsChanged(instance)
    const workspace = this.#world.instances.record(instance)?.workspace
    if (workspace === undefined) return
    for (const route of this.#ofWorkspace.get(workspace) ?? []) route.settingsChanged(instance)
  }

  async test(record: SubscriptionRecord, instance: Instance): Promise<TestDelivery> {
    const format = this.#world.formats.get(record.subscription.format)
    if (!format) throw new GatewayError('not-supported', `This gateway does not write the format.`)
    return sendTest({ ...this.#world, format }, record, instance)
  }

  async close(): Promise<void> {
    for (const end of this.#endings.splice(0)) end()
    await Promise.all([...this.#routes.values()].map((route) => route.close()))
    await this.#world.progress.flush().catch((err: unknown) => {
      this.#world.log.error({ err }, 'the last deliveries will be repeated after the next start')
    })
  }

  #news(id: InstanceId, events: readonly GatewayEvent[]): void {
    const instance = this.#world.instances.record(id)
    if (!instance) return
    for (const route of this.#ofInstance.get(id) ?? []) route.wake(instance, events)
    for (const route of this.#ofWorkspace.get(instance.workspace) ?? []) {
      if (route.covers(instance)) route.wake(instance, events)
    }
  }

  #dropped(id: InstanceId): void {
    for (const route of this.#ofInstance.get(id) ?? []) {
      this.#routes.delete(route.subscription.id)
      void route.close()
    }
    this.#ofInstance.delete(id)
    for (const route of this.#routes.values()) route.drop(id)
  }

  #take(record: SubscriptionRecord): void {
    const { id, instance, workspace } = record.subscription
    const known = this.#routes.get(id)
    if (known) {
      known.update(record)
      return
    }
    const route = new Route(this.#world, record)
    route.update(record)
    this.#routes.set(id, route)
    if (instance === null) addTo(this.#ofWorkspace, workspace, route)
    else addTo(this.#ofInstance, instance, route)
  }

  /** Wakes whoever is behind, of one subscription or of all. */
  async #takeUp(id?: SubscriptionId): Promise<void> {
    const { store, instances } = this.#world
    const [behind, replays] = await Promise.all([store.subscriptions.behind(id), store.subscriptions.replays(id)])
    for (const { subscription, instance } of behind) {
      const record = instances.record(instance)
      if (record) this.#routes.get(subscription)?.wake(record, [])
    }
    for (const replay of replays) {
      const record = instances.record(replay.instance)
      if (record) this.#routes.get(replay.subscription)?.addReplay(record, replay)
    }
  }

  async #forget(id: SubscriptionId): Promise<void> {
    const route = this.#routes.get(id)
    if (!route) return
    const { instance, workspace } = route.subscription
    this.#routes.delete(id)
    if (instance === null) removeFrom(this.#ofWorkspace, workspace, route)
    else removeFrom(this.#ofInstance, instance, route)
    await route.close()
  }
}

function addTo<Key>(routes: Map<Key, Set<Route>>, key: Key, route: Route): void {
  const known = routes.get(key)
  if (known) known.add(route)
  else routes.set(key, new Set([route]))
}

function removeFrom<Key>(routes: Map<Key, Set<Route>>, key: Key, route: Route): void {
  const known = routes.get(key)
  known?.delete(route)
  if (known?.size === 0) routes.delete(key)
}
