import { randomBytes } from 'node:crypto'
import { aesDecryptCTR, aesDecryptGCM, aesEncryptCTR, Curve, derivePairingCodeKey, hkdf } from 'baileys'
import type { KeyPair } from '../keys.js'

/**
 * The phone's half of the exchange behind a pairing code. Each side sends an ephemeral key encrypted with the code.
 * Nothing shows at this point that a code is wrong; it shows when the companion's bundle does not open.
 */
export class PairingCodeExchange {
  readonly #identity: KeyPair
  readonly #shared: Buffer
  /** The phone's ephemeral key as it travels to the companion. */
  readonly wrapped: Buffer

  private constructor(identity: KeyPair, shared: Buffer, wrapped: Buffer) {
    this.#identity = identity
    this.#shared = shared
    this.wrapped = wrapped
  }

  static async start(identity: KeyPair, code: string, wrappedByCompanion: Buffer): Promise<PairingCodeExchange> {
    const theirs = aesDecryptCTR(
      wrappedByCompanion.subarray(48, 80),
      await derivePairingCodeKey(code, wrappedByCompanion.subarray(0, 32)),
      wrappedByCompanion.subarray(32, 48),
    )
    const ephemeral = Curve.generateKeyPair()
    const [salt, iv] = [randomBytes(32), randomBytes(16)]
    const ours = aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(code, salt), iv)
    return new PairingCodeExchange(
      identity,
      Curve.sharedKey(ephemeral.private, theirs),
      Buffer.concat([salt, iv, ours]),
    )
  }

  /** The adv secret both sides now share; undefined when the companion used another code. */
  open(bundle: Buffer, companionIdentity: Uint8Array): Buffer | undefined {
    const [salt, iv, sealed] = [bundle.subarray(0, 32), bundle.subarray(32, 44), bundle.subarray(44)]
    const key = hkdf(this.#shared, 32, { salt, info: 'link_code_pairing_key_bundle_encryption_key' })
    let opened
    try {
      opened = aesDecryptGCM(sealed, key, iv, Buffer.alloc(0))
    } catch {
      return undefined
    }
    const [companion, phone, random] = [opened.subarray(0, 32), opened.subarray(32, 64), opened.subarray(64)]
    if (!companion.equals(companionIdentity) || !phone.equals(this.#identity.public)) return undefined
    const identities = Curve.sharedKey(this.#identity.private, companion)
    return Buffer.from(hkdf(Buffer.concat([this.#shared, identities, random]), 32, { info: 'adv_secret' }))
  }
}
