import { randomBytes } from 'node:crypto'
import { hkdf, hmacSign, proto, type LTHashState } from 'baileys'

/** What the devices of an account encrypt with whatever they have in common. Its phone makes it, and shares it. */
export interface SyncKey {
  /** Two bytes of the device that made it, four that are its own. */
  readonly id: Uint8Array
  readonly data: Uint8Array
  /** In seconds. */
  readonly madeAt: number
}

export function newSyncKey(): SyncKey {
  const id = Buffer.concat([Buffer.alloc(2), randomBytes(4)])
  return { id, data: randomBytes(32), madeAt: Math.floor(Date.now() / 1000) }
}

/** As the protocol library's functions look keys up. */
export function finderOf(key: SyncKey) {
  const keyData: proto.Message.IAppStateSyncKeyData = { keyData: key.data, timestamp: key.madeAt }
  return async (id: string) => (id === idOf(key) ? keyData : undefined)
}

export function idOf(key: SyncKey): string {
  return Buffer.from(key.id).toString('base64')
}

/** The message by which a companion gets the key. */
export function shareOf({ id, data, madeAt }: SyncKey, devices: readonly number[]): proto.IMessage {
  const fingerprint = { rawId: 1, currentIndex: 0, deviceIndexes: [...devices] }
  const key = { keyId: { keyId: id }, keyData: { keyData: data, fingerprint, timestamp: madeAt } }
  const type = proto.Message.ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE
  return { protocolMessage: { type, appStateSyncKeyShare: { keys: [key] } } }
}

/** What a patch says about the state after it, which the library only logs when it is not so (`decodePatches`). */
export function snapshotMac(key: SyncKey, collection: string, { version, hash }: LTHashState): Buffer {
  const expanded = Buffer.from(hkdf(key.data, 160, { info: 'WhatsApp Mutation Keys' }))
  const counter = Buffer.alloc(8)
  counter.writeUInt32BE(version, 4)
  return hmacSign(Buffer.concat([hash, counter, Buffer.from(collection)]), expanded.subarray(96, 128))
}
