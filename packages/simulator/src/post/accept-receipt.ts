import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { lidJid, readAddress } from '../wire/addresses.js'
import { child, children, bytesOf, element, readBigEndian, unixSeconds } from '../wire/nodes.js'
import type { Progress } from './sent-messages.js'

const progressOf: Readonly<Record<string, Progress>> = {
  '': 'delivered',
  inactive: 'delivered',
  read: 'read',
  played: 'read',
}

/** The ids a receipt speaks of: one in its head, more in a list. */
export function receiptIds(receipt: BinaryNode): string[] {
  const more = children(child(receipt, 'list'), 'item').map(({ attrs }) => attrs.id ?? '')
  return [receipt.attrs.id ?? '', ...more]
}

/** Passes a device's receipt on to whom it concerns. */
export function routeReceipt(network: Network, from: Account, device: number, receipt: BinaryNode, batch: Batch): void {
  const { to, type = '' } = receipt.attrs
  const sender = network.directory.byJid(to)
  if (sender === undefined) return
  if (type === 'retry') {
    askAgain(network, from, device, receipt, batch)
    return
  }
  const progress = progressOf[type]
  if (progress === undefined || sender === from) return
  for (const id of receiptIds(receipt)) {
    const message = network.sent.advance(sender.number, id, progress, batch)
    if (message === undefined) continue
    const attrs = { id, from: message.chat, t: unixSeconds(), type: progress === 'read' ? 'read' : undefined }
    for (const own of sender.deviceIds()) {
      const mailbox = network.mailboxOf(sender, own)
      if (mailbox !== undefined) network.post.post(mailbox, element('receipt', attrs), batch)
    }
  }
}

/** A device could not read a message: the device that sent it, and only that one, is to encrypt it again. */
function askAgain(network: Network, from: Account, device: number, receipt: BinaryNode, batch: Batch): void {
  const { to, id, recipient } = receipt.attrs
  const sender = network.directory.byJid(to)
  const mailbox = sender && network.mailboxOf(sender, readAddress(to)?.device ?? 0)
  if (mailbox === undefined) return
  const preKey = child(child(receipt, 'keys'), 'key')
  if (preKey) from.devices.get(device)?.preKeys.announce(readBigEndian(bytesOf(child(preKey, 'id'))))
  const attrs = { id, from: lidJid(from.lid, device), t: unixSeconds(), type: 'retry', recipient }
  network.post.post(mailbox, element('receipt', attrs, children(receipt)), batch)
}
