import { GatewayError } from '../../core/errors/gateway-error.js'
import { chatAddress } from '../../core/chats/chat-address.js'
import type { Chat } from '../../core/chats/chat.js'
import type { PhoneNumber } from '../../core/ids.js'
import { chatId } from '../../core/messages/chat-id.js'
import type { WitiCaller } from './auth.js'
import type { Command, Room } from './command.js'
import { contactReply, type ContactReply, everyChat, everyContact } from './contact-replies.js'
import { readNumber } from './wish.js'

const contacts: Command = {
  method: 'GET',
  failure: 'list',
  async run(room, who) {
    const [people, chats] = await Promise.all([everyContact(room, who), everyChat(room, who)])
    const chatsById = new Map(chats.map((chat) => [chat.chat, chat]))
    const known = people.map((person) => contactReply(room, who, person, chatsById.get(person.chat)))
    return [...known, ...chats.filter(({ kind }) => kind === 'group').map((chat) => groupReply(room, who, chat))]
  },
}

/** Only whom this device knows. */
const getProfile: Command = {
  method: 'POST',
  failure: 'mensagem',
  async run(room, who, { body }) {
    const number = readNumber(body)
    const chat = await orNothing(() => room.gateway.chats.get(who.caller, who.instance, number))
    if (chat?.kind === 'group') return profile(groupReply(room, who, chat))
    const contact = await orNothing(() => room.gateway.contacts.get(who.caller, who.instance, number))
    return profile(contact ? contactReply(room, who, contact, chat) : null)
  },
}

/** Anybody: WhatsApp is asked. */
const queryProfile: Command = {
  method: 'POST',
  failure: 'mensagem',
  async run(room, who, { body }) {
    const { contacts: people, chats } = room.gateway
    const number = readNumber(body)
    const { chatPhone: phone } = chatAddress(number)
    if (phone !== null) {
      const [check] = await people.check(who.caller, who.instance, [phone as PhoneNumber])
      if (check?.exists !== true) return profile(null)
    }
    const [found, known, chat] = await Promise.all([
      people.profile(who.caller, who.instance, number),
      orNothing(() => people.get(who.caller, who.instance, number)),
      orNothing(() => chats.get(who.caller, who.instance, number)),
    ])
    const person = known ?? { id: found.id, phone: found.phone, name: null, savedName: null }
    return profile(contactReply(room, who, person, chat, found.business !== null))
  },
}

/** WhatsApp's own servers have the picture: whoever asks is sent there. */
const getPicture: Command = {
  method: 'GET',
  failure: 'status',
  async run({ gateway: { contacts: people } }, { caller, instance }, { query, reply }) {
    const { jid } = query as { jid?: unknown }
    if (typeof jid !== 'string') throw new GatewayError('bad-request', 'jid is required', { field: 'jid' })
    const picture = await people.picture(caller, instance, chatId(jid, 'jid'))
    if (picture === null) throw new GatewayError('media-not-found', 'There is no picture to be seen.')
    return reply.redirect(picture, 302)
  },
}

/** By the name of the file without its `.aspx`, in lower case. */
export const contactCommands: readonly (readonly [string, Command])[] = [
  ['contacts', contacts],
  ['get_profile', getProfile],
  ['query_profile', queryProfile],
  ['get_picture', getPicture],
]

/** `mensagem` is Portuguese, as its sibling `sucesso`. */
function profile(mensagem: ContactReply | null): object {
  return { sucesso: mensagem !== null, mensagem }
}

function groupReply(room: Room, who: WitiCaller, chat: Chat): ContactReply {
  return contactReply(room, who, { id: chat.chat, phone: null, name: null, savedName: chat.name }, chat)
}

/** Undefined for whom this device has not met. */
async function orNothing<Found>(find: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await find()
  } catch (error) {
    if (error instanceof GatewayError && /^(?:chat|contact)-not-found$/.test(error.code)) return undefined
    throw error
  }
}
