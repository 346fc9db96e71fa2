import type { EventKind } from '../events/event.js'
import type { EventId, InstanceId, SubscriptionId, WorkspaceId } from '../ids.js'
import type { Network } from '../instances/instance.js'
import type {
  Cursor,
  DeadLetter,
  ParkReason,
  Replay,
  SigningSecret,
  Stream,
  StreamState,
  Subscription,
  SubscriptionFormat,
  SubscriptionState,
} from '../subscriptions/subscription.js'

/** With what only the gateway itself may know. URL and secrets are sealed where they are kept. */
export interface SubscriptionRecord {
  readonly subscription: Subscription
  /** The newest first. */
  readonly secrets: readonly SigningSecret[]
}

/** Subscriptions, how far each has come in each instance, and what was given up. See `Store` for what its promises mean. */
export interface SubscriptionStore {
  /**
   * In the same transaction it gets a cursor in every instance that it covers, behind the newest event or before the
   * oldest. Rejects with `instance-not-found`, or `rate-limited` when the workspace has too many; those that a dialect
   * manages do not count.
   */
  add(subscription: NewSubscriptionRecord): Promise<SubscriptionRecord>
  find(workspace: WorkspaceId, id: SubscriptionId): Promise<SubscriptionRecord | undefined>
  managed(instance: InstanceId, by: SubscriptionFormat): Promise<SubscriptionRecord | undefined>
  /** By number. */
  list(
    workspace: WorkspaceId,
    page: { after?: number; limit: number; network?: Network; instance?: InstanceId },
  ): Promise<Subscription[]>
  /** Undefined when the workspace has no such subscription. */
  change(workspace: WorkspaceId, id: SubscriptionId, changes: SubscriptionEdit): Promise<SubscriptionRecord | undefined>
  /** With its cursors, dead letters and replays. False when the workspace has none such. */
  remove(workspace: WorkspaceId, id: SubscriptionId): Promise<boolean>
  streams(
    id: SubscriptionId,
    query: { after?: number; limit: number; states?: readonly StreamState[] },
  ): Promise<Stream[]>
  deadLetters(id: SubscriptionId, page: { after?: number; limit: number }): Promise<DeadLetter[]>
  /** Rejects with `rate-limited` when the subscription would have too many. */
  addReplay(id: SubscriptionId, stretch: { instance: InstanceId; from: number; to: number }, at: Date): Promise<void>
  /** Dead letters become replays, as many at once as there may be. Answers how many; 0 when there are none. */
  replayDeadLetters(id: SubscriptionId, at: Date): Promise<number>

  /** For whoever delivers: every one of them, and those whose URL or secrets do not open. */
  all(): Promise<{ records: SubscriptionRecord[]; unreadable: SubscriptionId[] }>
  /** The same for one. */
  record(id: SubscriptionId): Promise<SubscriptionRecord | undefined>
  /** One that was never written is at the start of the log. */
  cursor(id: SubscriptionId, instance: InstanceId): Promise<Cursor>
  /** Where something waits to be pushed: of one subscription, or of all. */
  behind(id?: SubscriptionId): Promise<{ subscription: SubscriptionId; instance: InstanceId }[]>
  /** @param failingBefore who has failed since before then is counted as failing */
  figures(failingBefore: Date): Promise<DeliveryFigures>
  /** The replays of a subscription, or of all, the oldest first. */
  replays(id?: SubscriptionId): Promise<(Replay & { readonly subscription: SubscriptionId })[]>
  /**
   * How far deliveries have come, in one transaction. What was removed meanwhile is left out, and a cursor never moves
   * back: two that deliver the same can only repeat.
   */
  recordProgress(progress: Progress): Promise<void>
  /** Gives events up: the letter and the cursor that passes it are one transaction. */
  park(letter: NewDeadLetter, passing: CursorMove | ReplayMove): Promise<void>
  /**
   * The `seq` from which on the log of an instance is still needed: what goes before it has been delivered to everybody and
   * is not waiting to be replayed. Null when nobody needs any of it. Whoever deletes old events keeps from here on
   * what is younger than the horizon of 30 days; what is older may go all the same, and is shown as a dead letter.
   */
  neededFrom(instance: InstanceId): Promise<number | null>
}

export interface NewSubscriptionRecord extends Omit<Subscription, 'number' | 'state' | 'failingSince'> {
  readonly secrets: readonly SigningSecret[]
  readonly from: 'now' | 'start'
}

export interface SubscriptionEdit {
  readonly url?: string | null
  readonly kinds?: readonly EventKind[] | null
  readonly secrets?: readonly SigningSecret[]
  /** `active` also forgets since when it failed, and lets every cursor try at once. */
  readonly state?: 'active' | 'paused'
}

export interface Progress {
  readonly cursors: readonly CursorMove[]
  readonly replays: readonly ReplayMove[]
  readonly health: readonly HealthChange[]
}

/** Over all workspaces. */
export interface DeliveryFigures {
  readonly states: ReadonlyMap<SubscriptionState, number>
  /** Subscriptions whose every attempt has failed since before that moment. */
  readonly failing: number
  /** Events that wait to be pushed, those that filters will pass over included. */
  readonly waiting: number
}

/** By number of the subscription and serial of the instance. */
export interface CursorMove {
  readonly subscription: number
  readonly instance: number
  readonly cursor: Cursor
}

export interface ReplayMove {
  readonly replay: number
  /** Null: it is done. */
  readonly cursor: Cursor | null
}

/** What deliveries found out about an endpoint. It changes nothing that its owner has paused. */
export interface HealthChange {
  readonly subscription: number
  readonly state: Exclude<SubscriptionState, 'paused'>
  readonly failingSince: Date | null
}

export interface NewDeadLetter {
  readonly subscription: number
  /** Serial. */
  readonly instance: number
  readonly seq: number
  readonly through: number
  readonly event: EventId | null
  readonly kind: EventKind | null
  readonly reason: ParkReason
  readonly lastError: string | null
  readonly attempts: number
  readonly parkedAt: Date
}
