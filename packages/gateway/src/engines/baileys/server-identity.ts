import { Curve, proto, WA_CERT_DETAILS } from 'baileys'
import { isSignedBy } from './xeddsa.js'

let trusted: Buffer | undefined

/**
 * Makes this thread trust one Noise root key (32 bytes), or WhatsApp's own when none is given, for as long as it lives.
 *
 * The library keeps the key in one object per copy of its module, and each thread loads a copy of its own. So a network
 * has a thread, and a thread has one network: asking for a second key is refused instead of mixing the two.
 */
export function trustRootKey(rootKey: Uint8Array | undefined): void {
  const wanted = Buffer.from(rootKey ?? WA_CERT_DETAILS.PUBLIC_KEY)
  if (trusted) {
    if (trusted.equals(wanted)) return
    throw new Error('this thread already trusts another root key')
  }
  trusted = wanted
  WA_CERT_DETAILS.PUBLIC_KEY = wanted
  checkSignatures()
}

/**
 * Baileys 7.0.0-rc14 takes every signature for good: its `Curve.verify` waits for libsignal to throw, and libsignal 6
 * answers false instead. Without this, whoever sits on the line could be WhatsApp, and a phone's account signature would
 * prove nothing. Here the answer is looked at.
 *
 * Neither does the library compare the key that the certificate names with the key that the server proved to hold, so
 * that anyone could show WhatsApp's own certificate, which every client is given. whatsmeow does (`handshake.go`), and so
 * do we: in the library's `processHandshake` the last agreement before the check of the root's signature is with the
 * server's static key, and the signature checked just before that one is the leaf's.
 */
function checkSignatures(): void {
  const { sharedKey } = Curve
  let agreedWith: Uint8Array | undefined
  let checkedBefore: Uint8Array | undefined
  Curve.sharedKey = (privateKey, publicKey) => {
    agreedWith = publicKey
    return sharedKey(privateKey, publicKey)
  }
  Curve.verify = (publicKey, message, signature) => {
    const leaf = checkedBefore
    checkedBefore = message
    if (!isSignedBy(publicKey, message, signature)) return false
    return publicKey === WA_CERT_DETAILS.PUBLIC_KEY ? names(leaf, agreedWith) : true
  }
}

function names(leafDetails: Uint8Array | undefined, serverKey: Uint8Array | undefined): boolean {
  if (!leafDetails || !serverKey) return false
  const { key } = proto.CertChain.NoiseCertificate.Details.decode(leafDetails)
  return key !== null && key !== undefined && Buffer.from(key).equals(serverKey)
}
