import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Device } from '../accounts/device.js'
import type { Network } from '../network.js'
import { readAddress } from '../wire/addresses.js'
import { child, children, element, unixSeconds } from '../wire/nodes.js'
import { deliver, type Copy } from './deliver.js'

/**
 * A message from a companion. Everything it causes is stored before this returns the acknowledgement, so a message
 * without one may safely be sent again with the same id: it is delivered once.
 */
export function acceptMessage(network: Network, account: Account, device: Device, stanza: BinaryNode): BinaryNode {
  const { id = '', to = '', type = 'text', category, recipient } = stanza.attrs
  const ack = (more: Record<string, string> = {}) =>
    element('ack', { class: 'message', id, from: to, t: unixSeconds(), ...more })
  network.history.add({ event: 'received', device: device.name, id, tag: 'message' })

  const target = network.directory.byJid(to)
  if (target === undefined) return to === 'status@broadcast' ? ack() : ack({ error: '404' })

  const copies = readCopies(network, stanza)
  const direct = child(stanza, 'enc')
  if (direct) copies.push({ account: target, device: readAddress(to)?.device ?? 0, enc: direct })
  const repeated = network.sent.find(account.number, id)?.device === device.id
  // A single copy under a known id is no repeat but the answer to a retry receipt.
  if (repeated && direct === undefined) return ack()

  const batch = network.batch()
  const chatWith = network.directory.byJid(recipient) ?? target
  if (!repeated && category !== 'peer') {
    const sent = { device: device.id, chat: to, recipient: chatWith.number, progress: 'sent' } as const
    network.sent.add(account.number, id, sent, batch)
  }
  const attachments = children(stanza).filter(({ tag }) => tag === 'device-identity')
  const dispatch = { id, type, category, sender: account, senderDevice: device.id, recipient: chatWith, attachments }
  deliver(network, dispatch, copies, batch)
  batch.commit()
  return ack()
}

function readCopies(network: Network, stanza: BinaryNode): Copy[] {
  return children(child(stanza, 'participants'), 'to').flatMap((to) => {
    const account = network.directory.byJid(to.attrs.jid)
    const enc = child(to, 'enc')
    return account && enc ? [{ account, device: readAddress(to.attrs.jid)?.device ?? 0, enc }] : []
  })
}
