import {
  Curve,
  encodeSignedDeviceIdentity,
  hmacSign,
  proto,
  WA_ADV_ACCOUNT_SIG_PREFIX,
  WA_ADV_DEVICE_SIG_PREFIX,
} from 'baileys'
import { isSignature, type KeyPair } from '../keys.js'

/** The phone's signature under "this key is my device N". */
export class DeviceIdentity {
  readonly #companion: Uint8Array
  readonly #details: Uint8Array
  readonly #accountKey: Uint8Array
  readonly #signed: proto.IADVSignedDeviceIdentity

  constructor(account: { identity: KeyPair; rawId: number }, companion: Uint8Array, keyIndex: number) {
    const timestamp = Math.floor(Date.now() / 1000)
    this.#companion = companion
    this.#accountKey = account.identity.public
    this.#details = proto.ADVDeviceIdentity.encode({ rawId: account.rawId, timestamp, keyIndex }).finish()
    const claim = Buffer.concat([WA_ADV_ACCOUNT_SIG_PREFIX, this.#details, companion])
    this.#signed = {
      details: this.#details,
      accountSignatureKey: this.#accountKey,
      accountSignature: Curve.sign(account.identity.private, claim),
    }
  }

  /** For the companion, which alone can check that it comes from the phone that saw its secret. */
  sealed(advSecret: Buffer): Uint8Array {
    const details = Buffer.from(encodeSignedDeviceIdentity(this.#signed, true))
    return proto.ADVSignedDeviceIdentityHMAC.encode({ details, hmac: hmacSign(details, advSecret) }).finish()
  }

  /** Whether the companion signed this very identity with the key it showed in the QR code. */
  isAcceptedBy(answer: Uint8Array): boolean {
    const { details, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(answer)
    if (!details || !deviceSignature || !Buffer.from(this.#details).equals(details)) return false
    const claim = Buffer.concat([WA_ADV_DEVICE_SIG_PREFIX, this.#details, this.#companion, this.#accountKey])
    return isSignature(this.#companion, claim, deviceSignature)
  }
}
