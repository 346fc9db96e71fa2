import Type, { type Static } from 'typebox'
import type { MessageReceipt } from '../../core/gateway.js'
import { messageStatuses, type OutgoingMessage } from '../../core/messages/message.js'
import { list, type MediaUrl, sentContentReply, SentContentReply } from './content-replies.js'
import { ErrorCodeSchema, named, nullable, page, ref, time } from './replies.js'
import { word } from './word.js'

export const MessageReply = named(
  'Message',
  Type.Object({
    id: Type.String({ description: "WhatsApp's id, fixed before the first attempt to send." }),
    instance: Type.String({ format: 'uuid' }),
    chat: Type.String({ description: 'Id of the chat: a JID.' }),
    content: ref(SentContentReply),
    audience: nullable(list(Type.String()), 'Of a status post: JIDs of those who may see it; null: all contacts.'),
    status: word(messageStatuses),
    failure: nullable(ErrorCodeSchema, 'Why it failed; null unless it did.'),
    createdAt: time('When it was stored.'),
    statusAt: time('When it reached its status.'),
  }),
)

export const MessagePage = page('MessagePage', ref(MessageReply))

export const ReceiptPage = page(
  'ReceiptPage',
  Type.Object({
    participant: Type.String({ description: 'JID.' }),
    phone: nullable(Type.String(), 'Number, where known.'),
    lid: nullable(Type.String(), 'Address that hides the number.'),
    status: word(['delivered', 'read', 'played']),
    at: time('When it was last so.'),
  }),
)

export function receiptReply({ participant, phone, lid, status, at }: MessageReceipt) {
  return { participant, phone, lid, status, at: at.toISOString() }
}

export function messageReply(message: OutgoingMessage, url: MediaUrl): Static<typeof MessageReply> {
  return {
    id: message.id,
    instance: message.instance,
    chat: message.chat,
    content: sentContentReply(message.content, url),
    audience: message.audience,
    status: message.status,
    failure: message.failure,
    createdAt: message.createdAt.toISOString(),
    statusAt: message.statusAt.toISOString(),
  }
}
