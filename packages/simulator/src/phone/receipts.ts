import type { BinaryNode } from 'baileys'
import { addressIn, isShared } from '../chat.js'
import { Group } from '../groups/group.js'
import type { MessageReceipt, PhoneMessage } from '../message.js'
import { receiptElement, receiptIds, routeReceipt } from '../post/accept-receipt.js'
import { statusJid } from '../status/audience.js'
import type { Batch } from '../store/store.js'
import { numberJid } from '../wire/addresses.js'
import type { Correspondent } from './correspondent.js'
import { chatOf } from './whereabouts.js'

/** What somebody, or another device of this account, reports of messages. */
export function noteReceipt(phone: Correspondent, receipt: BinaryNode, batch: Batch): void {
  const { from, participant, type = '' } = receipt.attrs
  const { groups, directory } = phone.network
  const severalRead = from === statusJid || groups.byJid(from) !== undefined
  const by = directory.byJid(severalRead ? participant : from)
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

/** Where several read, a message is as far as it is with everybody. */
function statusOf(phone: Correspondent, message: PhoneMessage): PhoneMessage['status'] {
  const { receipts, status } = message
  const readers = readersOf(phone, message).filter((number) => number !== phone.number)
  const reported = (kinds: readonly MessageReceipt['kind'][]) =>
    readers.every((number) => receipts.some(({ by, kind }) => by === number && kinds.includes(kind)))
  if (reported(['read', 'played'])) return 'read'
  return reported(['delivered', 'read', 'played']) ? 'delivered' : status
}

function readersOf(phone: Correspondent, { id, to }: PhoneMessage): readonly string[] {
  if (to === statusJid) return phone.network.sent.find(phone.number, id)?.audience ?? []
  const chat = phone.chatNamed(to)
  return chat instanceof Group ? chat.members : [to]
}

/** Those that end with `self` are for one's own devices only. */
export type Report = 'read' | 'played' | 'read-self' | 'played-self'

/** Reports messages as read or played, with one receipt for each chat and sender, as a phone does. */
export function report(phone: Correspondent, messages: readonly PhoneMessage[], type: Report, batch: Batch): void {
  const together = new Map<string, PhoneMessage[]>()
  for (const message of messages) {
    phone.log.put({ ...message, status: 'read' }, batch)
    const conversation = `${message.to} ${message.from}`
    together.set(conversation, [...(together.get(conversation) ?? []), message])
  }
  for (const some of together.values()) {
    const [first] = some
    if (first === undefined) continue
    const chat = chatOf(phone, first)
    const author = phone.network.directory.byNumber(first.from)
    const where = isShared(chat)
      ? { to: chat.jid, participant: author && addressIn(chat, author) }
      : { to: numberJid(first.from) }
    const receipt = receiptElement(
      some.map(({ id }) => id),
      { ...where, type },
    )
    routeReceipt(phone.network, phone.account, 0, receipt, batch)
  }
}
