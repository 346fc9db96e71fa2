import { GatewayError } from '../core/errors/gateway-error.js'
import type { InstanceId } from '../core/ids.js'
import type { InstanceRef } from '../core/instances/instance.js'
import type { CredentialChange, Credentials, ReceivedId } from '../core/ports/credentials.js'
import type { SealedChange, SealedChanges } from './commands/credentials.js'
import type { Sealer, SealPlace } from './seal.js'
import { GenerationMoved, type CredentialsPlace, type Write } from './write.js'

/** Reads credentials as they are stored. Rejects with `storage-error` when the database cannot. */
export interface CredentialReader {
  place(instance: InstanceId): Promise<CredentialsPlace | undefined>
  identity(serial: number, generation: number): Promise<unknown>
  keys(
    serial: number,
    generation: number,
    kind: string,
    ids: readonly string[],
  ): Promise<readonly { id: string; bytes: unknown }[]>
  received(serial: number, generation: number, stanza: ReceivedId): Promise<unknown>
  sent(serial: number, generation: number, message: string): Promise<unknown>
}

/** Seals and opens on the caller's thread, so that neither the writer nor the disk ever sees a key. */
export class SealedCredentials implements Credentials {
  readonly #reader: CredentialReader
  readonly #write: Write
  readonly #sealer: Sealer
  /** Commits under way that start or end a generation. What comes after one can be sealed only when it is through. */
  readonly #turning = new Map<InstanceId, Promise<unknown>>()

  constructor(reader: CredentialReader, write: Write, sealer: Sealer) {
    this.#reader = reader
    this.#write = write
    this.#sealer = sealer
  }

  async identity(instance: InstanceId): Promise<Uint8Array | undefined> {
    const place = await this.#reader.place(instance)
    if (place === undefined || place.identity === null) return undefined
    const sealed = await this.#reader.identity(place.serial, place.identity)
    return this.#sealer.open(sealed, identityPlace(instance, place.identity))
  }

  async keys(instance: InstanceId, kind: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
    const place = await this.#reader.place(instance)
    if (place === undefined || place.identity === null) return new Map()
    const { serial, identity } = place
    const rows = await this.#reader.keys(serial, identity, kind, ids)
    return new Map(rows.map(({ id, bytes }) => [id, this.#sealer.open(bytes, keyPlace(instance, identity, kind, id))]))
  }

  async received(instance: InstanceId, id: ReceivedId): Promise<Uint8Array | undefined> {
    const place = await this.#reader.place(instance)
    if (place === undefined || place.identity === null) return undefined
    const sealed = await this.#reader.received(place.serial, place.identity, id)
    return sealed === undefined ? undefined : this.#sealer.open(sealed, receivedPlace(instance, place.identity, id))
  }

  async sent(instance: InstanceId, message: string): Promise<Uint8Array | undefined> {
    const place = await this.#reader.place(instance)
    if (place === undefined || place.identity === null) return undefined
    const sealed = await this.#reader.sent(place.serial, place.identity, message)
    return sealed === undefined ? undefined : this.#sealer.open(sealed, sentPlace(instance, place.identity, message))
  }

  commit(instance: InstanceRef, changes: readonly CredentialChange[], strand?: string): Promise<void> {
    const at = Date.now()
    return this.sealed(instance.id, changes, (sealed) =>
      this.#write('commitCredentials', { instance, sealed, at }, changes.length, strand),
    )
  }

  /** Hands the sealed changes to `commit`, and again when another thread started or ended a generation in between. */
  async sealed<Result>(
    instance: InstanceId,
    changes: readonly CredentialChange[],
    commit: (sealed: SealedChanges) => Promise<Result>,
  ): Promise<Result> {
    for (;;) {
      const turning = this.#turning.get(instance)
      if (turning === undefined) break
      await turning
    }
    const work = this.#sealAndCommit(instance, changes, commit)
    if (!changes.some(turns)) return work
    const settled = work.then(
      () => this.#turning.delete(instance),
      () => this.#turning.delete(instance),
    )
    this.#turning.set(instance, settled)
    return work
  }

  async #sealAndCommit<Result>(
    instance: InstanceId,
    changes: readonly CredentialChange[],
    commit: (sealed: SealedChanges) => Promise<Result>,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const place = await this.#reader.place(instance)
      if (place === undefined) throw new GatewayError('instance-not-found', 'There is no such instance')
      try {
        return await commit(this.#seal(instance, place, changes))
      } catch (error) {
        if (!(error instanceof GenerationMoved)) throw error
        if (attempt === 5) throw new GatewayError('storage-error', 'The credentials keep changing', { cause: error })
      }
    }
  }

  #seal(instance: InstanceId, place: CredentialsPlace, changes: readonly CredentialChange[]): SealedChanges {
    let { generation, identity } = place
    const sealChange = (change: CredentialChange): SealedChange => {
      if (change.kind === 'retire') {
        identity = null
        return { kind: 'retire' }
      }
      if (change.kind === 'new-identity') identity = ++generation
      if (identity === null) throw new GatewayError('storage-error', 'There is no identity to change')
      if (change.kind === 'received') {
        const { outcome, message, ciphertext } = change
        const bytes = this.#sealer.seal(change.bytes, receivedPlace(instance, identity, change))
        return { kind: 'received', outcome, message, ciphertext, bytes }
      }
      if (change.kind === 'sent') {
        const { message } = change
        return { kind: 'sent', message, bytes: this.#sealer.seal(change.bytes, sentPlace(instance, identity, message)) }
      }
      if (change.kind !== 'key') {
        return { kind: change.kind, bytes: this.#sealer.seal(change.bytes, identityPlace(instance, identity)) }
      }
      const { keyKind, id, bytes } = change
      if (bytes === null) return { kind: 'key', keyKind, id, bytes }
      return { kind: 'key', keyKind, id, bytes: this.#sealer.seal(bytes, keyPlace(instance, identity, keyKind, id)) }
    }
    return { generation: place.generation, identity: place.identity, changes: changes.map(sealChange) }
  }
}

function turns(change: CredentialChange): boolean {
  return change.kind === 'new-identity' || change.kind === 'retire'
}

function identityPlace(instance: InstanceId, generation: number): SealPlace {
  return { instance, generation, kind: 'identity', id: '' }
}

function receivedPlace(instance: InstanceId, generation: number, { message, ciphertext }: ReceivedId): SealPlace {
  const id = Buffer.concat([message, ciphertext]).toString('base64')
  return { instance, generation, kind: 'received', id }
}

function sentPlace(instance: InstanceId, generation: number, id: string): SealPlace {
  return { instance, generation, kind: 'sent', id }
}

function keyPlace(instance: InstanceId, generation: number, kind: string, id: string): SealPlace {
  return { instance, generation, kind: `key ${kind}`, id }
}
