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
  /** What was decrypted from these bytes before: see `received` below. Undefined when this ciphertext is new. */
  received(instance: InstanceId, stanza: ReceivedId): Promise<Uint8Array | undefined>
  /** What was sent under this id; see `sent` below. Undefined when nothing was, or when it has expired. */
  sent(instance: InstanceId, message: string): Promise<Uint8Array | undefined>
  /**
   * Commits the changes in order, in one transaction. Rejects with `stale-owner` when the epoch has moved on.
   * @param strand commits of one strand stand or fall together: after one that failed all later ones of it are refused
   */
  commit(instance: InstanceRef, changes: readonly CredentialChange[], strand?: string): Promise<void>
}

export type CredentialChange =
  /**
   * The journal of sending: a message as it goes out, so that a recipient who cannot read it is sent the same again, and a
   * retry after a crash too. Kept for as long as recipients ask.
   */
  | { readonly kind: 'sent'; readonly message: string; readonly bytes: Uint8Array }
  /** Starts a new generation: whatever identity and keys there were are retired first. Only a new link does this. */
  | { readonly kind: 'new-identity'; readonly bytes: Uint8Array }
  | { readonly kind: 'identity'; readonly bytes: Uint8Array }
  | { readonly kind: 'key'; readonly keyKind: string; readonly id: string; readonly bytes: Uint8Array | null }
  /**
   * The journal of decryption. A ratchet opens a ciphertext once; when WhatsApp sends the same one again, because a crash
   * came between the commit and the acknowledgement, the answer is taken from here. Kept for longer than WhatsApp keeps
   * what was not acknowledged.
   *
   * `bytes`: what was decrypted, and for what did not decrypt the ciphertext itself, parked as it came.
   *
   * `outcome`: `told` when the step tells what the message says, `silent` when there was nothing to tell, `unreadable`
   * when it did not decrypt. The store sees to it that each message is told once: with a message id that is `told`
   * already the step's events are left out, `message.recovered` is left out unless it was `unreadable` before, and
   * `message.undecryptable` when there is any entry.
   */
  | ({ readonly kind: 'received'; readonly outcome: ReceivedOutcome; readonly bytes: Uint8Array } & ReceivedId)
  /** After a logout: the identity is kept sealed for audit and never used again, its keys are deleted. */
  | { readonly kind: 'retire' }

export type ReceivedOutcome = 'told' | 'silent' | 'unreadable'

export interface ReceivedId {
  /** Digest of chat, sender and WhatsApp's message id, 16 bytes. */
  readonly message: Uint8Array
  /** Digest of the ciphertext, 16 bytes. */
  readonly ciphertext: Uint8Array
}
