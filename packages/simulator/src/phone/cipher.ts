import { proto, unpadRandomMax16, type BinaryNode } from 'baileys'
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
    const builder = new SessionBuilder(this.#keys.storage(batch, { opening: Buffer.alloc(0) }), this.#address(peer))
    // The typings demand a one-time key; the protocol and the code do not.
    await builder.initOutgoing(session as Parameters<typeof builder.initOutgoing>[0])
  }

  /** `attrs`: more of what the `enc` says about itself. */
  async encrypt(
    peer: Peer,
    padded: Buffer,
    batch: Batch,
    attrs: Readonly<Record<string, string>> = {},
  ): Promise<BinaryNode> {
    const cipher = new SessionCipher(this.#keys.storage(batch), this.#address(peer))
    const { type, body } = await cipher.encrypt(padded)
    const opensSession = 3
    const common = { v: '2', type: type === opensSession ? 'pkmsg' : 'msg' }
    return element('enc', { ...common, ...attrs }, Buffer.from(body, 'binary'))
  }

  async decrypt(peer: Peer, enc: BinaryNode, batch: Batch): Promise<proto.Message> {
    const bytes = bytesOf(enc) ?? Buffer.alloc(0)
    const { type } = enc.attrs
    if (type !== 'pkmsg' && type !== 'msg') throw new Error('not encrypted in a way that is known')
    const padded =
      type === 'pkmsg' ? await this.#decryptFirst(peer, bytes, batch) : await this.#decryptLater(peer, bytes, batch)
    return proto.Message.decode(unpadRandomMax16(padded))
  }

  #decryptFirst(peer: Peer, bytes: Buffer, batch: Batch): Promise<Buffer> {
    const opening = readSignalMessage('pkmsg', bytes)?.baseKey
    const cipher = new SessionCipher(this.#keys.storage(batch, { opening }), this.#address(peer))
    return cipher.decryptPreKeyWhisperMessage(bytes)
  }

  /**
   * When both sides began a session at once there are two, and a message belongs to one of them. libsignal would try it
   * on each, and an attempt on the wrong one steps that one's ratchet for good; so each is tried by itself, and only
   * the one that it belongs to changes.
   */
  async #decryptLater(peer: Peer, bytes: Buffer, batch: Batch): Promise<Buffer> {
    const address = this.#address(peer)
    let failure: unknown = new Error('no session with this device')
    for (const only of this.#keys.sessionsFor(address.toString(), readSignalMessage('msg', bytes)?.chain)) {
      try {
        return await new SessionCipher(this.#keys.storage(batch, { only }), address).decryptWhisperMessage(bytes)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  // libsignal queues its work in the whole process by this name, so phones must not share it.
  #address({ number, device }: Peer): ProtocolAddress {
    return new ProtocolAddress(`${this.#owner}-${number}`, device)
  }
}
