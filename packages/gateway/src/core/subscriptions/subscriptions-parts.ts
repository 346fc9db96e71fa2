import type { Names } from '../chats/event-names.js'
import type { EventFeed } from '../events/event-feed.js'
import type { MediaId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { Clock } from '../ports/clock.js'
import type { Courier } from '../ports/courier.js'
import type { EventFormat } from '../ports/event-format.js'
import type { Log } from '../ports/log.js'
import type { Store } from '../ports/store.js'
import type { SubscriptionFormat } from './subscription.js'

/** What everything about subscriptions works with. */
export interface SubscriptionsParts {
  readonly roster: Roster
  readonly feed: EventFeed
  readonly store: Store
  readonly courier: Courier
  readonly formats: ReadonlyMap<SubscriptionFormat, EventFormat>
  readonly names: Names
  readonly mediaUrl: (id: MediaId) => string
  readonly clock: Clock
  readonly log: Log
}
