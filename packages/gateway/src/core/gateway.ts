import type { ApiKey, Caller, InstanceCaller, Scope } from './access/access.js'
import type { EventNews, EventNewsOf } from './events/event-news.js'
import type { EventPage } from './events/event-page.js'
import type { EventKind, GatewayEvent } from './events/event.js'
import type { ApiKeyId, AttemptId, InstanceId, LinkPageId, MessageId, PhoneNumber } from './ids.js'
import type { Instance, Network } from './instances/instance.js'
import type { LinkPage, LinkPageBrand, LinkPageLocale } from './link-pages/link-page.js'
import type { LinkMethod, LinkSnapshot, LinkStep } from './linking/link-step.js'
import type { Content, OutgoingMessage } from './messages/message.js'
import type { PhoneControl, SandboxPhone } from './ports/sandbox.js'
import type { Subscriptions } from './subscriptions/subscriptions.js'

/**
 * What every dialect may ask of the core. Each question carries the caller, so nothing crosses workspaces: what belongs
 * to another one is `instance-not-found`, exactly as if it were not there. A missing scope is `forbidden`.
 */
export interface Gateway {
  readonly access: Access
  readonly instances: Instances
  readonly links: Links
  readonly linkPages: LinkPages
  readonly messages: Messages
  readonly events: Events
  readonly subscriptions: Subscriptions
  readonly settings: DialectSettings
  readonly sandbox: SandboxPhones
}

export interface Access {
  /** Whose key this is. Rejects with `unauthorized` for a missing, unknown or revoked key alike. */
  authenticate(key: string | undefined): Promise<Caller>
  /**
   * Whoever shows an instance's token (GREEN-API). Rejects with `instance-not-found` for a serial that is not there and
   * with `unauthorized` for a wrong token.
   */
  byInstanceToken(serial: number, token: string): Promise<InstanceCaller>
  /** Whoever shows an instance's WITI access key, in any case of letters. Rejects with `unauthorized`. */
  byWid(wid: string): Promise<InstanceCaller>
  /** `key` is the only copy there will ever be. */
  createKey(caller: Caller, wish: NewKey): Promise<{ key: string; record: ApiKey }>
  listKeys(caller: Caller): Promise<ApiKey[]>
  /** Rejects with `key-not-found`. */
  revokeKey(caller: Caller, id: ApiKeyId): Promise<void>
}

export interface NewKey {
  readonly name: string
  /** Everything the caller itself may do, unless told. */
  readonly scopes?: readonly Scope[]
  readonly network?: 'sandbox' | null
}

export interface Instances {
  /** `secrets` are the only copy there will ever be. */
  create(caller: Caller, wish: NewInstanceWish): Promise<{ instance: Instance; secrets: InstanceSecrets }>
  /** By serial, those after `afterSerial`, at most `limit`. */
  list(caller: Caller, page: { afterSerial?: number; limit: number }): Promise<Instance[]>
  get(caller: Caller, id: InstanceId): Promise<Instance>
  edit(caller: Caller, id: InstanceId, changes: { name?: string; phone?: PhoneNumber | null }): Promise<Instance>
  /** Logs out where WhatsApp can be reached, then forgets everything. */
  remove(caller: Caller, id: InstanceId): Promise<void>
  /** Closes the socket and keeps the link. Rejects with `not-linked`. */
  pause(caller: Caller, id: InstanceId): Promise<Instance>
  resume(caller: Caller, id: InstanceId): Promise<Instance>
  /** Removes this device from the account; a new link is needed afterwards. Also ends a link attempt. */
  logout(caller: Caller, id: InstanceId): Promise<Instance>
  /** Closes the socket of a linked instance and opens it anew. An unlinked one is left as it is. */
  restart(caller: Caller, id: InstanceId): Promise<Instance>
  /** The caller's oldest instance that expects this number. */
  byPhone(caller: Caller, phone: PhoneNumber): Promise<Instance | undefined>
  /** Replaces the instance token; the one before is worth nothing from then on. */
  newToken(caller: Caller, id: InstanceId): Promise<string>
  figures(caller: Caller, id: InstanceId): Promise<InstanceFigures>
}

/** What was counted, never estimated. */
export interface InstanceFigures {
  readonly chats: number
  readonly contacts: number
  /** Over the socket that is open now; 0 when there is none. */
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** What a dialect keeps of an instance for itself: the settings its vendor has and the core does not. Kept sealed. */
export interface DialectSettings {
  /** Undefined when nothing was written. */
  read(caller: Caller, id: InstanceId, dialect: string): Promise<unknown>
  write(caller: Caller, id: InstanceId, dialect: string, settings: object): Promise<void>
}

export interface NewInstanceWish {
  readonly name: string
  readonly network?: Network
  readonly phone?: PhoneNumber | null
}

export interface InstanceSecrets {
  /** 50 hexadecimal characters, as GREEN-API's apiTokenInstance. */
  readonly instanceToken: string
  /** Upper-case GUID, as WITI's access key. */
  readonly wid: string
}

export interface Links {
  /**
   * Starts an attempt or joins the one alive, and waits (at most `wait` ms) until there is something to do for the
   * person with the phone. Rejects with `already-linked`, `instance-busy`, `storage-error`.
   */
  start(caller: Caller, id: InstanceId, how: LinkMethod, options?: { wait?: number }): Promise<LinkSnapshot>
  /**
   * The attempt alive or the one that ended last. Waits at most `wait` ms while its step is `opening` or `starting`.
   * Reading keeps an attempt alive: one that nobody reads or watches for 60 s is abandoned.
   * A linked instance answers `linked` even when no attempt is remembered; otherwise rejects with `attempt-not-found`.
   */
  current(caller: Caller, id: InstanceId, options?: { wait?: number }): Promise<LinkSnapshot>
  /** The current step at once, then each one as it happens; ends after `linked` or `failed`. */
  watch(caller: Caller, id: InstanceId, signal: AbortSignal): AsyncIterable<LinkSnapshot>
  /** Ends the attempt alive, if any, with `link-cancelled`. */
  cancel(caller: Caller, id: InstanceId): Promise<void>
}

/** Pages to send to the person who holds the phone. */
export interface LinkPages {
  /**
   * `token` is the only copy there will ever be. Rejects with `already-linked`, with `rate-limited` when the instance
   * has too many pages, and with `bad-request` for a `returnUrl` that the workspace has not allowed.
   */
  create(caller: Caller, id: InstanceId, wish: LinkPageWish): Promise<{ page: LinkPage; token: string }>
  /** The newest first. */
  list(caller: Caller, id: InstanceId): Promise<LinkPage[]>
  /** Whoever has it open loses it, and an attempt that was begun on it ends. Rejects with `link-page-not-found`. */
  revoke(caller: Caller, id: InstanceId, page: LinkPageId): Promise<void>
  /**
   * What the holder of a token may do. Rejects with `link-page-not-found` alike for a token that is unknown, expired,
   * used or revoked. Who names the attempt that used the page up still learns, for an hour, how it ended.
   */
  open(token: string, followed?: string): Promise<OpenLinkPage>
  /** Where the workspace's pages may send people back to. */
  returnOrigins(caller: Caller): Promise<string[]>
  /** Rejects with `bad-request` for anything but an https origin, or http on localhost. */
  setReturnOrigins(caller: Caller, origins: readonly string[]): Promise<string[]>
}

export interface LinkPageWish {
  /** Seconds; an hour unless told. */
  readonly expiresIn?: number
  readonly returnUrl?: string
  readonly brand?: LinkPageBrand
  readonly locale?: LinkPageLocale
}

/** A link page in the hands of somebody. Good for one instance and for linking only. */
export interface OpenLinkPage {
  readonly brand: LinkPageBrand | null
  readonly locale: LinkPageLocale | null
  /** The number that has to link; null when any may. */
  readonly expected: PhoneNumber | null
  /**
   * Starts an attempt or joins the one alive. A code is for the expected number, or for `phone` where none is expected.
   * Rejects with `rate-limited` past a few starts a minute, and as `Links.start` does.
   */
  start(how: { method: 'qr' } | { method: 'code'; phone?: PhoneNumber }): Promise<void>
  /** The current moment at once, then each as it happens, over all attempts. Ends with `linked` or with the page. */
  watch(signal: AbortSignal): AsyncIterable<LinkPageMoment>
}

export interface LinkPageMoment {
  /** Null while nothing was started. */
  readonly attempt: AttemptId | null
  readonly step: LinkStep | { readonly kind: 'idle' }
  /** Where to go once it is linked. */
  readonly returnUrl: string | null
}

export interface Messages {
  /** Resolves once the message is stored (promise 6). `to`: phone number, chat id or JID. */
  send(caller: Caller, id: InstanceId, message: MessageWish): Promise<OutgoingMessage>
  /** Rejects with `message-not-found`. */
  get(caller: Caller, id: InstanceId, message: MessageId): Promise<OutgoingMessage>
}

export interface MessageWish {
  readonly to: string
  readonly content: Content
  readonly idempotencyKey?: string
}

export interface Events {
  /**
   * Events after `after`, at most `limit` and about 1 MiB; waits at most `wait` ms for the first one. What has expired is
   * told without waiting.
   */
  read(caller: Caller, id: InstanceId, query: EventQuery & { wait?: number; signal?: AbortSignal }): Promise<EventPage>
  /** Events of these kinds with `seq` less than `before`, the newest first, at most `limit`. */
  latest(
    caller: Caller,
    id: InstanceId,
    query: { kinds: readonly EventKind[]; limit: number; before?: number },
  ): Promise<GatewayEvent[]>
  /** Every event after `after`, then each as it is committed, until `signal` or the end of the instance. */
  stream(
    caller: Caller,
    id: InstanceId,
    after: number | 'start',
    signal: AbortSignal,
  ): AsyncIterable<EventNewsOf<'event' | 'expired'>>
  /** Follows nothing yet. To be closed. Throws `forbidden`. */
  follow(caller: Caller): EventReader
}

export interface EventQuery {
  readonly after: number
  readonly limit: number
  readonly kinds?: readonly EventKind[]
}

/**
 * Follows the logs of any number of instances: each in the order of `seq` and without a gap, one among the others in no
 * promised order. Holds where it is and no more than one batch of events, however far behind its reader is.
 */
export interface EventReader {
  /** Adds these; one that is followed already goes on from there instead. What cannot be read is told as `gone`. */
  follow(wishes: readonly FollowWish[]): Promise<void>
  /** Adds all that the caller can read and that are not followed yet, and from then on each that is made, from its start. */
  followAll(wish: FollowAllWish): Promise<void>
  /** `all`: those that will be made, too. */
  stop(instances: readonly InstanceId[] | 'all'): void
  /** Waits for news; none when it was closed. Not to be called again before it has answered. */
  next(): Promise<readonly EventNews[]>
  /** Has `caught-up` told wherever the log was read further than the reader knows, as a filter lets it. */
  recap(): void
  close(): void
}

export interface FollowWish {
  readonly instance: InstanceId
  /** `start`: everything that is kept, and nothing is said of what is not. */
  readonly after: number | 'now' | 'start'
  /** All unless told. */
  readonly kinds?: readonly EventKind[]
}

export interface FollowAllWish {
  readonly after: 'now' | 'start'
  readonly kinds?: readonly EventKind[]
}

/** Rejects with `sandbox-off` where the gateway runs without one. */
export interface SandboxPhones {
  register(caller: Caller, phone: { number?: PhoneNumber; name?: string }): Promise<SandboxPhone>
  list(caller: Caller): Promise<SandboxPhone[]>
  phone(caller: Caller, number: string): Promise<PhoneControl>
}
