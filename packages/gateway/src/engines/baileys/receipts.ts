import {
  areJidsSameUser,
  getBinaryNodeChildren,
  getStatusFromReceiptType,
  isJidGroup,
  isJidStatusBroadcast,
  type BinaryNode,
  type Contact,
} from 'baileys'
import type { ChatId, MessageId } from '../../core/ids.js'
import type { MessageStatus } from '../../core/messages/message.js'
import type { EngineReport } from '../../core/ports/engine.js'
import type { AddressBook } from './address-book.js'
import { canonical } from './addresses.js'

export type StatusReport = Extract<EngineReport, { kind: 'message-status' }>

/** What a receipt says of messages of ours, as the library's `handleReceipt` reads it. */
export function statusesOf({ attrs, content }: BinaryNode, me: Contact | undefined, book: AddressBook): StatusReport[] {
  const { from, participant, recipient, id, type } = attrs
  const sender = participant ?? from
  if (!from || !id || !sender || !me) return []
  // Another device of this account has read or sent something: nothing about messages of this one.
  if (areJidsSameUser(sender, me.id) || areJidsSameUser(sender, me.lid)) return []
  const status = statusOf(getStatusFromReceiptType(type))
  if (!status) return []
  const many = isJidGroup(from) === true || isJidStatusBroadcast(from)
  const other = attrs.participant_pn ?? attrs.sender_pn ?? attrs.participant_lid ?? attrs.sender_lid
  const who = canonical(book.of(sender, other))
  const chat = many ? from : recipient === undefined ? who : book.nameOf(recipient)
  return [id, ...more(content)].map((one) => ({
    kind: 'message-status',
    chat: chat as ChatId,
    id: one as MessageId,
    status,
    participant: many ? who : null,
  }))
}

/** One receipt may be for many messages. */
function more(content: BinaryNode['content']): string[] {
  if (!Array.isArray(content)) return []
  return getBinaryNodeChildren(content[0], 'item').flatMap(({ attrs }) => (attrs.id ? [attrs.id] : []))
}

/** Undefined for what says nothing new. */
function statusOf(code: number | null | undefined): MessageStatus | undefined {
  // proto.WebMessageInfo.Status: 0 error, 1 pending, 2 server ack, 3 delivered, 4 read, 5 played.
  switch (code) {
    case 3:
      return 'delivered'
    case 4:
      return 'read'
    case 5:
      return 'played'
    default:
      return undefined
  }
}
