import type { ApiKeyId, InstanceId, WorkspaceId } from '../ids.js'
import type { Network } from '../instances/instance.js'

/** What a key may do. `admin` covers everything, other keys included. */
export const scopes = [
  'admin',
  'instances:read',
  'instances:write',
  'messages:read',
  'messages:write',
  'subscriptions:read',
  'subscriptions:write',
  'message-links:read',
  'message-links:write',
  'sandbox',
] as const
export type Scope = (typeof scopes)[number]

export interface ApiKey {
  readonly id: ApiKeyId
  readonly workspace: WorkspaceId
  readonly name: string
  readonly scopes: readonly Scope[]
  /** A key of the sandbox is a test key: what it creates is in the sandbox, and it reaches nothing else. Null: both. */
  readonly network: 'sandbox' | null
  readonly createdAt: Date
  readonly revokedAt: Date | null
}

/** On whose behalf something is asked. Every question to the core carries one, so that nothing crosses workspaces. */
export interface Caller {
  readonly workspace: WorkspaceId
  readonly scopes: readonly Scope[]
  readonly network: Network | null
  /** Set where an instance's own token was shown: then there is no other instance. */
  readonly instance?: InstanceId
}

/** Somebody who showed the token of one instance. */
export interface InstanceCaller {
  readonly caller: Caller
  readonly instance: InstanceId
}
