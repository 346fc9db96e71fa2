import { Curve, proto, signedKeyPair, WA_ADV_DEVICE_SIG_PREFIX } from 'baileys'
import { expect, test } from 'vitest'
import { isSignedBy } from '#simulator/keys.js'
import { DeviceIdentity } from '#simulator/linking/identity.js'

test('a signed pre-key of somebody else, or altered, is refused', () => {
  const [identity, other] = [Curve.generateKeyPair(), Curve.generateKeyPair()]
  const { keyPair, signature, keyId } = signedKeyPair(identity, 7)
  const preKey = { id: keyId, key: keyPair.public, signature }
  expect(isSignedBy(identity.public, preKey)).toBe(true)
  expect(isSignedBy(other.public, preKey)).toBe(false)
  expect(isSignedBy(identity.public, { ...preKey, key: other.public })).toBe(false)
  expect(isSignedBy(identity.public, { ...preKey, signature: signature.subarray(1) })).toBe(false)
})

test('a pairing is accepted only with the signature of the key in the QR', () => {
  const [account, companion, thief] = [Curve.generateKeyPair(), Curve.generateKeyPair(), Curve.generateKeyPair()]
  const identity = new DeviceIdentity({ identity: account, rawId: 1 }, companion.public, 1)
  const hmac = proto.ADVSignedDeviceIdentityHMAC.decode(identity.sealed(Buffer.alloc(32)))
  const { details } = proto.ADVSignedDeviceIdentity.decode(hmac.details ?? Buffer.alloc(0))
  const signedWith = (key: Uint8Array): Uint8Array => {
    const claim = Buffer.concat([
      WA_ADV_DEVICE_SIG_PREFIX,
      details ?? Buffer.alloc(0),
      companion.public,
      account.public,
    ])
    return proto.ADVSignedDeviceIdentity.encode({
      details: details ?? null,
      deviceSignature: Curve.sign(key, claim),
    }).finish()
  }
  expect(identity.isAcceptedBy(signedWith(companion.private))).toBe(true)
  expect(identity.isAcceptedBy(signedWith(thief.private))).toBe(false)
})
