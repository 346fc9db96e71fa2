import type { Caller } from '../access/access.js'
import type { EventKind, GatewayEvent } from '../events/event.js'
import type { InstanceId, SubscriptionId } from '../ids.js'
import type { Network } from '../instances/instance.js'
import type { EncodedDelivery } from '../ports/event-format.js'
import type { DeadLetter, Stream, StreamState, Subscription, SubscriptionFormat } from './subscription.js'

/**
 * Where the events of a workspace go. What belongs to another workspace, and for a test key what is not of the sandbox, is
 * `subscription-not-found`. What a dialect manages for its own settings is shown here, and changed there only.
 */
export interface Subscriptions {
  /**
   * `secret` is the only copy there will ever be; null for a format that does not sign. Begins with the next event of each
   * instance. Rejects with `instance-not-found`, with `bad-request` for a URL that cannot be one or leads where nothing may be
   * sent, and with `rate-limited` when the workspace has too many.
   */
  create(caller: Caller, wish: NewSubscription): Promise<{ subscription: Subscription; secret: string | null }>
  /** By number, those after `after`, at most `limit`. */
  list(caller: Caller, page: { after?: number; limit: number }): Promise<Subscription[]>
  get(caller: Caller, id: SubscriptionId): Promise<Subscription>
  /**
   * Set going (`state: 'active'`, or another URL unless it is paused), it tries at once whatever waits for its next
   * attempt. Rejects with `not-supported` for one that a dialect manages.
   */
  edit(caller: Caller, id: SubscriptionId, changes: SubscriptionChanges): Promise<Subscription>
  /** What was not delivered is forgotten with it. */
  remove(caller: Caller, id: SubscriptionId): Promise<void>
  /**
   * `secret` is the only copy there will ever be. Deliveries are signed with the secrets before it too, at most for another
   * `overlap` seconds. Rejects with `not-supported` for a format that does not sign, and with `rate-limited` when
   * too many secrets are valid at once.
   */
  rotateSecret(caller: Caller, id: SubscriptionId, overlap: number): Promise<{ secret: string; previousUntil: Date }>
  /** Sends one signed delivery now, about an instance as it is, outside of every order. It is not repeated. */
  test(caller: Caller, id: SubscriptionId): Promise<TestDelivery>
  /** How far it is in each instance, by serial of the instance. Those where it never had anything to do are not listed. */
  streams(
    caller: Caller,
    id: SubscriptionId,
    query: { after?: number; limit: number; states?: readonly StreamState[] },
  ): Promise<Stream[]>
  /** What was given up in the last 30 days, by number. */
  deadLetters(caller: Caller, id: SubscriptionId, page: { after?: number; limit: number }): Promise<DeadLetter[]>
  /**
   * Sends events once more, with the ids that they had. Resolves once that is stored, with how many stretches of the log will
   * go out. The stream of new events keeps its order and goes first: a replay moves on while that has nothing to send.
   * Rejects with `event-not-found` where there is nothing to replay, and with `rate-limited` when too many are under way.
   */
  replay(caller: Caller, id: SubscriptionId, wish: ReplayWish): Promise<{ replays: number }>

  /**
   * Makes or changes the one subscription that a dialect keeps for an instance. How far it has come stays, also when it
   * is pulled now and was pushed before, or the other way round; a URL sets it going again. Rejects with `bad-request`
   * naming `url`.
   */
  manage(caller: Caller, instance: InstanceId, format: SubscriptionFormat, wish: ManagedWish): Promise<Subscription>
  /** The one that a dialect keeps for an instance, if there is one. */
  managed(caller: Caller, instance: InstanceId, format: SubscriptionFormat): Promise<Subscription | undefined>
  /** Ends it. Nothing happens when there is none. */
  unmanage(caller: Caller, instance: InstanceId, format: SubscriptionFormat): Promise<void>
  /**
   * The first event that was not delivered and that the format has something to say about; waits at most `wait` ms for one.
   * What the format is silent about, and what is older than its horizon, is passed over for good. The same one is
   * answered until it is removed. Where the dialect keeps no subscription for the instance yet, one that is pulled is
   * made, from the start of the log. Null: nothing yet, or it is pushed.
   */
  head(
    caller: Caller,
    instance: InstanceId,
    format: SubscriptionFormat,
    options?: { wait?: number; signal?: AbortSignal },
  ): Promise<QueueHead | null>
  /** True, once that is stored, when this was the head and is no longer. */
  removeHead(caller: Caller, instance: InstanceId, format: SubscriptionFormat, seq: number): Promise<boolean>
}

export interface NewSubscription {
  readonly url: string
  readonly format?: SubscriptionFormat
  /** Without one: all of the workspace, those made later included. */
  readonly instance?: InstanceId
  readonly network?: Network
  readonly kinds?: readonly EventKind[] | null
  /** `now` unless told: the events after this moment. `start`: everything that the log still has. */
  readonly from?: 'now' | 'start'
}

export interface SubscriptionChanges {
  readonly url?: string
  readonly kinds?: readonly EventKind[] | null
  readonly state?: 'active' | 'paused'
}

export interface ManagedWish {
  /** Null: kept for `head`. */
  readonly url: string | null
  readonly kinds?: readonly EventKind[] | null
  /** Where it begins when it is made now; `now` unless told. */
  readonly from?: 'now' | 'start'
}

/** What goes out again: one event, a stretch of the log with both its ends, or everything that was given up. */
export type ReplayWish =
  { readonly instance: InstanceId; readonly from: number; readonly to: number } | { readonly deadLetters: true }

/** What the endpoint said. `silent`: its format has nothing to say about how an instance is. */
export interface TestDelivery {
  readonly outcome: 'accepted' | 'refused' | 'unreachable' | 'silent'
  /** The HTTP status, where there was an answer. */
  readonly status: number | null
  readonly error: string | null
  /** From the request to the answer, in ms. */
  readonly took: number
}

export interface QueueHead {
  readonly seq: number
  readonly event: GatewayEvent
  readonly delivery: EncodedDelivery
}
