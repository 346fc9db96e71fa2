import { kindOfChat } from '../chats/chat-address.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { ChatId, PhoneNumber } from '../ids.js'

/**
 * Reads an international phone number: 7 to 15 digits (ITU-T E.164), the usual plus, spaces, dashes and brackets allowed.
 * @param field what the caller calls it, for the error
 */
export function phoneNumber(text: string, field: string): PhoneNumber {
  const digits = text.replace(/^\+|[\s().-]/g, '')
  if (/^[1-9]\d{6,14}$/.test(digits)) return digits as PhoneNumber
  throw new GatewayError('bad-request', `'${field}' is not an international phone number.`, {
    field,
    hint: 'Country code first, digits only, for example 6281234567890.',
  })
}

/** Reads the name of a chat of any kind: whom a message can be for, or a channel. */
export function anyChat(text: string, field: string): ChatId {
  const name = text.trim()
  return /^\d{5,25}@newsletter$/.test(name) ? (name as ChatId) : chatId(text, field)
}

/** Reads the name of a person: a phone number, a chat id or a JID. */
export function personJid(text: string, field: string): ChatId {
  const jid = chatId(text, field)
  if (kindOfChat(jid) === 'person') return jid
  throw new GatewayError('bad-request', `'${field}' names somebody who is no person.`, { field })
}

/** Reads whom a message is for: a phone number, a chat id (`…@c.us`), a JID, or everybody (`status@broadcast`). */
export function chatId(text: string, field: string): ChatId {
  const [user = '', server, ...rest] = text.trim().split('@')
  if (rest.length === 0) {
    if (server === undefined) return `${phoneNumber(user, field)}@s.whatsapp.net` as ChatId
    if (server === 'c.us' || server === 's.whatsapp.net') return `${phoneNumber(user, field)}@s.whatsapp.net` as ChatId
    if (server === 'broadcast' && user === 'status') return 'status@broadcast' as ChatId
    if (server === 'lid' && /^\d{5,20}$/.test(user)) return `${user}@lid` as ChatId
    if (server === 'g.us' && /^\d{5,25}(-\d{5,15})?$/.test(user)) return `${user}@g.us` as ChatId
  }
  throw new GatewayError('bad-request', `'${field}' is not a phone number, chat id or JID.`, {
    field,
    hint: 'For example 6281234567890, 6281234567890@c.us, …@lid or …@g.us.',
  })
}
