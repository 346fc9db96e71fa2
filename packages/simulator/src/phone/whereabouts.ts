import type { proto } from 'baileys'
import { addressIn, isShared, type Chat } from '../chat.js'
import { SimulatorError } from '../errors.js'
import type { PhoneMessage } from '../message.js'
import { Audience, statusJid } from '../status/audience.js'
import { lidJid } from '../wire/addresses.js'
import type { Correspondent } from './correspondent.js'

/** How this phone names a message to others: in its own chat with them, and as its own or somebody's. */
export function keyOf(phone: Correspondent, message: PhoneMessage): proto.IMessageKey {
  const { id, from } = message
  const chat = chatOf(phone, message)
  const fromMe = from === phone.number
  if (!isShared(chat)) return { remoteJid: lidJid(chat.lid), fromMe, id }
  const author = phone.network.directory.byNumber(from)
  return { remoteJid: chat.jid, fromMe, id, ...(author && { participant: addressIn(chat, author) }) }
}

/** The chat that a message is in, from this phone's side. */
export function chatOf(phone: Correspondent, { id, from, to }: PhoneMessage): Chat {
  if (to === statusJid) return audienceOf(phone, id, from)
  const chat = phone.chatNamed(to === phone.number ? from : to)
  if (chat !== undefined) return chat
  throw new SimulatorError('recipient-not-found', `the chat of the message ${id} is gone`)
}

/** For whom one's own post was; what is said about somebody else's is for who posted it. */
function audienceOf(phone: Correspondent, id: string, from: string): Audience {
  const numbers = from === phone.number ? (phone.network.sent.find(from, id)?.audience ?? []) : [from]
  return new Audience(numbers.flatMap((number) => phone.network.directory.byNumber(number) ?? []))
}

export function messageWith(phone: Correspondent, id: string): PhoneMessage {
  const message = phone.log.withId(id)
  if (message === undefined) throw new SimulatorError('message-not-found', `${phone.number} has no message ${id}`)
  return message
}
