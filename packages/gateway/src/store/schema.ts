import type { Generated } from 'kysely'
import type { ApiKey } from '../core/access/access.js'
import type { ErrorCode } from '../core/errors/gateway-error.js'
import type { EventKind } from '../core/events/event.js'
import type {
  ApiKeyId,
  AttemptId,
  ChatId,
  EventId,
  InstanceId,
  LinkPageId,
  MessageId,
  PhoneNumber,
  WorkspaceId,
} from '../core/ids.js'
import type { DesiredState, InstanceState, Network, StateReason } from '../core/instances/instance.js'
import type { LinkPageLocale } from '../core/link-pages/link-page.js'
import type { MessageStatus } from '../core/messages/message.js'

/** The tables, as every database holds them. Times are milliseconds since 1970, lists and objects are JSON text. */
export interface Schema {
  meta: MetaTable
  counters: CountersTable
  workspaces: WorkspacesTable
  api_keys: ApiKeysTable
  instances: InstancesTable
  events: EventsTable
  messages: MessagesTable
  identities: IdentitiesTable
  signal_keys: SignalKeysTable
  removals: RemovalsTable
  settings: SettingsTable
  link_pages: LinkPagesTable
  migrations: MigrationsTable
}

/** Facts about the database itself, by name. */
export interface MetaTable {
  name: string
  value: Uint8Array
}

/** Numbers that only count up, whatever is deleted. */
export interface CountersTable {
  name: 'serial'
  value: number
}

export interface WorkspacesTable {
  id: WorkspaceId
  name: string
  /** Origins that a link page may send a person back to. */
  return_origins: Generated<string>
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
}

/** `instance` is the serial here and below. */
export interface EventsTable {
  instance: number
  seq: number
  id: EventId
  kind: EventKind
  time: number
  data: string
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

/** Serials of removed instances whose events and messages have not all been deleted yet. */
export interface RemovalsTable {
  instance: number
}

export interface MigrationsTable {
  number: number
  name: string
  applied_at: number
}
