import type { AccessKey } from './access/access-key.js'
import type { ApiKey, Caller, InstanceCaller, Scope } from './access/access.js'
import type { SignedRequest, Verdict } from './access/signed-request.js'
import type { EventNews, EventNewsOf } from './events/event-news.js'
import type { EventPage } from './events/event-page.js'
import type { EventKind, GatewayEvent } from './events/event.js'
import type { BusinessProfile, Chat, Contact, NumberCheck, Profile } from './chats/chat.js'
import type { Presence } from './events/event.js'
import type { Group, GroupEdit, NewGroup, ParticipantOutcome } from './groups/group.js'
import type {
  AccessKeyId,
  ApiKeyId,
  AttemptId,
  InstanceId,
  LinkPageId,
  MediaId,
  MessageId,
  PhoneNumber,
} from './ids.js'
import type { InstanceOptions } from './instances/options.js'
import type { JournalItem, JournalQuery } from './journal/entry.js'
import type { Instance, Network } from './instances/instance.js'
import type { LinkPage, LinkPageBrand, LinkPageLocale } from './link-pages/link-page.js'
import type { LinkMethod, LinkSnapshot, LinkStep } from './linking/link-step.js'
import type { MediaFile } from './media/media-file.js'
import type { MediaLimits } from './media/media-retention.js'
import type { OpenFile } from './media/open-file.js'
import type { MessageLinks } from './message-links/message-links.js'
import type { OutgoingMessage, Typing } from './messages/message.js'
import type { WishContent } from './messages/wish.js'
import type { PhoneControl, SandboxPhone } from './ports/sandbox.js'
import type { Subscriptions } from './subscriptions/subscriptions.js'

/**
 * What every dialect may ask of the core. Each question carries the caller, so nothing crosses workspaces: what belongs
 * to another one is `instance-not-found`, exactly as if it were not there. A missing scope is `forbidden`.
 */
export interface Gateway {
  readonly access: Access
  readonly accessKeys: AccessKeys
  readonly instances: Instances
  readonly links: Links
  readonly linkPages: LinkPages
  readonly messages: Messages
  readonly media: MediaFiles
  readonly chats: Chats
  readonly contacts: Contacts
  readonly groups: Groups
  readonly events: Events
  readonly subscriptions: Subscriptions
  readonly messageLinks: MessageLinks
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

/** Keys that requests are signed with, and those requests. Making, listing and revoking them needs the scope `admin`. */
export interface AccessKeys {
  /** `secret` is the only copy there will ever be. Rejects with `bad-request` for a permission that there is not. */
  create(caller: Caller, wish: NewAccessKeyWish): Promise<{ secret: string; record: AccessKey }>
  list(caller: Caller): Promise<AccessKey[]>
  /** Rejects with `access-key-not-found`. */
  revoke(caller: Caller, id: AccessKeyId): Promise<void>
  /**
   * Who sent a signed request, looked at in the order signature, time, nonce. Accepts a nonce of a key once, however many
   * ask at the same time, and has that on disk before it answers.
   */
  verify(request: SignedRequest): Promise<Verdict>
}

export interface NewAccessKeyWish {
  readonly name?: string | null
  /** `<product>:<action>`, or `<product>:*` for all of a product. */
  readonly permissions: readonly string[]
  readonly network?: 'sandbox' | null
}

export interface Instances {
  /** `secrets` are the only copy there will ever be. */
  create(caller: Caller, wish: NewInstanceWish): Promise<{ instance: Instance; secrets: InstanceSecrets }>
  /** By serial, those after `afterSerial`, at most `limit`. */
  list(caller: Caller, page: { afterSerial?: number; limit: number }): Promise<Instance[]>
  get(caller: Caller, id: InstanceId): Promise<Instance>
  edit(caller: Caller, id: InstanceId, changes: InstanceChanges): Promise<Instance>
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
  /** Whether the number is that of an account which is linked here by other workspaces, and not by the caller's. */
  isElsewhere(caller: Caller, phone: PhoneNumber): Promise<boolean>
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
  readonly options?: Partial<InstanceOptions>
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

export interface InstanceChanges {
  readonly name?: string
  readonly phone?: PhoneNumber | null
  /** What is left out stays as it is. */
  readonly options?: Partial<InstanceOptions>
}

export interface Messages {
  /**
   * Resolves once the message is stored (promise 6), whether or not the account is connected, or linked, at the moment.
   * Rejects with `bad-request` naming what is wrong with it, `message-not-found` for one that it answers or acts on,
   * `media-not-found` for its file, `rate-limited` when too many wait, `instance-banned` where WhatsApp takes nothing any
   * more. With an idempotency key that was used before, answers the message of that first time, whatever is in this one.
   */
  send(caller: Caller, id: InstanceId, message: MessageWish): Promise<OutgoingMessage>
  /** Rejects with `message-not-found`. */
  get(caller: Caller, id: InstanceId, message: MessageId): Promise<OutgoingMessage>
  /** The message once WhatsApp has taken it or it has failed, or as it is after `wait` ms. */
  settled(caller: Caller, id: InstanceId, message: MessageId, wait: number): Promise<OutgoingMessage>
  /** What waits to be sent, oldest first, at most `limit`. */
  queued(caller: Caller, id: InstanceId, limit: number): Promise<OutgoingMessage[]>
  /** Takes everything that waits out of the queue: it fails with `message-cancelled`. Answers how many. */
  clear(caller: Caller, id: InstanceId): Promise<number>
  /** Entries of the history, the newest first. */
  journal(caller: Caller, id: InstanceId, query: JournalQuery): Promise<JournalItem[]>
  /** One message of the history, by WhatsApp's id. `chat`: null for whichever it is in. Rejects with `message-not-found`. */
  entry(caller: Caller, id: InstanceId, chat: string | null, message: string): Promise<JournalItem>
  /** Passes messages of one chat on to another, files without sending them anew. Rejects with `message-not-found`. */
  forward(caller: Caller, id: InstanceId, wish: ForwardWish): Promise<OutgoingMessage[]>
  /** Whose receipts of a message of ours came, in a group or of a status post. Rejects with `message-not-found`. */
  receipts(caller: Caller, id: InstanceId, message: MessageId): Promise<MessageReceipt[]>
}

export interface MessageWish {
  /** For a caller who has to know it before anything happens; made by `newMessageId`, and made here unless told. */
  readonly id?: MessageId
  /** Phone number, chat id or JID; `status@broadcast` for a status post. */
  readonly to: string
  readonly content: WishContent
  /** Id of the message of that chat that it answers. */
  readonly replyTo?: string
  readonly mentions?: readonly string[]
  readonly typing?: Typing
  /** It is not sent earlier, and holds up nothing that is handed in after it. */
  readonly notBefore?: Date
  /** Of a status post: phone numbers or JIDs of those who may see it; all contacts unless told. */
  readonly audience?: readonly string[]
  readonly idempotencyKey?: string
}

export interface ForwardWish {
  readonly from: string
  readonly to: string
  readonly messages: readonly string[]
  readonly typing?: Typing
}

export interface MessageReceipt {
  /** JID. */
  readonly participant: string
  readonly phone: string | null
  readonly lid: string | null
  readonly status: 'delivered' | 'read' | 'played'
  readonly at: Date
}

/** Files: uploaded or fetched here to be sent, and those that came with messages. */
export interface MediaFiles {
  /** Where anybody who is given it can read the file. */
  url(id: MediaId): string
  /**
   * Takes a file in as it comes. Its type is told by its first bytes. Rejects with `content-too-large` past 100 MiB, with
   * `bad-request` for an empty one, `storage-full`.
   * @param claimed what the caller calls it and says it is
   */
  upload(caller: Caller, id: InstanceId, body: AsyncIterable<Uint8Array>, claimed: FileClaim): Promise<MediaFile>
  /** The same for a file that is at a URL. Rejects also with `file-unreachable`. */
  fetch(caller: Caller, id: InstanceId, url: string, claimed: FileClaim): Promise<MediaFile>
  /** Rejects with `media-not-found`. */
  get(caller: Caller, id: InstanceId, media: MediaId): Promise<MediaFile>
  /** A small JPEG of a picture, in base64. Rejects with `media-not-found`, `media-unavailable`, `bad-request` for what is no picture. */
  thumbnail(caller: Caller, id: InstanceId, media: MediaId): Promise<string>
  /**
   * The file of a message, brought here from WhatsApp if it is not here yet. `chat`: null for whichever it is in. Rejects with
   * `message-not-found`, `media-unavailable`.
   */
  ofMessage(caller: Caller, id: InstanceId, chat: string | null, message: string): Promise<MediaFile>
  /**
   * For whoever knows its id. Brings a received file here first, if it is not here yet. Rejects with `media-not-found`,
   * `media-unavailable`.
   */
  open(media: string, range?: ByteRange): Promise<OpenFile>
  /** How many files of the instance are kept here now, and how many bytes they have. */
  usage(caller: Caller, id: InstanceId): Promise<MediaUsage>
  /** Deletes those. What came with messages is not fetched from WhatsApp again. */
  clear(caller: Caller, id: InstanceId): Promise<void>
  /** How long the workspace keeps files, in days. */
  retention(caller: Caller): Promise<MediaLimits>
  /** Holds for files that are there already, too, from the next hour on. Rejects with `bad-request` naming the field. */
  setRetention(caller: Caller, changes: Partial<MediaLimits>): Promise<MediaLimits>
}

export interface MediaUsage {
  readonly files: number
  readonly bytes: number
}

export interface FileClaim {
  readonly name: string | null
  readonly mimetype: string | null
}

/** First and last byte, both counted in; `to` left out: up to the end. `from` below 0: that many from the end. */
export interface ByteRange {
  readonly from: number
  readonly to?: number
}

/** `chat` is a phone number, chat id or JID everywhere. What WhatsApp itself is asked or told rejects with `not-linked`. */
export interface Chats {
  /** By the newest message, those after `before` (an id of a chat) in that order, at most `limit`. */
  list(caller: Caller, id: InstanceId, page: { before?: string; limit: number }): Promise<Chat[]>
  /** Rejects with `chat-not-found`. */
  get(caller: Caller, id: InstanceId, chat: string): Promise<Chat>
  /** Everything up to this message, or all of it. */
  read(caller: Caller, id: InstanceId, chat: string, upTo?: string): Promise<void>
  edit(caller: Caller, id: InstanceId, chat: string, changes: ChatEdit): Promise<Chat>
  /**
   * Deletes a message on the devices of the account, and for nobody else; it stays in the history here. Rejects with
   * `not-supported` for what somebody else wrote in a group.
   */
  hide(caller: Caller, id: InstanceId, chat: string, message: string): Promise<void>
  /** Shows the other side that somebody is writing or speaking. */
  showPresence(
    caller: Caller,
    id: InstanceId,
    chat: string,
    presence: 'composing' | 'recording' | 'paused',
  ): Promise<void>
  /** From then on `contact.presence` is told of this chat. */
  subscribePresence(caller: Caller, id: InstanceId, chat: string): Promise<void>
}

/** What is left out stays as it is. */
export interface ChatEdit {
  readonly archived?: boolean
  readonly pinned?: boolean
  readonly markedUnread?: boolean
  readonly mutedUntil?: Date | 'always' | null
  /** Seconds; 0 turns it off. */
  readonly expiresIn?: 0 | 86_400 | 604_800 | 7_776_000
}

export interface Contacts {
  /** By id, those after `after`, at most `limit`. */
  list(caller: Caller, id: InstanceId, page: { after?: string; limit: number }): Promise<Contact[]>
  /** Rejects with `contact-not-found` for somebody this instance has never met. */
  get(caller: Caller, id: InstanceId, contact: string): Promise<Contact>
  /** As the account's owner has saved these people, by the JID that was asked for; whom they have not is left out. */
  savedNames(caller: Caller, id: InstanceId, people: readonly string[]): Promise<ReadonlyMap<string, string>>
  save(caller: Caller, id: InstanceId, contact: string, names: ContactNames): Promise<Contact>
  /** Takes them out of the address book. */
  remove(caller: Caller, id: InstanceId, contact: string): Promise<void>
  block(caller: Caller, id: InstanceId, contact: string, on: boolean): Promise<void>
  /** Which of the numbers are on WhatsApp; at most 50. */
  check(caller: Caller, id: InstanceId, phones: readonly PhoneNumber[]): Promise<NumberCheck[]>
  /** Of a person or group, as WhatsApp shows it now. */
  profile(caller: Caller, id: InstanceId, of: string): Promise<Profile>
  picture(caller: Caller, id: InstanceId, of: string): Promise<string | null>
  business(caller: Caller, id: InstanceId, of: string): Promise<BusinessProfile | null>
  /** The account's own. `picture`: an uploaded file; null takes it away. */
  setProfile(caller: Caller, id: InstanceId, changes: ProfileEdit): Promise<void>
  /** Whether the account shows as online while it is connected here. */
  setPresence(caller: Caller, id: InstanceId, presence: Extract<Presence, 'available' | 'unavailable'>): Promise<void>
}

export interface ContactNames {
  readonly firstName: string
  readonly lastName?: string
  /** Also in the address book of the phone. */
  readonly onPhone?: boolean
}

export interface ProfileEdit {
  readonly name?: string
  readonly about?: string
  readonly picture?: MediaId | null
}

/** Groups of the account, as WhatsApp has them now. Rejects with `group-not-found`, `not-in-group`, `not-group-admin`. */
export interface Groups {
  list(caller: Caller, id: InstanceId): Promise<Group[]>
  get(caller: Caller, id: InstanceId, group: string): Promise<Group>
  create(
    caller: Caller,
    id: InstanceId,
    wish: NewGroup,
  ): Promise<{ group: Group; outcomes: readonly ParticipantOutcome[] }>
  edit(caller: Caller, id: InstanceId, group: string, changes: GroupEdit): Promise<Group>
  /** `media`: an uploaded file; null takes the picture away. */
  setPicture(caller: Caller, id: InstanceId, group: string, media: MediaId | null): Promise<void>
  change(
    caller: Caller,
    id: InstanceId,
    group: string,
    change: 'add' | 'remove' | 'promote' | 'demote',
    participants: readonly string[],
  ): Promise<readonly ParticipantOutcome[]>
  /** `https://chat.whatsapp.com/…` */
  invite(caller: Caller, id: InstanceId, group: string): Promise<string>
  revokeInvite(caller: Caller, id: InstanceId, group: string): Promise<string>
  /** By such a link or its code. Answers the id of the group. */
  join(caller: Caller, id: InstanceId, invite: string): Promise<string>
  leave(caller: Caller, id: InstanceId, group: string): Promise<void>
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
