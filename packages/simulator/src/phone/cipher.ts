import { encodeWAMessage, proto, unpadRandomMax16, type BinaryNode } from 'baileys'
import { ProtocolAddress, SessionBuilder, SessionCipher } from 'libsignal'
import { signalKey, type KeyBundle } from '../keys.js'
import { readSignalMessage } from '../post/signal-message.js'
import type { Batch } from '../store/store.js'
import { bytesOf, element } from '../wire/nodes.js'
import type { SignalKeys } from './signal-keys.js'

/** The device at the other end of a session. */
export interface Peer {
  readonly number: string
  readonly device: number
}

/** What a phone does with Signal. One act at a time: the sessions are read, changed and written back. */
export class PhoneCipher {
  readonly #owner: string
  readonly #keys: SignalKeys

  constructor(owner: string, keys: SignalKeys) {
    this.#owner = owner
    this.#keys = keys
  }

  hasSession(peer: Peer): boolean {
    return this.#keys.hasSession(this.#address(peer).toString())
  }

  async openSession(peer: Peer, bundle: KeyBundle, batch: Batch): Promise<void> {
    const { registrationId, identityKey, signedPreKey, preKey } = bundle
    const session = {
      registrationId,
      identityKey: signalKey(identityKey),
      signedPreKey: {
        keyId: signedPreKey.id,
        publicKey: signalKey(signedPreKey.key),
        signature: Buffer.from(signedPreKey.signature),
      },
      ...(preKey && { preKey: { keyId: preKey.id, publicKey: signalKey(preKey.key) } }),
    }
    const builder = new SessionBuilder(this.#keys.storage(batch, Buffer.alloc(0)), this.#address(peer))
    // The typings demand a one-time key; the protocol and the code do not.
    await builder.initOutgoing(session as Parameters<typeof builder.initOutgoing>[0])
  }

  async encrypt(peer: Peer, message: proto.IMessage, batch: Batch, attempt?: number): Promise<BinaryNode> {
    const cipher = new SessionCipher(this.#keys.storage(batch), this.#address(peer))
    const { type, body } = await cipher.encrypt(Buffer.from(encodeWAMessage(message)))
    const opensSession = 3
    const attrs = { v: '2', type: type === opensSession ? 'pkmsg' : 'msg', count: attempt?.toString() }
    return element('enc', attrs, Buffer.from(body, 'binary'))
  }

  async decrypt(peer: Peer, enc: BinaryNode, batch: Batch): Promise<proto.Message> {
    const bytes = bytesOf(enc) ?? Buffer.alloc(0)
    const baseKey = readSignalMessage(enc.attrs.type, bytes)?.baseKey
    const cipher = new SessionCipher(this.#keys.storage(batch, baseKey), this.#address(peer))
    const padded =
      enc.attrs.type === 'pkmsg'
        ? await cipher.decryptPreKeyWhisperMessage(bytes)
        : await cipher.decryptWhisperMessage(bytes)
    return proto.Message.decode(unpadRandomMax16(padded))
  }

  // libsignal queues its work in the whole process by this name, so phones must not share it.
  #address({ number, device }: Peer): ProtocolAddress {
    return new ProtocolAddress(`${this.#owner}-${number}`, device)
  }
}
