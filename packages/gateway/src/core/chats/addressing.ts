import { GatewayError } from '../errors/gateway-error.js'
import type { ChatId } from '../ids.js'
import { chatId } from '../messages/chat-id.js'

/** Reads whom something is about: a phone number, chat id or JID of a person. */
export function personJid(text: string, field: string): ChatId {
  const jid = chatId(text, field)
  if (!jid.endsWith('@g.us') && jid !== 'status@broadcast') return jid
  throw new GatewayError('bad-request', `'${field}' names no person.`, { field })
}

/** Several at once, each of them once. */
export function personJids(texts: readonly string[], field: string): ChatId[] {
  return [...new Set(texts.map((text, i) => personJid(text, `${field}.${i}`)))]
}

/** Reads which group something is about: its id. */
export function groupJid(text: string, field: string): ChatId {
  const jid = chatId(text, field)
  if (jid.endsWith('@g.us')) return jid
  throw new GatewayError('bad-request', `'${field}' names no group.`, { field, hint: 'The id of a group is …@g.us.' })
}

const invite = /^(?:(?:https?:\/\/)?chat\.whatsapp\.com\/(?:invite\/)?)?([\w-]{8,64})(?:[/?#].*)?$/i
const inviteBase = 'https://chat.whatsapp.com/'

/** Reads an invitation: a link, or the code in it. */
export function inviteCode(text: string, field: string): string {
  const code = invite.exec(text.trim())?.[1]
  if (code !== undefined) return code
  throw new GatewayError('bad-request', `'${field}' is no invitation to a group.`, {
    field,
    hint: `For example ${inviteBase}AbCdEfGhIjKlMnOpQrStUv, or what comes after the last slash.`,
  })
}

export const inviteLink = (code: string): string => inviteBase + code
