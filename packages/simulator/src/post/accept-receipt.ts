import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { addressIn, namedIn, type SharedChat } from '../chat.js'
import type { Network } from '../network.js'
import { Audience, statusJid } from '../status/audience.js'
import type { Batch } from '../store/store.js'
import { lidJid, numberJid, readAddress } from '../wire/addresses.js'
import { child, children, bytesOf, element, readBigEndian, unixSeconds } from '../wire/nodes.js'
import type { Progress } from './sent-messages.js'

const progressOf: Readonly<Record<string, Progress>> = {
  '': 'delivered',
  inactive: 'delivered',
  read: 'read',
  played: 'played',
}

/** What the reader's other devices hear of; the last two are kept from the author. */
const sharedWithOwnDevices: ReadonlySet<string> = new Set(['read', 'played', 'read-self', 'played-self'])

/** The ids a receipt speaks of: one in its head, more in a list. */
export function receiptIds(receipt: BinaryNode): string[] {
  const more = children(child(receipt, 'list'), 'item').map(({ attrs }) => attrs.id ?? '')
  return [receipt.attrs.id ?? '', ...more]
}

/** A receipt about these messages; `attrs` says from or to whom. */
export function receiptElement(ids: readonly string[], attrs: Record<string, string | undefined>): BinaryNode {
  const [id, ...more] = ids
  const items = more.map((one) => element('item', { id: one }))
  return element('receipt', { id, ...attrs }, items.length > 0 ? [element('list', {}, items)] : undefined)
}

/** Passes a device's receipt on to whom it concerns. Where several read, it names the author as `participant`. */
export function routeReceipt(network: Network, from: Account, device: number, receipt: BinaryNode, batch: Batch): void {
  const { to, participant, type = '' } = receipt.attrs
  const shared = to === statusJid ? new Audience([]) : network.groups.byJid(to)
  const author = network.directory.byJid(shared === undefined ? to : participant)
  if (author === undefined) return
  if (type === 'retry') {
    askAgain(network, from, device, shared, receipt, batch)
    return
  }
  if (type === 'server-error') {
    askForFile(network, from, device, receipt, batch)
    return
  }
  if (author === from) return
  if (sharedWithOwnDevices.has(type)) tellOwnDevices(network, from, device, { author, shared }, receipt, batch)
  const progress = progressOf[type]
  if (progress === undefined) return
  const news = receiptIds(receipt).flatMap((id) => {
    const message = network.sent.advance(author.number, id, from.number, progress, batch)
    return message ? [{ id, chat: message.chat }] : []
  })
  // Each chat is told under the address that the message was sent to.
  for (const chat of new Set(news.map((one) => one.chat))) {
    const ids = news.filter((one) => one.chat === chat).map(({ id }) => id)
    const attrs = {
      from: chat,
      t: unixSeconds(),
      type: progress === 'delivered' ? undefined : progress,
      ...(shared && namedIn(shared, from)),
    }
    postToDevices(network, author, author.deviceIds(), receiptElement(ids, attrs), batch)
  }
}

/** What was read on one device counts as read on the others. */
function tellOwnDevices(
  network: Network,
  reader: Account,
  device: number,
  { author, shared }: { readonly author: Account; readonly shared: SharedChat | undefined },
  receipt: BinaryNode,
  batch: Batch,
): void {
  const byLid = reader.record.addressing === 'lid'
  const where = shared
    ? { from: shared.jid, participant: addressIn(shared, reader), recipient: addressIn(shared, author) }
    : byLid
      ? { from: lidJid(reader.lid), recipient: lidJid(author.lid) }
      : { from: numberJid(reader.number), recipient: numberJid(author.number) }
  const others = reader.deviceIds().filter((id) => id !== device)
  const attrs = { ...where, type: receipt.attrs.type, t: unixSeconds() }
  postToDevices(network, reader, others, receiptElement(receiptIds(receipt), attrs), batch)
}

function postToDevices(
  network: Network,
  account: Account,
  devices: readonly number[],
  receipt: BinaryNode,
  batch: Batch,
): void {
  for (const device of devices) {
    const mailbox = network.mailboxOf(account, device)
    if (mailbox !== undefined) network.post.post(mailbox, receipt, batch)
  }
}

/** A device could not read a message: the device that sent it, and only that one, is to encrypt it again. */
function askAgain(
  network: Network,
  from: Account,
  device: number,
  shared: SharedChat | undefined,
  receipt: BinaryNode,
  batch: Batch,
): void {
  const { to, participant, id, recipient } = receipt.attrs
  const asked = shared ? participant : to
  const sender = network.directory.byJid(asked)
  const mailbox = sender && network.mailboxOf(sender, readAddress(asked)?.device ?? 0)
  if (sender === undefined || mailbox === undefined) return
  network.sent.owe(sender.number, id ?? '', `${from.number}:${device}`, batch)
  const preKey = child(child(receipt, 'keys'), 'key')
  if (preKey) from.devices.get(device)?.preKeys.announce(readBigEndian(bytesOf(child(preKey, 'id'))))
  const where = shared
    ? { from: shared.jid, participant: addressIn(shared, from, device) }
    : { from: lidJid(from.lid, device), recipient }
  const attrs = { id, ...where, t: unixSeconds(), type: 'retry' }
  network.post.post(mailbox, element('receipt', attrs, children(receipt)), batch)
}

/** A device could not download a file: the phone of its account, which may have it, is to upload it again. */
function askForFile(network: Network, from: Account, device: number, receipt: BinaryNode, batch: Batch): void {
  const attrs = { id: receipt.attrs.id, from: numberJid(from.number, device), type: 'server-error', t: unixSeconds() }
  postToDevices(network, from, [0], element('receipt', attrs, children(receipt)), batch)
}
