import type { InstanceRef } from '#gateway/core/instances/instance.js'
import type { CredentialChange, Credentials, ReceivedId } from '#gateway/core/ports/credentials.js'
import type { InstanceId } from '#gateway/core/ids.js'

export const shop: InstanceRef = { id: 'shop' as InstanceId, epoch: 1 }

/** Credentials of one instance in a map, for tests of an engine that are not about storage. */
export class MemoryCredentials implements Credentials {
  readonly #keys = new Map<string, Uint8Array>()
  readonly #received = new Map<string, Uint8Array>()
  readonly #sent = new Map<string, Uint8Array>()
  #identity: Uint8Array | undefined
  commits = 0

  /** As if nothing had ever been stored of this kind. */
  forget(kind: string): void {
    for (const key of this.#keys.keys()) if (key.startsWith(`${kind} `)) this.#keys.delete(key)
  }

  async identity(): Promise<Uint8Array | undefined> {
    return this.#identity
  }

  async keys(_instance: InstanceId, kind: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>()
    for (const id of ids) {
      const bytes = this.#keys.get(`${kind} ${id}`)
      if (bytes) found.set(id, bytes)
    }
    return found
  }

  async received(_instance: InstanceId, { message, ciphertext }: ReceivedId): Promise<Uint8Array | undefined> {
    return this.#received.get(name(message, ciphertext))
  }

  async sent(_instance: InstanceId, message: string): Promise<Uint8Array | undefined> {
    return this.#sent.get(message)
  }

  async commit(_instance: InstanceRef, changes: readonly CredentialChange[]): Promise<void> {
    this.commits++
    for (const change of changes) this.#apply(change)
  }

  #apply(change: CredentialChange): void {
    if (change.kind === 'key') {
      if (change.bytes) this.#keys.set(`${change.keyKind} ${change.id}`, change.bytes)
      else this.#keys.delete(`${change.keyKind} ${change.id}`)
      return
    }
    if (change.kind === 'received') {
      if (change.outcome !== 'unreadable') this.#received.set(name(change.message, change.ciphertext), change.bytes)
      return
    }
    if (change.kind === 'sent') {
      this.#sent.set(change.message, change.bytes)
      return
    }
    this.#identity = change.kind === 'retire' ? undefined : change.bytes
    if (change.kind !== 'identity') this.#keys.clear()
  }
}

function name(message: Uint8Array, ciphertext: Uint8Array): string {
  return Buffer.concat([message, ciphertext]).toString('hex')
}
