import type { AccessKey } from '../access/access-key.js'
import type { AccessKeyId, WorkspaceId } from '../ids.js'

/** Keys that requests are signed with. */
export interface AccessKeyStore {
  add(key: NewAccessKey): Promise<AccessKey>
  /**
   * Whosever it is, with its secret; that of a revoked one is gone. Takes as long for one that is not there. Rejects with
   * `storage-error` when the secret does not open.
   */
  find(accessKeyId: string): Promise<{ key: AccessKey; secret: string | null } | undefined>
  list(workspace: WorkspaceId): Promise<AccessKey[]>
  /** Forgets its secret. False when the workspace has no such key, or it was revoked before. */
  revoke(workspace: WorkspaceId, id: AccessKeyId, at: Date): Promise<boolean>
  /** False when the key has used this nonce before, and `ExpiryStore` has not let it go since. */
  useNonce(id: AccessKeyId, nonce: Uint8Array, at: Date): Promise<boolean>
}

export interface NewAccessKey extends Omit<AccessKey, 'revokedAt'> {
  /** Kept sealed, as it has to be known to check what was signed with it. */
  readonly secret: string
}
