import { Curve } from 'baileys'
import fc from 'fast-check'
import curve from 'libsignal/src/curve.js'
import { expect, test } from 'vitest'
import { isSignedBy } from '#gateway/engines/baileys/xeddsa.js'

/** What libsignal says, whose typings know only that it may throw. */
function libsignalSays(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const verdict: unknown = curve.verifySignature(Buffer.concat([Buffer.from([5]), publicKey]), message, signature)
  return verdict === true
}

test('signatures of libsignal are recognised, with and without the version byte of the key', () => {
  for (let round = 0; round < 50; round++) {
    const { public: key, private: secret } = Curve.generateKeyPair()
    const message = Buffer.from(`message ${round}`)
    const signature = Curve.sign(secret, message)
    expect(isSignedBy(key, message, signature)).toBe(true)
    expect(isSignedBy(Buffer.concat([Buffer.from([5]), key]), message, signature)).toBe(true)
  }
})

test('a signature with any bit changed is answered as libsignal answers it, which is: refused', () => {
  const { public: key, private: secret } = Curve.generateKeyPair()
  const message = Buffer.from('hello')
  const signature = Buffer.from(Curve.sign(secret, message))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 511 }), (bit) => {
      const altered = Buffer.from(signature)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return !isSignedBy(key, message, altered) && !libsignalSays(key, message, altered)
    }),
    { numRuns: 60 },
  )
})

test('whatever bytes come as key and signature, it answers no and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 70 }), (key, signature) => {
      return !isSignedBy(key, Buffer.from('hello'), signature)
    }),
  )
  const zeros = new Uint8Array(32)
  expect(isSignedBy(zeros, Buffer.from('hello'), new Uint8Array(64).fill(1))).toBe(false)
})
