import type { ApiKey } from '../access/access.js'
import type { Chat, Contact } from '../chats/chat.js'
import type { ErrorCode } from '../errors/gateway-error.js'
import type { EventPage } from '../events/event-page.js'
import type { ChatAddress, EventBody, EventKind, GatewayEvent } from '../events/event.js'
import type { MessageReceipt } from '../gateway.js'
import type { ApiKeyId, ChatId, InstanceId, LinkPageId, MessageId, PhoneNumber, WorkspaceId } from '../ids.js'
import type {
  Account,
  DesiredState,
  Instance,
  InstanceRef,
  InstanceState,
  Network,
  StateReason,
} from '../instances/instance.js'
import type { InstanceOptions } from '../instances/options.js'
import type { JournalItem, JournalQuery } from '../journal/entry.js'
import type { LinkPage } from '../link-pages/link-page.js'
import type { OutgoingContent } from '../messages/act.js'
import type { MessageStatus, OutgoingMessage } from '../messages/message.js'
import type { AccessKeyStore } from './access-key-store.js'
import type { CredentialChange, Credentials } from './credentials.js'
import type { MediaStore } from './media-store.js'
import type { MessageLinkStore } from './message-link-store.js'
import type { SubscriptionStore } from './subscription-store.js'

/**
 * Everything that survives a crash. A promise that resolves has been committed and synced (promise 4); one that rejects
 * has changed nothing, unless its `effect` is `unknown`: the disk failed the commit, and a restart will tell. Rejections
 * are `GatewayError`s: `storage-full` when the disk is, `stale-owner` when a fenced write came from an earlier epoch,
 * `instance-not-found` for one that is gone, `storage-error` for the rest.
 */
export interface Store {
  readonly access: AccessStore
  readonly accessKeys: AccessKeyStore
  readonly instances: InstanceStore
  readonly events: EventStore
  readonly media: MediaStore
  readonly messages: MessageStore
  readonly chats: ChatStore
  readonly contacts: ContactStore
  readonly journal: JournalStore
  readonly credentials: Credentials
  readonly settings: SettingsStore
  readonly linkPages: LinkPageStore
  readonly subscriptions: SubscriptionStore
  readonly messageLinks: MessageLinkStore
  readonly expiry: ExpiryStore
  /** Resolves when a durable write works now. */
  check(): Promise<void>
  /** Waits for what was handed in, then closes. */
  close(): Promise<void>
}

export interface AccessStore {
  /** The workspace of that name, made if there is none. */
  ensureWorkspace(name: string): Promise<WorkspaceId>
  addKey(key: NewApiKey): Promise<ApiKey>
  /** The key, revoked or not, whose SHA-256 digest this is. */
  keyByHash(hash: Uint8Array): Promise<ApiKey | undefined>
  listKeys(workspace: WorkspaceId): Promise<ApiKey[]>
  /** False when the workspace has no such key, or it was revoked before. */
  revokeKey(workspace: WorkspaceId, id: ApiKeyId, at: Date): Promise<boolean>
}

export interface NewApiKey {
  readonly id: ApiKeyId
  readonly workspace: WorkspaceId
  readonly name: string
  readonly scopes: ApiKey['scopes']
  readonly network: ApiKey['network']
  /** SHA-256 of the key; the key itself is never stored. */
  readonly hash: Uint8Array
  readonly createdAt: Date
}

export interface InstanceStore {
  /** Gives it the next serial and epoch 1, and writes its first event. */
  create(instance: NewInstance): Promise<Instance>
  find(workspace: WorkspaceId, id: InstanceId): Promise<Instance | undefined>
  list(workspace: WorkspaceId, page: InstancePage): Promise<Instance[]>
  /** With the digest of its token; the serial alone proves nothing. */
  findBySerial(serial: number): Promise<{ instance: Instance; tokenHash: Uint8Array } | undefined>
  findByWid(widHash: Uint8Array): Promise<Instance | undefined>
  /** The oldest one that expects this number. */
  findByPhone(workspace: WorkspaceId, phone: PhoneNumber, network: Network | null): Promise<Instance | undefined>
  replaceToken(workspace: WorkspaceId, id: InstanceId, tokenHash: Uint8Array): Promise<boolean>
  /** Changes what its owner may change by hand. */
  update(workspace: WorkspaceId, id: InstanceId, changes: InstanceEdit): Promise<Instance | undefined>
  /** Removes it with everything it had, credentials and events included. False when there was none. */
  remove(workspace: WorkspaceId, id: InstanceId): Promise<boolean>
  /** Takes ownership of every instance for this process: raises each epoch, most recently active first. */
  claimAll(): Promise<ClaimedInstance[]>
  /**
   * One protocol step or decision, in one transaction: changed fields, credentials, events and message statuses, and what
   * the events mean for chats and people. Fenced by the epoch. A message that came by a message link is followed by its
   * `message-link.conversation` (`clueOf`), and counted with it. Answers the instance as it now is and the events with the
   * `seq` they got.
   *
   * Chats stand in the events that are written under their one id, whichever address of the chat an event came with, and
   * number and LID of a person side by side as far as both are known. `contact.*` events that tell nothing new are left out.
   */
  commit(instance: InstanceRef, step: InstanceStep): Promise<{ instance: Instance; events: GatewayEvent[] }>
}

/** What a dialect keeps of an instance beside what the core knows: sealed, and JSON to the store. */
export interface SettingsStore {
  /** Undefined when nothing was written. */
  read(instance: InstanceId, dialect: string): Promise<unknown>
  /** Replaces what there was. Rejects with `instance-not-found`. */
  write(instance: InstanceId, dialect: string, settings: object): Promise<void>
}

/** Pages to link from. The commit that makes an instance linked uses up all of its pages that are not used yet. */
export interface LinkPageStore {
  /** Rejects with `instance-not-found`, or `rate-limited` when the instance has too many that can still be used. */
  add(page: NewLinkPage): Promise<LinkPage>
  /** The page, whatever became of it, whose token has this SHA-256 digest. */
  byToken(hash: Uint8Array): Promise<{ page: LinkPage; workspace: WorkspaceId } | undefined>
  /** The newest first. */
  list(instance: InstanceId): Promise<LinkPage[]>
  /** False when the instance has no such page. */
  revoke(instance: InstanceId, id: LinkPageId, at: Date): Promise<boolean>
  /** Where pages of the workspace may send people back to. */
  returnOrigins(workspace: WorkspaceId): Promise<string[]>
  setReturnOrigins(workspace: WorkspaceId, origins: readonly string[]): Promise<void>
}

export interface NewLinkPage extends Omit<LinkPage, 'usedAt' | 'usedBy' | 'revokedAt'> {
  /** SHA-256 of the token; the token itself is never stored. */
  readonly tokenHash: Uint8Array
}

export interface NewInstance {
  readonly id: InstanceId
  readonly workspace: WorkspaceId
  readonly name: string
  readonly network: Network
  readonly phone: Instance['phone']
  /** SHA-256 of the instance token (GREEN-API's apiTokenInstance). */
  readonly tokenHash: Uint8Array
  /** SHA-256 of the upper-case WITI access key. */
  readonly widHash: Uint8Array
  readonly createdAt: Date
}

/** Ordered by serial. */
export interface InstancePage {
  readonly afterSerial?: number
  readonly limit: number
  readonly network?: Network
}

export interface InstanceEdit {
  readonly name?: string
  readonly phone?: Instance['phone']
  readonly options?: InstanceOptions
}

export interface ClaimedInstance {
  readonly instance: Instance
  readonly epoch: number
  /** Whether an identity is stored, readable or not. */
  readonly hasIdentity: boolean
}

export interface InstanceStep {
  readonly at: Date
  readonly changes?: {
    readonly desired?: DesiredState
    readonly state?: InstanceState
    readonly reason?: StateReason
    readonly account?: Account | null
    readonly restrictedUntil?: Date | null
    readonly activeAt?: Date
  }
  readonly credentials?: readonly CredentialChange[]
  readonly events?: readonly EventBody[]
  /** See `ProtocolStep`. */
  readonly strand?: string
  /**
   * A status only moves forward: queued, sent, server-ack, failed, delivered, read, played. Where this moves nothing (too
   * late, repeated, or no such message), the step's `message.status` event of that message is not written either; its
   * `message.sent` event is written only when this takes the message out of the queue. In a group, and for a status post,
   * the first participant's receipt moves it; whose came so far is told by `MessageStore.receipts`.
   */
  readonly statuses?: readonly MessageMove[]
}

export interface MessageMove {
  readonly id: MessageId
  readonly status: MessageStatus
  readonly failure: ErrorCode | null
  /** JID of whose receipt says so, in a group or of a status post. */
  readonly participant?: string | null
}

export interface EventStore {
  /** Events of one instance with `seq` greater than `after`, in order, at most `limit`. */
  read(
    instance: InstanceId,
    query: { after: number; limit: number; kinds?: readonly EventKind[] },
  ): Promise<GatewayEvent[]>
  /**
   * The same with what is known of the log around it. Ends early once its events hold `bytes` of data, though never
   * without any; costs as much as what it answers, however rare the kinds are.
   */
  page(
    instance: InstanceId,
    query: { after: number; limit: number; kinds?: readonly EventKind[] | undefined; bytes: number },
  ): Promise<EventPage>
  /** Events of these kinds with `seq` less than `before`, the newest first, at most `limit`. */
  latest(
    instance: InstanceId,
    query: { kinds: readonly EventKind[]; limit: number; before?: number | undefined },
  ): Promise<GatewayEvent[]>
  /** The newest `seq`, 0 when there is none. */
  last(instance: InstanceId): Promise<number>
  /** The newest `seq` of each of them that there is. */
  lasts(instances: readonly InstanceId[]): Promise<Map<InstanceId, number>>
  /** How many chats, and how many people in them, the messages of its log come from and go to. */
  figures(instance: InstanceId): Promise<{ chats: number; contacts: number }>
}

/** What need not be kept for ever. */
export interface ExpiryStore {
  /**
   * Deletes what the limits leave out, a little at a time between other people's writes. Every instance keeps its newest
   * event. Ends early when `signal` aborts, and resolves with how many rows are gone.
   */
  sweep(limits: ExpiryLimits, signal: AbortSignal): Promise<Expired>
}

/** How many rows are gone. */
export interface Expired {
  readonly events: number
  readonly received: number
  readonly sent: number
  readonly messages: number
  readonly nonces: number
}

export interface ExpiryLimits {
  readonly events: {
    /** Older ones go. */
    readonly before: Date
    /** How many an instance keeps; beyond that the oldest go. */
    readonly most: number
    /** Younger ones that a subscription has yet to deliver stay, whatever the other two say. */
    readonly neededSince: Date
  }
  /** The journal of decryption: older entries go. */
  readonly received: { readonly before: Date }
  /** The journal of sending: older entries go. */
  readonly sent: { readonly before: Date }
  /** Messages that were handed in, and receipts of them: those go of which nothing was heard since, and which do not wait. */
  readonly messages: { readonly before: Date }
  /** What signed requests have used once: what was used earlier goes. */
  readonly nonces: { readonly before: Date }
}

export interface MessageStore {
  /**
   * Puts a message into the outgoing queue. With an idempotency key that was used before in this instance, answers the
   * message of that first time, whatever is in this one, and stores nothing. Rejects with `rate-limited` when too many wait.
   */
  enqueue(message: NewMessage): Promise<{ message: OutgoingMessage; repeated: boolean }>
  find(instance: InstanceId, id: MessageId): Promise<OutgoingMessage | undefined>
  /** The message that was handed in with this idempotency key. */
  findByKey(instance: InstanceId, key: string): Promise<OutgoingMessage | undefined>
  /** Queued messages of an instance, oldest first. */
  queued(instance: InstanceId, limit: number): Promise<OutgoingMessage[]>
  /** Those of them that may leave at that time, and when the next one may, where there is one that may not yet. */
  due(instance: InstanceId, at: Date, limit: number): Promise<{ messages: OutgoingMessage[]; next: Date | null }>
  /** The furthest that each participant's receipts of a message got, by JID of the participant. */
  receipts(instance: InstanceId, id: MessageId): Promise<MessageReceipt[]>
}

/** Chats as far as the events tell of them. An address is any JID by which a chat is known. */
export interface ChatStore {
  /** By the newest message, those after the chat `before`. */
  list(instance: InstanceId, page: { before?: string; limit: number }): Promise<Chat[]>
  find(instance: InstanceId, address: string): Promise<Chat | undefined>
  /** The chat of this address under its one id; of one that is not known, what the address itself says. */
  resolve(instance: InstanceId, address: string): Promise<ChatAddress>
  /** What a message to the chat of this id is sent to. */
  reach(instance: InstanceId, chat: string): Promise<ChatId>
  /** From now on unread is only what came after that event. */
  read(instance: InstanceId, chat: string, through: number): Promise<void>
  /** What groups are called; of chats that are not known nothing is kept. */
  name(instance: InstanceId, names: readonly { readonly id: string; readonly name: string }[]): Promise<void>
}

/** People as far as the events tell of them. */
export interface ContactStore {
  /** By the id of the chat with them, those after the contact `after`. */
  list(instance: InstanceId, page: { after?: string; limit: number }): Promise<Contact[]>
  find(instance: InstanceId, address: string): Promise<Contact | undefined>
  /** By these addresses, as the owner has saved those whom they have. */
  savedNames(instance: InstanceId, addresses: readonly string[]): Promise<Map<string, string>>
  /** JIDs of those whom the owner has saved, or with whom there is a chat, and who are not blocked. */
  audience(instance: InstanceId): Promise<string[]>
}

/** The history of chats: an index of the log, which expires with it. */
export interface JournalStore {
  /** The newest first. `chat`: id of a chat. */
  page(instance: InstanceId, query: JournalQuery): Promise<JournalItem[]>
  /** What the message of that id said, or what was done by it. `chat`: null for whichever it was in. */
  find(instance: InstanceId, chat: string | null, message: string): Promise<JournalItem | undefined>
}

export interface NewMessage {
  readonly instance: InstanceId
  readonly id: MessageId
  readonly account: OutgoingMessage['account']
  readonly chat: ChatId
  readonly content: OutgoingContent
  readonly audience: OutgoingMessage['audience']
  readonly typing: OutgoingMessage['typing']
  readonly notBefore: OutgoingMessage['notBefore']
  readonly idempotencyKey: string | null
  readonly createdAt: Date
}
