import type { SignatureFlaw, SignedRequest, Verdict } from '../../core/access/signed-request.js'
import type { AccessKeys } from '../../core/gateway.js'
import { readAcs3 } from './acs3-signature.js'
import { Refused, type RefusalCode } from './errors.js'
import { readRpc } from './rpc-signature.js'
import type { Wire } from './wire.js'

/** Total on purpose: a new flaw does not compile until this vendor has a code for it. */
const codes: Record<SignatureFlaw, RefusalCode> = {
  'unknown-key': 'InvalidAccessKeyId.NotFound',
  'revoked-key': 'InvalidAccessKeyId.Inactive',
  'wrong-signature': 'SignatureDoesNotMatch',
  'no-time': 'InvalidTimeStamp.Format',
  stale: 'InvalidTimeStamp.Expired',
  repeated: 'SignatureNonceUsed',
}

/** Who signed it. Throws for whoever did not. */
export async function whoSigned(accessKeys: AccessKeys, wire: Wire): Promise<Verdict & { kind: 'accepted' }> {
  const verdict = await accessKeys.verify(readSignature(wire))
  if (verdict.kind === 'refused') throw new Refused(codes[verdict.flaw])
  return verdict
}

function readSignature(wire: Wire): SignedRequest {
  const isNew = wire.headers.has('authorization')
  const isOld = wire.parameters.has('Signature')
  // Each signature covers what the other does not, and nobody sends two.
  if (isNew && isOld) throw new Refused('IncompleteSignature', 'The request is signed in two ways.')
  if (isNew) return readAcs3(wire)
  if (isOld) return readRpc(wire)
  throw new Refused('MissingParameter', 'AccessKeyId is mandatory for this action.')
}
