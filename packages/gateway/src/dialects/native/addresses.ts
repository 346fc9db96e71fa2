import Type from 'typebox'
import { chatId } from '../../core/messages/chat-id.js'
import { groupJid, personJid } from '../../core/chats/addressing.js'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'
import type { ChatId } from '../../core/ids.js'

const id = Type.String({ description: 'UUID of the instance.' })
export const ChatParams = Type.Object({
  id,
  chat: Type.String({ description: 'Id of the chat; a phone number or any JID of it will do.' }),
})
export const ContactParams = Type.Object({
  id,
  contact: Type.String({ description: 'A phone number, chat id or JID.' }),
})
export const GroupParams = Type.Object({ id, group: Type.String({ description: 'Id of the group.' }) })
export const ProfileParams = Type.Object({
  id,
  of: Type.String({ description: 'A phone number, chat id or JID, also of a group.' }),
})

/** A path that cannot name anything is answered like one that names nothing. */
export const readChatParam = (text: string): ChatId => named(chatOrStatus, text, 'chat-not-found')
export const readContactParam = (text: string): ChatId => named(personJid, text, 'contact-not-found')
export const readGroupParam = (text: string): ChatId => named(groupJid, text, 'group-not-found')
export const readProfileParam = (text: string): ChatId => named(chatId, text, 'contact-not-found')

function named(read: (text: string, field: string) => ChatId, text: string, code: ErrorCode): ChatId {
  try {
    return read(text, 'path')
  } catch (cause) {
    throw new GatewayError(code, 'the path names nothing', { cause })
  }
}

function chatOrStatus(text: string, field: string): ChatId {
  return text === 'status@broadcast' ? (text as ChatId) : chatId(text, field)
}
