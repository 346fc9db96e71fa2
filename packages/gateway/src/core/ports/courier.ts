import type { Names } from '../chats/event-names.js'
import type { EventFeed } from '../events/event-feed.js'
import type { InstanceId, MediaId, SubscriptionId } from '../ids.js'
import type { Instance } from '../instances/instance.js'
import type { RosterWatcher } from '../instances/roster.js'
import type { SubscriptionFormat } from '../subscriptions/subscription.js'
import type { TestDelivery } from '../subscriptions/subscriptions.js'
import type { Clock } from './clock.js'
import type { EventFormat } from './event-format.js'
import type { Log } from './log.js'
import type { Store } from './store.js'
import type { SubscriptionRecord } from './subscription-store.js'

/** Carries events to the endpoints of those who subscribed, and keeps to the order of each log while it does (promise 5). */
export interface Courier {
  /** Throws `bad-request` naming `url` for one that cannot be one, or that leads where nothing may be sent. */
  checkUrl(url: string): void
  /** Takes up everything that waits. */
  start(): Promise<void>
  /** It was made, changed or removed: it is read anew, and goes on as it is stored. */
  refresh(subscription: SubscriptionId): Promise<void>
  /** Breaks off what is under way, and resolves once it is stored how far that came. Nothing goes out until `refresh`. */
  release(subscription: SubscriptionId): Promise<void>
  /** A dialect has other settings for the instance than before. */
  settingsChanged(instance: InstanceId): void
  /** One delivery that is neither repeated nor remembered, about the instance as it is. */
  test(subscription: SubscriptionRecord, instance: Instance): Promise<TestDelivery>
  /** Breaks off what is under way, and resolves once it is stored how far that came. */
  close(): Promise<void>
}

/** What a courier is given of the core. */
export interface CourierWorld {
  readonly store: Store
  readonly feed: EventFeed
  /** The instances that this process owns. */
  readonly instances: {
    record(id: InstanceId): Instance | undefined
    watch(watcher: RosterWatcher): () => void
  }
  readonly formats: ReadonlyMap<SubscriptionFormat, EventFormat>
  readonly names: Names
  /** Where the file of that id can be read. */
  readonly mediaUrl: (id: MediaId) => string
  readonly clock: Clock
  readonly log: Log
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
}

/** For a core that nothing goes out of: subscriptions are kept, and wait. */
export const nobody: Courier = {
  checkUrl: () => undefined,
  start: async () => undefined,
  refresh: async () => undefined,
  release: async () => undefined,
  settingsChanged: () => undefined,
  test: async () => ({ outcome: 'unreachable', status: null, error: 'nothing goes out of here', took: 0 }),
  close: async () => undefined,
}
