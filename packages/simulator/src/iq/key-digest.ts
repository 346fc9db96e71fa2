import { createHash } from 'node:crypto'
import type { BinaryNode } from 'baileys'
import type { Device } from '../accounts/device.js'
import { bigEndian, element } from '../wire/nodes.js'

/** What the server holds of a device's keys, with a SHA-1 over it by which the device notices a difference. */
export function keyDigest(device: Device): BinaryNode {
  const { identityKey, registrationId, signedPreKey } = device.record
  const ids = device.preKeys.available()
  const hash = createHash('sha1').update(identityKey).update(signedPreKey.key).update(signedPreKey.signature)
  for (const id of ids) hash.update(bigEndian(id, 3))
  return element('digest', {}, [
    element('registration', {}, bigEndian(registrationId, 4)),
    element('type', {}, Buffer.from([5])),
    element('identity', {}, Buffer.from(identityKey)),
    element('skey', {}, [
      element('id', {}, bigEndian(signedPreKey.id, 3)),
      element('value', {}, Buffer.from(signedPreKey.key)),
      element('signature', {}, Buffer.from(signedPreKey.signature)),
    ]),
    element(
      'list',
      {},
      ids.map((id) => element('id', {}, bigEndian(id, 3))),
    ),
    element('hash', {}, hash.digest()),
  ])
}
