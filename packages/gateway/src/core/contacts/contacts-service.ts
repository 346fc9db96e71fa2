import type { Caller } from '../access/access.js'
import { personJid } from '../chats/addressing.js'
import { chatAddress } from '../chats/chat-address.js'
import type { BusinessProfile, Contact, NumberCheck, Profile } from '../chats/chat.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { PersonAddress } from '../events/event.js'
import type { ContactNames, Contacts, ProfileEdit } from '../gateway.js'
import type { ChatId, InstanceId, PhoneNumber } from '../ids.js'
import type { InstanceActor } from '../instances/instance-actor.js'
import type { Roster } from '../instances/roster.js'
import { chatId } from '../messages/chat-id.js'
import type { ChatStore, ContactStore } from '../ports/store.js'
import type { Avatars } from '../profiles/avatars.js'
import { requireAtMost, requireLength } from '../text-limit.js'

/** Numbers that are asked about at a time. */
const mostNumbers = 50
/** As WhatsApp's own clients have it. */
const longest = { contactName: 255, profileName: 25, about: 139 } as const

export class ContactsService implements Contacts {
  readonly #roster: Roster
  readonly #contacts: ContactStore
  readonly #chats: ChatStore
  readonly #avatars: Pick<Avatars, 'jpeg'>

  constructor(
    roster: Roster,
    store: { readonly contacts: ContactStore; readonly chats: ChatStore },
    avatars: Pick<Avatars, 'jpeg'>,
  ) {
    this.#roster = roster
    this.#contacts = store.contacts
    this.#chats = store.chats
    this.#avatars = avatars
  }

  async list(caller: Caller, id: InstanceId, page: { after?: string; limit: number }): Promise<Contact[]> {
    this.#roster.find(caller, 'messages:read', id)
    const { after, limit } = page
    return this.#contacts.list(id, { limit, ...(after !== undefined && { after: personJid(after, 'after') }) })
  }

  async get(caller: Caller, id: InstanceId, contact: string): Promise<Contact> {
    this.#roster.find(caller, 'messages:read', id)
    const found = await this.#contacts.find(id, personJid(contact, 'contact'))
    if (!found) throw new GatewayError('contact-not-found', 'This instance has never met them.')
    return found
  }

  async savedNames(caller: Caller, id: InstanceId, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#contacts.savedNames(id, people)
  }

  /** What WhatsApp was told is in the answer; it is kept when WhatsApp tells it in turn. */
  async save(caller: Caller, id: InstanceId, contact: string, names: ContactNames): Promise<Contact> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const jid = personJid(contact, 'contact')
    const { firstName, lastName = '', onPhone = false } = names
    requireLength(firstName, longest.contactName, 'firstName')
    requireAtMost(lastName, longest.contactName, 'lastName')
    const known = await this.#known(id, jid)
    const savedName = `${firstName} ${lastName}`.trim()
    await actor.perform('contact.save', { jid: known.id, firstName, fullName: savedName, onPhone })
    return { ...known, savedName }
  }

  async remove(caller: Caller, id: InstanceId, contact: string): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const { id: jid } = await this.#known(id, personJid(contact, 'contact'))
    await actor.perform('contact.remove', { jid })
  }

  async block(caller: Caller, id: InstanceId, contact: string, on: boolean): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const { id: jid } = await this.#known(id, personJid(contact, 'contact'))
    await actor.perform('contact.block', { jid, on })
  }

  async check(caller: Caller, id: InstanceId, phones: readonly PhoneNumber[]): Promise<NumberCheck[]> {
    const actor = this.#roster.find(caller, 'messages:read', id)
    if (phones.length > mostNumbers) {
      throw new GatewayError('bad-request', `At most ${mostNumbers} numbers are checked at a time.`, {
        field: 'phones',
      })
    }
    if (phones.length === 0) return []
    const answers = await actor.perform('numbers.check', { phones: [...new Set(phones)] })
    return Promise.all(answers.map(async (answer) => ({ ...answer, chat: await this.#chatWith(id, answer) })))
  }

  async profile(caller: Caller, id: InstanceId, of: string): Promise<Profile> {
    const actor = this.#roster.find(caller, 'messages:read', id)
    const address = await this.#addressOf(id, of)
    const jid = address.id
    if (jid.endsWith('@g.us')) return { ...address, picture: await pictureOf(actor, jid), about: null, business: null }
    const [picture, about, business] = await Promise.all([
      pictureOf(actor, jid),
      actor.perform('profile.about', { jid }),
      actor.perform('profile.business', { jid }),
    ])
    return { ...address, picture, about, business }
  }

  async picture(caller: Caller, id: InstanceId, of: string): Promise<string | null> {
    const actor = this.#roster.find(caller, 'messages:read', id)
    return pictureOf(actor, (await this.#addressOf(id, of)).id)
  }

  async business(caller: Caller, id: InstanceId, of: string): Promise<BusinessProfile | null> {
    const actor = this.#roster.find(caller, 'messages:read', id)
    const { id: jid } = await this.#known(id, personJid(of, 'of'))
    return actor.perform('profile.business', { jid })
  }

  async setProfile(caller: Caller, id: InstanceId, { name, about, picture }: ProfileEdit): Promise<void> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    if (name !== undefined) requireLength(name, longest.profileName, 'name')
    if (about !== undefined) requireAtMost(about, longest.about, 'about')
    // First what may still turn out to be no picture.
    const jpeg = picture == null ? picture : await this.#avatars.jpeg(caller, id, picture)
    if (jpeg !== undefined) await actor.perform('profile.set-picture', { jid: null, jpeg })
    if (name !== undefined) await actor.perform('profile.set-name', { name })
    if (about !== undefined) await actor.perform('profile.set-about', { about })
  }

  async setPresence(caller: Caller, id: InstanceId, presence: 'available' | 'unavailable'): Promise<void> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    await actor.perform('presence.set', { presence })
  }

  /** Whoever has never been met is what the JID says of them. */
  async #known(id: InstanceId, jid: ChatId): Promise<Contact> {
    const found = await this.#contacts.find(id, jid)
    if (found) return found
    const { chat, chatPhone, chatLid } = chatAddress(jid)
    return { id: jid, phone: chatPhone, lid: chatLid, chat, name: null, savedName: null, blocked: false }
  }

  async #addressOf(id: InstanceId, of: string): Promise<PersonAddress> {
    const jid = chatId(of, 'of')
    if (jid.endsWith('@g.us')) return { id: jid, phone: null, lid: null }
    const { id: known, phone, lid } = await this.#known(id, personJid(of, 'of'))
    return { id: known, phone, lid }
  }

  /** Who was met by LID keeps the chat of that time. */
  async #chatWith(id: InstanceId, { exists, phone, lid }: Omit<NumberCheck, 'chat'>): Promise<string | null> {
    if (!exists) return null
    const byPhone = await this.#contacts.find(id, `${phone}@s.whatsapp.net`)
    const known = byPhone ?? (lid === null ? undefined : await this.#contacts.find(id, lid))
    return known?.chat ?? (await this.#chats.resolve(id, `${phone}@s.whatsapp.net`)).chat
  }
}

async function pictureOf(actor: InstanceActor, jid: string): Promise<string | null> {
  return actor.perform('profile.picture', { jid, size: 'full' })
}
