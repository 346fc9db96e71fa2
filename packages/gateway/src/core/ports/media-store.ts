import type { ErrorCode } from '../errors/gateway-error.js'
import type { MediaUsage } from '../gateway.js'
import type { InstanceId, WorkspaceId } from '../ids.js'
import type { FileFacts } from '../media/media-file.js'
import type { MediaLimits } from '../media/media-retention.js'

/**
 * What is known of files; their bytes are elsewhere. Files that come with a message are noted by the commit that tells of it
 * (`InstanceStore.commit`), so there is no event whose file is unknown. Nothing here knows an id: a file is named by the digest
 * of it, its key, under which its bytes are kept too.
 */
export interface MediaStore {
  /** One whose bytes are about to be put in their place: nobody sees it before it is `settle`d. */
  add(file: NewMedia): Promise<void>
  /** Its bytes are in their place, and durable. */
  settle(key: string, found: { readonly size: number; readonly sha256: string; readonly at: Date }): Promise<void>
  /** It cannot be had, for this reason. */
  giveUp(key: string, failure: ErrorCode, at: Date): Promise<void>
  /** Undefined for one that there is not, that is not settled yet, that is being deleted, or whose instance was removed. */
  find(key: string): Promise<StoredMedia | undefined>
  /** Received files of an instance that nobody has tried to bring here, or in vain without knowing why; the newest first. */
  absent(instance: InstanceId, limit: number): Promise<StoredMedia[]>
  /** From then on nobody sees what is older, of these workspaces. A batch at a time; true when nothing is left. */
  expire(limits: MediaExpiry, whose: ExpiringWorkspaces): Promise<boolean>
  /** What each workspace has set for itself; those that have set nothing are left out. */
  limits(): Promise<ReadonlyMap<WorkspaceId, MediaLimits>>
  setLimits(workspace: WorkspaceId, limits: MediaLimits): Promise<void>
  usage(instance: InstanceId): Promise<MediaUsage>
  /** From then on nobody sees those of the instance whose bytes are here. */
  doomHere(instance: InstanceId): Promise<void>
  /** Keys of what nobody sees any more and whose bytes may still be there, at most `limit`. */
  doomed(limit: number): Promise<string[]>
  /** Their bytes are gone. */
  forget(keys: readonly string[]): Promise<void>
}

export interface NewMedia {
  readonly key: string
  readonly instance: InstanceId
  readonly facts: FileFacts
  readonly at: Date
}

export interface StoredMedia {
  readonly key: string
  readonly instance: InstanceId
  readonly facts: FileFacts
  readonly state: MediaState
}

export type MediaState =
  | { readonly kind: 'here'; readonly size: number; readonly sha256: string }
  /** At WhatsApp, under the `handle` of the file. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'given-up'; readonly failure: ErrorCode; readonly at: Date }

/** One of them, or all but some. */
export type ExpiringWorkspaces = { readonly only: WorkspaceId } | { readonly allBut: readonly WorkspaceId[] }

export interface MediaExpiry {
  readonly receivedBefore: Date
  readonly uploadedBefore: Date
  /** What is not settled since then never will be. */
  readonly unsettledBefore: Date
}
