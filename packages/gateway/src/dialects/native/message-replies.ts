import Type, { type Static } from 'typebox'
import { messageStatuses, type OutgoingMessage } from '../../core/messages/message.js'
import { type MediaUrl, sentContentReply, SentContentReply } from './content-replies.js'
import { ErrorCodeSchema, named, nullable, ref, time } from './replies.js'
import { word } from './word.js'

export const MessageReply = named(
  'Message',
  Type.Object({
    id: Type.String({ description: "WhatsApp's id, fixed before the first attempt to send." }),
    instance: Type.String({ format: 'uuid' }),
    chat: Type.String({ description: 'Id of the chat: a JID.' }),
    content: ref(SentContentReply),
    status: word(messageStatuses),
    failure: nullable(ErrorCodeSchema, 'Why it failed; null unless it did.'),
    createdAt: time('When it was stored.'),
    statusAt: time('When it reached its status.'),
  }),
)

export function messageReply(message: OutgoingMessage, url: MediaUrl): Static<typeof MessageReply> {
  return {
    id: message.id,
    instance: message.instance,
    chat: message.chat,
    content: sentContentReply(message.content, url),
    status: message.status,
    failure: message.failure,
    createdAt: message.createdAt.toISOString(),
    statusAt: message.statusAt.toISOString(),
  }
}
