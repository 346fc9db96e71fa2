import { proto } from 'baileys'
import { isSignedBy, type SignedPreKey } from '../keys.js'
import type { ClientFinish } from '../wire/noise.js'
import { readBigEndian } from '../wire/nodes.js'

/** What a client that wants to become a companion said of itself in the handshake. */
export interface CompanionOffer {
  readonly noiseKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly registrationId: number
  readonly signedPreKey: SignedPreKey
  readonly platform: string
}

/** Undefined when keys are missing or the signed pre-key is not signed by the identity. */
export function readOffer({ staticKey, payload }: ClientFinish): CompanionOffer | undefined {
  const data = payload.devicePairingData
  if (!data?.eIdent || !data.eSkeyVal || !data.eSkeySig) return undefined
  const signedPreKey = { id: readBigEndian(data.eSkeyId ?? undefined), key: data.eSkeyVal, signature: data.eSkeySig }
  if (data.eIdent.length !== 32 || !isSignedBy(data.eIdent, signedPreKey)) return undefined
  const platform = data.deviceProps ? platformName(proto.DeviceProps.decode(data.deviceProps)) : 'unknown'
  const registrationId = readBigEndian(data.eRegid ?? undefined)
  return { noiseKey: staticKey, identityKey: data.eIdent, registrationId, signedPreKey, platform }
}

function platformName({ os, platformType }: proto.DeviceProps): string {
  const browser = (proto.DeviceProps.PlatformType[platformType ?? 0] ?? 'unknown').toLowerCase().replaceAll('_', ' ')
  return os ? `${browser} (${os})` : browser
}
