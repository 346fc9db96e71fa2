import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceRef } from '../../core/instances/instance.js'
import {
  GenerationMoved,
  type CredentialsPlace,
  type SealedReceived,
  type SealedSent,
  type WriteTransaction,
} from '../write.js'

/** Credential changes as they travel: bytes sealed, for generations counted from where the credentials stood. */
export interface SealedChanges {
  readonly generation: number
  readonly identity: number | null
  readonly changes: readonly SealedChange[]
}

export type SealedChange =
  | { readonly kind: 'new-identity'; readonly bytes: Uint8Array }
  | { readonly kind: 'identity'; readonly bytes: Uint8Array }
  | { readonly kind: 'key'; readonly keyKind: string; readonly id: string; readonly bytes: Uint8Array | null }
  | ({ readonly kind: 'received' } & SealedReceived)
  | ({ readonly kind: 'sent' } & SealedSent)
  | { readonly kind: 'retire' }

export interface CommitCredentials {
  readonly instance: InstanceRef
  readonly sealed: SealedChanges
  readonly at: number
}

export async function commitCredentials(tx: WriteTransaction, input: CommitCredentials): Promise<void> {
  const place = await tx.credentials.place(input.instance.id)
  if (place?.epoch !== input.instance.epoch) throw outOfDate(place)
  await applyChanges(tx, place, input.sealed, input.at)
}

/** What a fenced write that found another epoch, or no instance at all, is told. */
export function outOfDate(found: object | undefined): GatewayError {
  if (found === undefined) return new GatewayError('instance-not-found', 'There is no such instance')
  return new GatewayError('stale-owner', 'Another owner has taken this instance over')
}

export async function applyChanges(
  { credentials, received }: WriteTransaction,
  { serial, ...place }: Omit<CredentialsPlace, 'epoch'>,
  sealed: SealedChanges,
  at: number,
): Promise<void> {
  if (place.generation !== sealed.generation || place.identity !== sealed.identity) throw new GenerationMoved()
  let { generation, identity } = place
  const retire = async (): Promise<void> => {
    if (identity === null) return
    await credentials.retireIdentity(serial, identity, at)
    await credentials.removeKeys(serial, identity)
    identity = null
  }
  for (const change of sealed.changes) {
    if (change.kind === 'retire') await retire()
    else if (change.kind === 'new-identity') {
      await retire()
      identity = ++generation
      await credentials.putIdentity(serial, identity, change.bytes)
    } else if (identity === null) throw new GatewayError('storage-error', 'There is no identity to change')
    else if (change.kind === 'received') received.put(serial, identity, change, at)
    else if (change.kind === 'sent') received.putSent(serial, identity, change, at)
    else if (change.kind === 'identity') await credentials.putIdentity(serial, identity, change.bytes)
    else if (change.bytes === null) await credentials.removeKey(serial, identity, change.keyKind, change.id)
    else await credentials.putKey(serial, identity, change.keyKind, change.id, change.bytes)
  }
  if (generation !== place.generation || identity !== place.identity) {
    await credentials.moveTo(serial, generation, identity)
  }
}
