import type { EventKind } from '../events/event.js'
import type { EventId, InstanceId, SubscriptionId, WorkspaceId } from '../ids.js'
import type { Instance, Network } from '../instances/instance.js'

/** Whose wire format a subscriber reads. */
export const subscriptionFormats = ['native', 'green-api', 'wavave', 'witi'] as const
export type SubscriptionFormat = (typeof subscriptionFormats)[number]

/**
 * Where events go. Pushed to `url`, or, where that is null, kept for a reader who fetches and deletes (GREEN-API's queue).
 */
export interface Subscription {
  readonly id: SubscriptionId
  /** Counts up over the whole gateway; lists go by it. */
  readonly number: number
  readonly workspace: WorkspaceId
  /** Null: every instance of the workspace, those made later included. */
  readonly instance: InstanceId | null
  /** Null: both networks. A test key sees and makes subscriptions of the sandbox only. */
  readonly network: Network | null
  readonly format: SubscriptionFormat
  /** As it was given. It may carry a secret of its owner: never logged. */
  readonly url: string | null
  /** Null: every kind. */
  readonly kinds: readonly EventKind[] | null
  /** The dialect whose own settings made it (GREEN-API's webhookUrl, WITI's webhook); null when made by the native API. */
  readonly managedBy: SubscriptionFormat | null
  readonly state: SubscriptionState
  /** Since when every attempt has failed; null while it works. */
  readonly failingSince: Date | null
  readonly createdAt: Date
}

/**
 * `active`: delivered. `probing`: has failed for days, so that one delivery in a while tries whether it is back.
 * `paused`: by its owner. `gone`: the endpoint answered 410; its owner has to set it going again.
 */
export const subscriptionStates = ['active', 'probing', 'paused', 'gone'] as const
export type SubscriptionState = (typeof subscriptionStates)[number]

/** Whether a subscription is told what happens to an instance. */
export function covers(subscription: Subscription, instance: Instance): boolean {
  return (
    subscription.workspace === instance.workspace &&
    (subscription.instance ?? instance.id) === instance.id &&
    (subscription.network ?? instance.network) === instance.network
  )
}

/** What a subscriber checks our signatures with (Standard Webhooks): `whsec_` and the Base64 of 32 random bytes. */
export interface SigningSecret {
  readonly secret: string
  /** Until when deliveries are signed with it; null for the one in force. */
  readonly until: Date | null
}

/** How far one subscription has come in the log of one instance. Events go in `seq` order, one request at a time. */
export interface Cursor {
  /** The last `seq` that was delivered, passed over by the filter, or parked. */
  readonly seq: number
  /** Failed attempts at the event after `seq`. */
  readonly attempts: number
  /** How many of them were answered by a refusal of this very event. */
  readonly refusals: number
  /** The event before was parked because it was refused, and nothing has been accepted since. */
  readonly barren: boolean
  /** Before this nothing is tried; null: at once. */
  readonly nextAt: Date | null
  /** How the last attempt failed; null when it did not. */
  readonly lastError: string | null
}

export const startOfLog: Cursor = { seq: 0, attempts: 0, refusals: 0, barren: false, nextAt: null, lastError: null }

/** A cursor as its owner looks at it. */
export interface Stream extends Cursor {
  readonly instance: InstanceId
  /** Serial of the instance; lists go by it. */
  readonly serial: number
  /** How many events wait, those that the filter will pass over included. */
  readonly behind: number
  /** How many dead letters there are. */
  readonly parked: number
  /** How many replays are under way. */
  readonly replays: number
}

export const streamStates = ['caught-up', 'behind', 'retrying'] as const
export type StreamState = (typeof streamStates)[number]

export function streamState({ behind, attempts }: Pick<Stream, 'behind' | 'attempts'>): StreamState {
  if (behind === 0) return 'caught-up'
  return attempts === 0 ? 'behind' : 'retrying'
}

/**
 * Why an event was given up for one subscription. `refused`: the endpoint takes others and would not take this one.
 * `expired`: nobody took it within the horizon. `deleted`: it was deleted from the log before its turn came.
 * `not-encodable`: its format failed on it.
 */
export const parkReasons = ['refused', 'expired', 'deleted', 'not-encodable'] as const
export type ParkReason = (typeof parkReasons)[number]

/** One event that was given up for one subscription, or several that follow each other; visible, and replayed on request. */
export interface DeadLetter {
  /** Counts up; lists go by it. */
  readonly number: number
  readonly instance: InstanceId
  /** The first event, and the last. */
  readonly seq: number
  readonly through: number
  /** Of the event, where it is one and is still in the log. */
  readonly event: EventId | null
  readonly kind: EventKind | null
  readonly reason: ParkReason
  readonly lastError: string | null
  readonly attempts: number
  readonly parkedAt: Date
}

/** Events that go out once more, under the ids that they had. */
export interface Replay {
  readonly number: number
  readonly instance: InstanceId
  /** How far it has come, and how the next one fares. */
  readonly cursor: Cursor
  readonly through: number
  readonly requestedAt: Date
}
