import { Curve, proto } from 'baileys'
import type { KeyPair } from '../keys.js'

/**
 * The chain a client checks in the handshake: the root signs the intermediate, the intermediate signs the leaf, and
 * the leaf names the key the server proves to hold. Serial 0 is the only issuer that clients accept for the root.
 */
export function certificateChain(root: KeyPair, serverKey: Uint8Array): Uint8Array {
  const intermediate = Curve.generateKeyPair()
  const details = proto.CertChain.NoiseCertificate.Details
  const now = Math.floor(Date.now() / 1000)
  const validity = { notBefore: now - 86_400, notAfter: now + 10 * 365 * 86_400 }
  const intermediateDetails = details
    .encode({ serial: 1, issuerSerial: 0, key: intermediate.public, ...validity })
    .finish()
  const leafDetails = details.encode({ serial: 2, issuerSerial: 1, key: serverKey, ...validity }).finish()
  return proto.CertChain.encode({
    intermediate: { details: intermediateDetails, signature: Curve.sign(root.private, intermediateDetails) },
    leaf: { details: leafDetails, signature: Curve.sign(intermediate.private, leafDetails) },
  }).finish()
}
