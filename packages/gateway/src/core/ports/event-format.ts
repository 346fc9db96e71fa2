import type { EventNames } from '../chats/event-names.js'
import type { GatewayEvent } from '../events/event.js'
import type { MediaId } from '../ids.js'
import type { Instance } from '../instances/instance.js'
import type { Subscription, SubscriptionFormat } from '../subscriptions/subscription.js'

/** How one vendor tells a subscriber what happened. Each dialect brings one; `delivery/` knows no vendor. */
export interface EventFormat {
  readonly name: SubscriptionFormat
  /** How this vendor tries again, where it says so itself; our own schedule otherwise. */
  readonly rules?: VendorRules
  /** Whether deliveries carry signatures made with the subscription's secrets. */
  readonly signs?: boolean
  /** Whether it tells what the account calls chats and people, which is looked up for such formats only. */
  readonly names?: boolean
  /**
   * What goes out for the first of these events, or for the first few in one request where the vendor bundles them. Null:
   * this vendor stays silent about the first one. Called anew for each attempt, and for each look at a queue, so it must
   * be quick; what it throws parks the event.
   * @param events in `seq` order, at least one; those that the subscription filters out are not among them
   */
  encode(events: readonly GatewayEvent[], to: Recipient): EncodedDelivery | null
}

export interface Recipient {
  readonly instance: Instance
  readonly subscription: Subscription
  /** What this dialect keeps of the instance (`SettingsStore`), undefined when nothing. */
  readonly settings: unknown
  /** The secrets that are valid now, the newest first; none where the format does not sign. */
  readonly secrets: readonly string[]
  /** When this attempt is made. */
  readonly at: Date
  /** Where the file of that id can be read. */
  readonly mediaUrl: (id: MediaId) => string
  /** Of the first of the events, the same at each attempt while this process lives; for formats with `names` only. */
  readonly names?: EventNames
}

export interface EncodedDelivery {
  /** How many of the events it tells, counted from the first; those it is silent about in between included. */
  readonly count: number
  /** The subscription's own, or with what the vendor appends. Empty where nothing is pushed. */
  readonly url: string
  readonly contentType: string
  readonly body: string | Uint8Array
  /** Without the content type. */
  readonly headers: Readonly<Record<string, string>>
}

/** Stands in for our own schedule as a whole: there is no jitter, nothing is parked early, and no probing. */
export interface VendorRules {
  /** Total time of one attempt, in ms. */
  readonly timeout: number
  /** Between two attempts at the same event, in ms. */
  readonly retryEvery: number
  /** After this long an event that could not be delivered is given up, in ms. */
  readonly horizon: number
  /** Whether the endpoint took it. */
  readonly accepts: (status: number) => boolean
}
