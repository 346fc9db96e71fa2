import { generateForwardMessageContent, type proto } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { SendOptions } from '../correspondence.js'
import { Group } from '../groups/group.js'
import type { PhoneMessage } from '../message.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import type { Correspondent } from './correspondent.js'
import { messageWith } from './sending.js'

/** What a message carries that answers another or names people. */
export function contextOfSending(
  phone: Correspondent,
  chat: Account | Group,
  { quote, mentions = [] }: SendOptions,
): proto.IContextInfo {
  const named = mentions.map((mention) => addressIn(chat, phone.accountNamed(mention)))
  return {
    ...(quote !== undefined && quotation(chat, messageWith(phone, quote))),
    ...(named.length > 0 && { mentionedJid: named }),
  }
}

export function quotation(chat: Account | Group, { id, from, to, content }: PhoneMessage): proto.IContextInfo {
  const elsewhere = to.includes('@') && !(chat instanceof Group && chat.jid === to)
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

function addressIn(chat: Account | Group, account: Account): string {
  const byLid = (chat instanceof Group ? chat : account).record.addressing === 'lid'
  return byLid ? lidJid(account.lid) : numberJid(account.number)
}
