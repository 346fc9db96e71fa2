import type { SignalDataSet, SignalDataTypeMap, SignalKeyStore } from 'baileys'
import type { InstanceRef } from '../../core/instances/instance.js'
import type { CredentialChange, Credentials } from '../../core/ports/credentials.js'
import { decodeKey, encodeKey } from './encoding.js'

/** Where the keys of one connection live: in memory until a phone has accepted the new identity, on disk from then on. */
export class KeyStore implements SignalKeyStore {
  readonly #credentials: Credentials
  readonly #instance: InstanceRef
  readonly #onBroken: (error: unknown) => void
  /** Keys written but not committed yet: the library may read its own write before that. Null: deleted. */
  readonly #pending = new Map<string, Uint8Array | null>()
  #stored: boolean
  #broken = false

  /**
   * @param stored whether the instance has an identity already
   * @param onBroken called once when a key could not be read or written. The library takes a failed read for a missing
   *   session and would start a new one; the connection has to end before anything comes of that (promise 2).
   */
  constructor(credentials: Credentials, instance: InstanceRef, stored: boolean, onBroken: (error: unknown) => void) {
    this.#credentials = credentials
    this.#instance = instance
    this.#stored = stored
    this.#onBroken = onBroken
  }

  async get<T extends keyof SignalDataTypeMap>(kind: T, ids: string[]): Promise<Record<string, SignalDataTypeMap[T]>> {
    const found: Record<string, SignalDataTypeMap[T]> = {}
    try {
      const elsewhere: string[] = []
      for (const id of ids) {
        const pending = this.#pending.get(`${kind}\0${id}`)
        if (pending === undefined) elsewhere.push(id)
        else if (pending !== null) found[id] = decodeKey(kind, pending)
      }
      if (this.#stored && elsewhere.length > 0) {
        const stored = await this.#credentials.keys(this.#instance.id, kind, elsewhere)
        for (const [id, bytes] of stored) found[id] = decodeKey(kind, bytes)
      }
    } catch (error) {
      throw this.#break(error)
    }
    return found
  }

  async set(data: SignalDataSet): Promise<void> {
    if (this.#broken) throw new Error('the key store of this connection is broken')
    const changes = keyChanges(data)
    for (const { keyKind, id, bytes } of changes) this.#pending.set(`${keyKind}\0${id}`, bytes)
    if (!this.#stored) return
    await this.commit(changes)
    for (const { keyKind, id, bytes } of changes) {
      const name = `${keyKind}\0${id}`
      if (this.#pending.get(name) === bytes) this.#pending.delete(name)
    }
  }

  /**
   * Commits an identity that the library changed. Nothing until a phone has accepted it: the pairing commits it whole,
   * and one that overtook it there would belong to no generation.
   */
  async saveIdentity(bytes: () => Uint8Array): Promise<void> {
    if (this.#stored) await this.commit([{ kind: 'identity', bytes: bytes() }])
  }

  /** Commits changes of identity or keys at once. */
  async commit(changes: readonly CredentialChange[]): Promise<void> {
    if (changes.length === 0) return
    try {
      await this.#credentials.commit(this.#instance, changes)
    } catch (error) {
      throw this.#break(error)
    }
  }

  /** From here on the identity is stored: hands over the keys that were held in memory, to be committed with it. */
  settle(): CredentialChange[] {
    this.#stored = true
    const held = [...this.#pending].map(([name, bytes]): CredentialChange => {
      const [keyKind = '', id = ''] = name.split('\0')
      return { kind: 'key', keyKind, id, bytes }
    })
    this.#pending.clear()
    return held
  }

  #break(error: unknown): Error {
    if (!this.#broken) {
      this.#broken = true
      this.#onBroken(error)
    }
    return error instanceof Error ? error : new Error('the key store failed', { cause: error })
  }
}

type KeyChange = CredentialChange & { kind: 'key' }

function keyChanges(data: SignalDataSet): KeyChange[] {
  return Object.entries(data).flatMap(([keyKind, entries]) =>
    Object.entries(entries as Record<string, unknown>).map(([id, value]): KeyChange => {
      const bytes = value === null || value === undefined ? null : encodeKey(value)
      return { kind: 'key', keyKind, id, bytes }
    }),
  )
}
