import { randomInt } from 'node:crypto'
import curve from 'libsignal/src/curve.js'

export interface KeyPair {
  readonly public: Uint8Array
  readonly private: Uint8Array
}

/** What a device publishes so that others can open a session to it without asking. */
export interface KeyBundle {
  readonly registrationId: number
  readonly identityKey: Uint8Array
  readonly signedPreKey: SignedPreKey
  readonly preKey?: { readonly id: number; readonly key: Uint8Array }
}

export interface SignedPreKey {
  readonly id: number
  readonly key: Uint8Array
  readonly signature: Uint8Array
}

/** Signal's form of a public key: a version byte before the 32 bytes that WhatsApp carries. */
export function signalKey(key: Uint8Array): Buffer {
  return key.length === 33 ? Buffer.from(key) : Buffer.concat([Buffer.from([5]), key])
}

export function randomRegistrationId(): number {
  return randomInt(1, 16_380)
}

export function isSignedBy(identityKey: Uint8Array, preKey: SignedPreKey): boolean {
  return isSignature(identityKey, signalKey(preKey.key), preKey.signature)
}

/**
 * Whether the holder of a key signed a message (XEdDSA). Not through the library's `Curve.verify`, which waits for an
 * exception where libsignal 6 answers false, and so takes every signature for good.
 */
export function isSignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const verdict: unknown = curve.verifySignature(signalKey(publicKey), message, signature)
    return verdict === true
  } catch {
    return false
  }
}
