import type { Account } from '../accounts/account.js'
import type { KeyBundle } from '../keys.js'
import type { Network } from '../network.js'
import { unixSeconds, element, bigEndian } from '../wire/nodes.js'

/** Below this the client is asked for more. The protocol library uploads only when told of fewer than 5. */
const fewPreKeys = 5

/**
 * The keys by which anybody can open a session to a device. The one-time key is gone with it, so this is committed
 * at once and not together with whatever the keys are wanted for.
 */
export function bundleOf(network: Network, account: Account, device: number): KeyBundle | undefined {
  const batch = network.batch()
  if (device === 0) {
    const bundle = network.phoneKeys.get(account.number)?.bundle(batch)
    batch.commit()
    return bundle
  }
  const companion = account.devices.get(device)
  if (companion === undefined) return undefined
  const before = companion.preKeys.count
  const bundle = companion.bundle(batch)
  if (before >= fewPreKeys && companion.preKeys.count < fewPreKeys) {
    const count = element('count', { value: companion.preKeys.count.toString() })
    const attrs = { type: 'encrypt', id: network.stanzaId(), from: '@s.whatsapp.net', t: unixSeconds() }
    network.post.post(companion.name, element('notification', attrs, [count]), batch)
  }
  batch.commit()
  return bundle
}

/** A bundle in the wire form that key queries are answered with. */
export function bundleElements(bundle: KeyBundle): ReturnType<typeof element>[] {
  const { registrationId, identityKey, signedPreKey, preKey } = bundle
  const key = (tag: string, id: number, value: Uint8Array, signature?: Uint8Array) =>
    element(tag, {}, [
      element('id', {}, bigEndian(id, 3)),
      element('value', {}, Buffer.from(value)),
      ...(signature ? [element('signature', {}, Buffer.from(signature))] : []),
    ])
  return [
    element('registration', {}, bigEndian(registrationId, 4)),
    element('type', {}, Buffer.from([5])),
    element('identity', {}, Buffer.from(identityKey)),
    key('skey', signedPreKey.id, signedPreKey.key, signedPreKey.signature),
    ...(preKey ? [key('key', preKey.id, preKey.key)] : []),
  ]
}
