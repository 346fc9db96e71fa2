import type { Generated } from 'kysely'
import type { AccessKey } from '../core/access/access-key.js'
import type { ApiKey } from '../core/access/access.js'
import type { Chat } from '../core/chats/chat.js'
import type { ErrorCode } from '../core/errors/gateway-error.js'
import type { EventKind } from '../core/events/event.js'
import type { MessageReceipt } from '../core/gateway.js'
import type {
  AccessKeyId,
  ApiKeyId,
  AttemptId,
  ChatId,
  EventId,
  InstanceId,
  LinkCode,
  LinkImportId,
  LinkPageId,
  MessageId,
  MessageLinkId,
  PhoneNumber,
  SubscriptionId,
  WorkspaceId,
} from '../core/ids.js'
import type { ReceivedOutcome } from '../core/ports/credentials.js'
import type { DesiredState, InstanceState, Network, StateReason } from '../core/instances/instance.js'
import type { EntryKind } from '../core/journal/entry.js'
import type { LinkPageLocale } from '../core/link-pages/link-page.js'
import type { LinkImportState } from '../core/message-links/link-import.js'
import type { LinkImageType, LinkIssuer, LinkReference } from '../core/message-links/message-link.js'
import type { MessageStatus } from '../core/messages/message.js'
import type { ParkReason, SubscriptionFormat, SubscriptionState } from '../core/subscriptions/subscription.js'

/** The tables, as every database holds them. Times are milliseconds since 1970, lists and objects are JSON text. */
export interface Schema {
  meta: MetaTable
  counters: CountersTable
  workspaces: WorkspacesTable
  api_keys: ApiKeysTable
  access_keys: AccessKeysTable
  nonces: NoncesTable
  instances: InstancesTable
  events: EventsTable
  messages: MessagesTable
  identities: IdentitiesTable
  signal_keys: SignalKeysTable
  removals: RemovalsTable
  settings: SettingsTable
  link_pages: LinkPagesTable
  subscriptions: SubscriptionsTable
  cursors: CursorsTable
  dead_letters: DeadLettersTable
  replays: ReplaysTable
  received: ReceivedTable
  sent: SentTable
  people: PeopleTable
  chats: ChatsTable
  entries: EntriesTable
  receipts: ReceiptsTable
  media: MediaTable
  message_links: MessageLinksTable
  message_link_hours: MessageLinkHoursTable
  message_link_days: MessageLinkDaysTable
  message_link_salts: MessageLinkSaltsTable
  message_link_imports: MessageLinkImportsTable
  meta_numbers: MetaNumbersTable
  migrations: MigrationsTable
}

/** Facts about the database itself, by name. */
export interface MetaTable {
  name: string
  value: Uint8Array
}

/** Numbers that only count up, whatever is deleted. */
export interface CountersTable {
  name: 'serial' | 'subscription' | 'dead-letter' | 'replay' | 'message-link'
  value: number
}

export interface WorkspacesTable {
  id: WorkspaceId
  name: string
  /** Origins that a link page may send a person back to. */
  return_origins: Generated<string>
  /** What was set of message links. */
  link_settings: Generated<string>
  /** How long files are kept, where the workspace has set it. */
  media_limits: string | null
}

export interface ApiKeysTable {
  id: ApiKeyId
  workspace: WorkspaceId
  name: string
  scopes: string
  network: ApiKey['network']
  hash: Uint8Array
  created_at: number
  revoked_at: number | null
}

export interface AccessKeysTable {
  id: AccessKeyId
  workspace: WorkspaceId
  name: string | null
  access_key_id: string
  permissions: string
  network: AccessKey['network']
  /** Sealed; null once it is revoked. */
  secret: Uint8Array | null
  created_at: number
  revoked_at: number | null
}

/** What an access key has used and may not use again. */
export interface NoncesTable {
  access_key: AccessKeyId
  /** 16 bytes of its digest. */
  nonce: Uint8Array
  at: number
}

export interface InstancesTable {
  serial: number
  id: InstanceId
  workspace: WorkspaceId
  name: string
  network: Network
  phone: PhoneNumber | null
  desired: DesiredState
  state: InstanceState
  reason: StateReason
  state_at: number
  account: string | null
  restricted_until: number | null
  token_hash: Uint8Array
  wid_hash: Uint8Array
  created_at: number
  active_at: number
  epoch: number
  /** The newest event's `seq`. */
  last_seq: number
  /** The newest message's `position`. */
  last_position: number
  /** How many identities it has had. */
  generation: number
  /** Generation of the identity in use. Kept here so that a lost identity row is an error and not an absence. */
  identity: number | null
  /** Those that differ from the usual ones, or did when they were set. */
  options: Generated<string>
}

/** `instance` is the serial here and below. */
export interface EventsTable {
  instance: number
  seq: number
  id: EventId
  kind: EventKind
  time: number
  /** Without what a message says. */
  data: string
  /** Sealed JSON of what the message says; null where there is no message. */
  content: Uint8Array | null
}

export interface MessagesTable {
  instance: number
  /** Order in which an instance's messages were handed in. */
  position: number
  id: MessageId
  chat: ChatId
  status: MessageStatus
  failure: ErrorCode | null
  idempotency_key: string | null
  created_at: number
  status_at: number
  /** Sealed JSON. */
  content: Uint8Array
  audience: string | null
  typing: string | null
  not_before: number | null
  /** Number of the account it was handed in for. */
  account: PhoneNumber | null
}

export interface IdentitiesTable {
  instance: number
  generation: number
  retired_at: number | null
  /** Sealed. */
  bytes: Uint8Array
}

export interface SignalKeysTable {
  instance: number
  generation: number
  kind: string
  id: string
  /** Sealed. */
  bytes: Uint8Array
}

export interface SettingsTable {
  instance: number
  dialect: string
  /** Sealed JSON. */
  bytes: Uint8Array
}

export interface LinkPagesTable {
  id: LinkPageId
  instance: number
  token_hash: Uint8Array
  created_at: number
  expires_at: number
  used_at: number | null
  used_by: AttemptId | null
  revoked_at: number | null
  return_url: string | null
  brand: string | null
  locale: LinkPageLocale | null
}

/** What was decrypted, so that the same ciphertext can be answered again. The digests are 16 bytes each. */
export interface ReceivedTable {
  instance: number
  generation: number
  message: Uint8Array
  ciphertext: Uint8Array
  outcome: ReceivedOutcome
  at: number
  /** Sealed. */
  bytes: Uint8Array
}

/** Messages as they went out. */
export interface SentTable {
  instance: number
  generation: number
  /** WhatsApp's id of the message. */
  message: string
  at: number
  /** Sealed. */
  bytes: Uint8Array
}

/**
 * Whom an instance has met. `id` is that of the chat with them, and never changes. No two have the same number or LID: of two
 * that turn out to be one, the one met first stays, and of two who had the same number the later one has it.
 */
export interface PeopleTable {
  instance: number
  id: string
  phone: string | null
  lid: string | null
  name: string | null
  saved_name: string | null
  /** 0 or 1. */
  blocked: number
  met_at: number
}

export interface ChatsTable {
  instance: number
  id: string
  kind: Chat['kind']
  /** Of a group; that of a person stands with the person. */
  name: string | null
  /** 0 where there was no message yet. */
  last_message_at: number
  unread: number
  /** 0 or 1. */
  archived: number
  pinned: number
  /** ISO 8601, or `always`. */
  muted_until: string | null
  expires_in: number
}

/** An event that is an entry of a chat's history; it goes with the event. */
export interface EntriesTable {
  instance: number
  seq: number
  chat: string
  kind: EntryKind
  direction: 'in' | 'out'
  /** WhatsApp's id of the message that carried it. */
  message: string
  sent_at: number
}

/** The furthest that a participant's receipts of a message got. */
export interface ReceiptsTable {
  instance: number
  message: MessageId
  /** JID. */
  participant: string
  status: MessageReceipt['status']
  at: number
}

export interface SubscriptionsTable {
  number: number
  id: SubscriptionId
  workspace: WorkspaceId
  instance: number | null
  network: Network | null
  format: SubscriptionFormat
  /** Sealed text. */
  url: Uint8Array | null
  /** Sealed JSON. */
  secrets: Uint8Array
  kinds: string | null
  managed_by: SubscriptionFormat | null
  state: SubscriptionState
  failing_since: number | null
  created_at: number
}

/** `subscription` is the number here and below. One that has no row is at the start of the log. */
export interface CursorsTable {
  subscription: number
  instance: number
  seq: number
  attempts: number
  refusals: number
  /** 0 or 1. */
  barren: number
  next_at: number | null
  last_error: string | null
}

export interface DeadLettersTable {
  number: number
  subscription: number
  instance: number
  seq: number
  through: number
  event: EventId | null
  kind: EventKind | null
  reason: ParkReason
  last_error: string | null
  attempts: number
  parked_at: number
}

export interface ReplaysTable {
  number: number
  subscription: number
  instance: number
  seq: number
  through: number
  attempts: number
  refusals: number
  next_at: number | null
  last_error: string | null
  requested_at: number
}

/** Files of messages. Removed ones stay, doomed, until their bytes are gone. */
export interface MediaTable {
  /** SHA-256 of its id; the id itself is never stored. */
  digest: Uint8Array
  instance: number
  origin: 'received' | 'uploaded'
  /** `coming`: its bytes are being put in their place. `doomed`: they are to be deleted, and nobody sees it any more. */
  state: 'coming' | 'here' | 'absent' | 'given-up' | 'doomed'
  failure: ErrorCode | null
  size: number | null
  sha256: Uint8Array | null
  at: number
  state_at: number
  /** Sealed JSON of what it is called, what it is, and where it is at WhatsApp. */
  bytes: Uint8Array
}

/** Serials of removed instances whose events and messages have not all been deleted yet. */
export interface RemovalsTable {
  instance: number
}

export interface MessageLinksTable {
  number: number
  id: MessageLinkId
  workspace: WorkspaceId
  network: Network
  phone: PhoneNumber
  issuer: LinkIssuer
  code: LinkCode
  /** As it is: whoever scans the code reads it. */
  text: string
  text_key: Uint8Array
  image_type: LinkImageType
  name: string | null
  tags: string
  /** 0 or 1. */
  enabled: number
  expires_at: number | null
  fallback: string | null
  reference: LinkReference
  mark: string
  style: string
  /** PNG. */
  logo: Uint8Array | null
  version: number
  created_at: number
  updated_at: number
  scans: number
  conversations: number
}

/** `link` is the number here and below; `hour` and `day` are when they begin. */
export interface MessageLinkHoursTable {
  link: number
  hour: number
  scans: number
  conversations: number
}

export interface MessageLinkDaysTable {
  link: number
  day: number
  visitors: number
  /** While it is that day. */
  sketch: Uint8Array | null
}

export interface MessageLinkSaltsTable {
  day: number
  /** Sealed. */
  salt: Uint8Array
}

export interface MessageLinkImportsTable {
  id: LinkImportId
  workspace: WorkspaceId
  network: Network
  state: LinkImportState
  total: number
  made: number
  failures: string
  /** Those that are left. */
  rows: string
  created_at: number
}

export interface MetaNumbersTable {
  workspace: WorkspaceId
  phone: PhoneNumber
  phone_number_id: string
  /** Sealed. */
  token: Uint8Array
  attached_at: number
}

export interface MigrationsTable {
  number: number
  name: string
  applied_at: number
}
