import type { BinaryNode } from 'baileys'
import type { Device } from '../accounts/device.js'
import { isSignedBy, type SignedPreKey } from '../keys.js'
import { bundleElements, bundleOf } from '../phone/bundles.js'
import { badRequest, firstChild, notFound, notImplemented, type IqAnswer } from '../server/iq-answer.js'
import { readAddress } from '../wire/addresses.js'
import { bytesOf, child, children, element, readBigEndian } from '../wire/nodes.js'
import { keyDigest } from './key-digest.js'
import type { Asker } from './query.js'

/** Pre-keys: counting, publishing and checking one's own, fetching those of others. */
export function answerEncrypt(iq: BinaryNode, asker: Asker): IqAnswer {
  const request = firstChild(iq)
  switch (request?.tag) {
    case 'count':
      return [element('count', { value: asker.device.preKeys.count.toString() })]
    case 'registration':
      return publish(iq, asker)
    case 'rotate':
      return rotate(request, asker)
    case 'digest':
      return [keyDigest(asker.device)]
    case 'key':
      return [
        element(
          'list',
          {},
          children(request, 'user').map((user) => fetch(user.attrs.jid ?? '', asker)),
        ),
      ]
    default:
      return notImplemented
  }
}

function publish(iq: BinaryNode, { network, device }: Asker): IqAnswer {
  const identity = bytesOf(child(iq, 'identity'))
  const signedPreKey = readSignedPreKey(child(iq, 'skey'))
  if (!identity?.equals(device.record.identityKey) || !signedPreKey || !isAcceptable(signedPreKey, device)) {
    return badRequest
  }
  const keys = children(child(iq, 'list'), 'key').flatMap((node) => {
    const key = bytesOf(child(node, 'value'))
    return key?.length === 32 ? [{ id: readBigEndian(bytesOf(child(node, 'id'))), key }] : []
  })
  const batch = network.batch()
  device.update({ signedPreKey, registrationId: readBigEndian(bytesOf(child(iq, 'registration'))) }, batch)
  device.preKeys.add(keys, batch)
  batch.commit()
  return []
}

function rotate(request: BinaryNode, { network, device }: Asker): IqAnswer {
  const signedPreKey = readSignedPreKey(child(request, 'skey'))
  if (!signedPreKey || !isAcceptable(signedPreKey, device)) return badRequest
  const batch = network.batch()
  device.update({ signedPreKey }, batch)
  batch.commit()
  return []
}

/** Most uploads repeat the key that was checked when the device was linked, and checking is slow. */
function isAcceptable(key: SignedPreKey, { record }: Device): boolean {
  const { signedPreKey: known, identityKey } = record
  const repeated = sameBytes(key.key, known.key) && sameBytes(key.signature, known.signature)
  return repeated || isSignedBy(identityKey, key)
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

function fetch(jid: string, { network }: Asker): BinaryNode {
  const account = network.directory.byJid(jid)
  const bundle = account && bundleOf(network, account, readAddress(jid)?.device ?? 0)
  if (bundle) return element('user', { jid }, bundleElements(bundle))
  return element('user', { jid }, [element('error', { code: notFound.code.toString(), text: notFound.text })])
}

function readSignedPreKey(node: BinaryNode | undefined): SignedPreKey | undefined {
  const key = bytesOf(child(node, 'value'))
  const signature = bytesOf(child(node, 'signature'))
  if (key?.length !== 32 || signature?.length !== 64) return undefined
  return { id: readBigEndian(bytesOf(child(node, 'id'))), key, signature }
}
