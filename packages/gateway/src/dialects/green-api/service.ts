import type { Chat, Contact } from '../../core/chats/chat.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { ChatEdit } from '../../core/gateway.js'
import type { Group } from '../../core/groups/group.js'
import type { PhoneNumber } from '../../core/ids.js'
import { readChat, readPerson, readRecipient } from './addressees.js'
import { chatOf, isGroup, isNamed, personId, vendorId } from './chat-ids.js'
import { invalid } from './errors.js'
import { fieldsOf, flagIfGiven, given, integer } from './fields.js'
import { contactInfo } from './contact-info.js'
import { readPhoneNumber } from './requests.js'
import type { Call, Method, Room } from './room.js'
import { switchesOf } from './switches.js'

const page = 500
const mostListed = 10_000

/** What WhatsApp and this gateway know of numbers, people and chats. */
export function serviceMethods({ gateway: { chats, contacts, groups }, shelf }: Room): readonly Method[] {
  return [
    {
      name: 'checkWhatsapp',
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        const [found] = await contacts.check(caller, instance, [readNumber(body)])
        if (found?.exists !== true) return { existsWhatsapp: false }
        return { existsWhatsapp: true, chatId: `${found.phone}@c.us` }
      },
    },
    {
      name: 'getAvatar',
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        const picture = await contacts.picture(caller, instance, readRecipient(fieldsOf(body)))
        return { urlAvatar: picture ?? '', available: picture !== null }
      },
    },
    {
      name: 'getContacts',
      verb: 'GET',
      perSecond: 1,
      async answer(call) {
        const query = fieldsOf(call.query)
        const [wanted, count] = [flagIfGiven(query, 'group'), readMost(call)]
        const byLid = await isByLid(call)
        const people = wanted === true ? [] : await allContacts(call)
        const theirs = wanted === false ? [] : await groups.list(call.caller, call.instance)
        return [...people.map((one) => personReply(one, byLid)), ...theirs.map(groupReply)].slice(0, count)
      },
    },
    {
      name: 'getContactInfo',
      verb: 'POST',
      perSecond: 1,
      async answer(call) {
        const { caller, instance } = call
        const jid = readChat(fieldsOf(call.body))
        const [profile, contact, chat] = await Promise.all([
          contacts.profile(caller, instance, jid),
          unknownTo(contacts.get(caller, instance, jid)),
          unknownTo(chats.get(caller, instance, jid)),
        ])
        return contactInfo(jid, { profile, contact, chat }, await isByLid(call))
      },
    },
    {
      name: 'getChats',
      verb: 'GET',
      perSecond: 1,
      async answer(call) {
        const [count, byLid] = [readMost(call), await isByLid(call)]
        const all = await allChats(call)
        return all
          .filter(({ chat }) => isNamed(chat))
          .slice(0, count)
          .map((one) => chatReply(one, byLid))
      },
    },
    marks('archiveChat', { archived: true }),
    marks('unarchiveChat', { archived: false }),
    {
      name: 'setDisappearingChat',
      verb: 'POST',
      perSecond: 1,
      async answer({ caller, instance, body }) {
        const fields = fieldsOf(body)
        const [jid, expiresIn] = [readChat(fields), readExpiration(integer(fields, 'ephemeralExpiration'))]
        await chats.edit(caller, instance, jid, { expiresIn })
        return {
          chatId: vendorId(jid),
          disappearingMessagesInChat: expiresIn > 0,
          ephemeralExpiration: expiresIn,
        }
      },
    },
  ]

  function marks(name: string, changes: ChatEdit): Method {
    return {
      name,
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        await chats.edit(caller, instance, readChat(fieldsOf(body)), changes)
        return Buffer.alloc(0)
      },
    }
  }

  async function isByLid({ caller, instance }: Call): Promise<boolean> {
    return switchesOf(await shelf.read(caller, instance)).byLid
  }

  async function allContacts({ caller, instance }: Call): Promise<Contact[]> {
    return everyPage((last: Contact | undefined) =>
      contacts.list(caller, instance, { limit: page, ...(last && { after: last.id }) }),
    )
  }

  async function allChats({ caller, instance }: Call): Promise<Chat[]> {
    return everyPage((last: Chat | undefined) =>
      chats.list(caller, instance, { limit: page, ...(last && { before: last.chat }) }),
    )
  }
}

async function everyPage<One>(read: (last: One | undefined) => Promise<One[]>): Promise<One[]> {
  const found: One[] = []
  while (found.length < mostListed) {
    const some = await read(found.at(-1))
    found.push(...some)
    if (some.length < page) break
  }
  return found
}

/** Nobody need have been met, or written to, to be asked about. */
async function unknownTo<T>(ask: Promise<T>): Promise<T | null> {
  try {
    return await ask
  } catch (error) {
    const isUnknown = error instanceof GatewayError && ['contact-not-found', 'chat-not-found'].includes(error.code)
    if (!isUnknown) throw error
    return null
  }
}

/** A number, or on the newest pages the chat with it. */
function readNumber(body: unknown): PhoneNumber {
  const fields = fieldsOf(body)
  if (!given(fields, 'chatId')) return readPhoneNumber(body)
  const [digits = '', server] = readPerson(fields, 'chatId').split('@')
  if (server === 'lid') throw invalid("'chatId' must be one of the next formats: 'phone_number@c.us'")
  return digits as PhoneNumber
}

function readMost({ query }: Call): number {
  const fields = fieldsOf(query)
  return given(fields, 'count') ? integer(fields, 'count', 1) : mostListed
}

const expirations = [0, 86_400, 604_800, 7_776_000] as const

function readExpiration(seconds: number): (typeof expirations)[number] {
  const found = expirations.find((one) => one === seconds)
  if (found === undefined) throw invalid(`'ephemeralExpiration' must be one of [${expirations.join(', ')}]`)
  return found
}

function personReply(contact: Contact, byLid: boolean): object {
  const { id, name, savedName } = contact
  return {
    id: personId(id, contact, byLid),
    name: savedName ?? name ?? '',
    contactName: savedName ?? '',
    type: 'user',
  }
}

function groupReply({ id, subject }: Group): object {
  return { id, name: subject, contactName: '', type: 'group' }
}

function chatReply(chat: Chat, byLid: boolean): object {
  return {
    archive: chat.archived,
    id: chatOf(chat, byLid),
    ephemeralExpiration: chat.expiresIn,
    // When it was set is not kept.
    ephemeralSettingTimestamp: 0,
    name: chat.name ?? '',
    type: isGroup(chat.chat) ? 'group' : 'user',
  }
}
