import type { InstanceId } from '../ids.js'
import type { InstanceRef } from '../instances/instance.js'

/**
 * What an engine keeps of one instance between connections: one identity and many small keys. The bytes mean something
 * to the engine only; the store seals them (AES-256-GCM, bound to instance, generation, kind and id).
 */
export interface Credentials {
  /**
   * The identity in use, undefined when there is none.
   * Rejects with `storage-error` when there is one that cannot be read: unreadable is not absent (promise 2).
   */
  identity(instance: InstanceId): Promise<Uint8Array | undefined>
  /** The keys that exist among `ids`. Rejects with `storage-error` when one of them cannot be read. */
  keys(instance: InstanceId, kind: string, ids: readonly string[]): Promise<Map<string, Uint8Array>>
  /** Commits the changes in order, in one transaction. Rejects with `stale-owner` when the epoch has moved on. */
  commit(instance: InstanceRef, changes: readonly CredentialChange[]): Promise<void>
}

export type CredentialChange =
  /** Starts a new generation: whatever identity and keys there were are retired first. Only a new link does this. */
  | { readonly kind: 'new-identity'; readonly bytes: Uint8Array }
  | { readonly kind: 'identity'; readonly bytes: Uint8Array }
  | { readonly kind: 'key'; readonly keyKind: string; readonly id: string; readonly bytes: Uint8Array | null }
  /** After a logout: the identity is kept sealed for audit and never used again, its keys are deleted. */
  | { readonly kind: 'retire' }
