import type { BinaryNode } from 'baileys'
import { Group } from '../groups/group.js'
import type { MessageReceipt, PhoneMessage } from '../message.js'
import { receiptElement, receiptIds, routeReceipt } from '../post/accept-receipt.js'
import type { Batch } from '../store/store.js'
import { numberJid } from '../wire/addresses.js'
import type { Correspondent } from './correspondent.js'

/** What somebody, or another device of this account, reports of messages. */
export function noteReceipt(phone: Correspondent, receipt: BinaryNode, batch: Batch): void {
  const { from, participant, type = '' } = receipt.attrs
  const { groups, directory } = phone.network
  const by = directory.byJid(groups.byJid(from) === undefined ? from : participant)
  if (by === undefined) return
  for (const id of receiptIds(receipt)) {
    if (by === phone.account) {
      const message = phone.log.withId(id)
      if (message?.status === 'received') phone.log.put({ ...message, status: 'read' }, batch)
      continue
    }
    const message = phone.log.find(phone.number, id)
    if (message === undefined) continue
    const kind = type === 'read' || type === 'played' ? type : 'delivered'
    const receipts = [...message.receipts, { by: by.number, kind, at: new Date() } as const]
    phone.log.put({ ...message, receipts, status: statusOf(phone, { ...message, receipts }) }, batch)
  }
}

/** In a group a message is as far as it is with everybody. */
function statusOf(phone: Correspondent, { to, receipts, status }: PhoneMessage): PhoneMessage['status'] {
  const chat = phone.chatNamed(to)
  const readers = chat instanceof Group ? chat.members.filter((number) => number !== phone.number) : [to]
  const reported = (kinds: readonly MessageReceipt['kind'][]) =>
    readers.every((number) => receipts.some(({ by, kind }) => by === number && kinds.includes(kind)))
  if (reported(['read', 'played'])) return 'read'
  return reported(['delivered', 'read', 'played']) ? 'delivered' : status
}

/** Reports messages as read or played, with one receipt for each chat and sender, as a phone does. */
export function report(
  phone: Correspondent,
  messages: readonly PhoneMessage[],
  type: 'read' | 'played',
  batch: Batch,
): void {
  const together = new Map<string, PhoneMessage[]>()
  for (const message of messages) {
    phone.log.put({ ...message, status: 'read' }, batch)
    const conversation = `${message.to} ${message.from}`
    together.set(conversation, [...(together.get(conversation) ?? []), message])
  }
  for (const some of together.values()) {
    const [first] = some
    if (first === undefined) continue
    const chat = phone.chatNamed(first.to)
    const author = phone.network.directory.byNumber(first.from)
    const where =
      chat instanceof Group
        ? { to: chat.jid, participant: author && chat.addressOf(author) }
        : { to: numberJid(first.from) }
    const receipt = receiptElement(
      some.map(({ id }) => id),
      { ...where, type },
    )
    routeReceipt(phone.network, phone.account, 0, receipt, batch)
  }
}
