import { generateForwardMessageContent, type proto } from 'baileys'
import { addressIn, isShared, type Chat } from '../chat.js'
import type { SendOptions } from '../correspondence.js'
import type { PhoneMessage } from '../message.js'
import { numberJid } from '../wire/addresses.js'
import type { Correspondent } from './correspondent.js'
import { messageWith } from './whereabouts.js'

/** What a message carries that answers another or names people. */
export function contextOfSending(
  phone: Correspondent,
  chat: Chat,
  { quote, mentions = [] }: SendOptions,
): proto.IContextInfo {
  const named = mentions.map((mention) => addressIn(chat, phone.accountNamed(mention)))
  return {
    ...(quote !== undefined && quotation(chat, messageWith(phone, quote))),
    ...(named.length > 0 && { mentionedJid: named }),
  }
}

export function quotation(chat: Chat, { id, from, to, content }: PhoneMessage): proto.IContextInfo {
  const elsewhere = to.includes('@') && !(isShared(chat) && chat.jid === to)
  const where = elsewhere && { remoteJid: to }
  return { stanzaId: id, participant: numberJid(from), quotedMessage: content, ...where }
}

/** The content of a message as it is passed on, by the library's own rules for the score. */
export function forwarded(phone: Correspondent, { id, from, content }: PhoneMessage): proto.IMessage {
  // What devices tell each other beside it is not passed on; the library would take the first of it for the content.
  const { senderKeyDistributionMessage: _key, messageContextInfo: _info, ...message } = content
  const key = { id, fromMe: from === phone.number }
  return generateForwardMessageContent({ key, message }, false)
}
