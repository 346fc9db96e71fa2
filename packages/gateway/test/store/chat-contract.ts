import { describe, expect, onTestFinished, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import type { ContactData, EventBody, GatewayEvent } from '#gateway/core/events/event.js'
import type { ChatId } from '#gateway/core/ids.js'
import type { Store } from '#gateway/core/ports/store.js'
import { newMessage, noon, ownedInstance, received } from './sample.js'
import type { Opened } from './store-contract.js'

const ana = { phone: '491700000002', lid: '5002@lid' }
const number = `${ana.phone}@s.whatsapp.net`
const group = '120363000000000001@g.us'
const later = (seconds: number): string => new Date(noon.getTime() + seconds * 1000).toISOString()

/** Told of somebody, by whatever of the two is given. */
const met = (phone: string | null, lid: string | null, more: Partial<ContactData> = {}): EventBody => {
  const id = phone === null ? String(lid) : `${phone}@s.whatsapp.net`
  return { kind: 'contact.changed', data: { id, phone, lid, name: null, savedName: null, ...more } }
}
const resolved = ({ phone, lid } = ana): EventBody => ({
  kind: 'contact.phone-resolved',
  data: { id: `${phone}@s.whatsapp.net`, phone, lid },
})
const changed = (chat: string, change: Extract<EventBody, { kind: 'chat.changed' }>['data']['change']): EventBody => ({
  kind: 'chat.changed',
  data: { ...chatAddress(chat), change },
})
const sent = (id: string, chat: string, more: object = {}): EventBody => ({
  kind: 'message.sent',
  data: { ...chatAddress(chat), id, sentAt: later(0), content: { kind: 'text', text: id }, ...more },
})

/** What every store promises of chats and people: one id for each chat, for ever, and what the events say of both. */
export function chatContract(name: string, open: () => Promise<Opened>): void {
  const owned = async () => {
    const { store } = await open()
    onTestFinished(() => store.close())
    const { ref } = await ownedInstance(store)
    const tell = async (...events: EventBody[]): Promise<GatewayEvent[]> =>
      (await store.instances.commit(ref, { at: noon, events })).events
    const chat = (address: string) => store.chats.find(ref.id, address)
    return { store, ref, tell, chat }
  }
  const places = (events: readonly GatewayEvent[]) =>
    events.flatMap(({ kind, data }) => ('chat' in data ? [[kind, data.chat, data.chatPhone, data.chatLid]] : []))

  describe(`${name}: a chat keeps its id`, () => {
    test('when it was met by number and goes on by LID', async () => {
      const { store, ref, tell, chat } = await owned()
      await tell(received('M1', { chat: number }))
      const events = await tell(resolved(), received('M2', { chat: ana.lid, chatPhone: ana.phone }))
      const alone = await tell(received('M3', { chat: ana.lid }))
      const kinds = [...events, ...alone].map(({ kind }) => kind)
      expect(kinds).toEqual(['contact.phone-resolved', 'message.received', 'message.received'])
      const place = ['message.received', number, ana.phone, ana.lid]
      expect(places([...events, ...alone])).toEqual([place, place])
      // What is answered is what is stored.
      expect(places(await store.events.read(ref.id, { after: 3, limit: 10 }))).toEqual([place, place])
      for (const address of [number, ana.lid]) expect(await chat(address)).toMatchObject({ chat: number, unread: 3 })
      expect(await store.chats.resolve(ref.id, ana.lid)).toEqual({
        chat: number,
        chatPhone: ana.phone,
        chatLid: ana.lid,
      })
    })

    test('when it was met by LID and the number is learnt later', async () => {
      const { tell, chat } = await owned()
      await tell(met(null, ana.lid), received('M1', { chat: ana.lid }))
      const events = await tell(resolved(), met(ana.phone, ana.lid), received('M2', { chat: number, chatLid: ana.lid }))
      expect(events.map(({ kind }) => kind)).toEqual(['contact.phone-resolved', 'contact.changed', 'message.received'])
      expect(places(events)).toEqual([['message.received', ana.lid, ana.phone, ana.lid]])
      expect(events[2]?.data).toMatchObject({ phone: ana.phone, lid: ana.lid })
      expect(await tell(resolved(), met(ana.phone, ana.lid))).toEqual([])
      expect(await chat(number)).toMatchObject({ chat: ana.lid, chatPhone: ana.phone, unread: 2 })
    })

    test('also of two that turn out to be one: the one met first', async () => {
      const { store, ref, tell, chat } = await owned()
      await store.instances.commit(ref, { at: new Date(noon.getTime() - 1), events: [sent('S1', number)] })
      await tell(received('M1', { chat: ana.lid, sentAt: later(5) }), met(null, ana.lid, { name: 'Ana' }))
      expect(await store.chats.list(ref.id, { limit: 10 })).toHaveLength(2)
      await tell(resolved())
      expect(await store.chats.list(ref.id, { limit: 10 })).toEqual([await chat(ana.lid)])
      expect(await chat(number)).toMatchObject({
        chat: number,
        chatLid: ana.lid,
        name: 'Ana',
        unread: 1,
        lastMessageAt: new Date(later(5)),
      })
      expect(await store.contacts.list(ref.id, { limit: 10 })).toMatchObject([{ chat: number, name: 'Ana' }])
      const history = await store.journal.page(ref.id, { chat: number, limit: 10 })
      expect(history.map(({ entry }) => entry.data.id)).toEqual(['M1', 'S1'])
    })

    test('and is not given to whoever has the number next', async () => {
      const { tell, store, ref } = await owned()
      await tell(resolved(), met(ana.phone, ana.lid), received('M1', { chat: number, chatLid: ana.lid }))
      const next = { phone: ana.phone, lid: '6002@lid' }
      const [, event] = await tell(resolved(next), received('M2', { chat: number, chatLid: next.lid }))
      expect(event && places([event])).toEqual([['message.received', next.lid, next.phone, next.lid]])
      expect(await store.chats.resolve(ref.id, ana.lid)).toEqual({ chat: number, chatPhone: null, chatLid: ana.lid })
      expect(await store.chats.resolve(ref.id, number)).toMatchObject({ chat: next.lid })
    })

    test('in each instance by itself', async () => {
      const { store, tell } = await owned()
      const { ref: other } = await ownedInstance(store)
      await tell(received('M1', { chat: number }), resolved())
      expect(await store.chats.list(other.id, { limit: 10 })).toEqual([])
      expect(await store.chats.resolve(other.id, ana.lid)).toEqual(chatAddress(ana.lid))
      expect(await store.contacts.find(other.id, number)).toBeUndefined()
    })
  })

  describe(`${name}: what is known of people`, () => {
    test('is found by any address of those whom the owner has saved', async () => {
      const { store, ref, tell } = await owned()
      await tell(met(ana.phone, ana.lid, { savedName: 'Ana Pérez' }), met('491700000003', null, { name: 'Ben' }))
      const names = await store.contacts.savedNames(ref.id, [number, '491700000003@s.whatsapp.net', group])
      expect(names.get(number)).toBe('Ana Pérez')
      expect(names.has('491700000003@s.whatsapp.net')).toBe(false)
      expect((await store.contacts.savedNames(ref.id, [ana.lid])).get(ana.lid)).toBe('Ana Pérez')
      const many = Array.from({ length: 1200 }, (_, i) => `${10_000_000 + i}@lid`)
      expect((await store.contacts.savedNames(ref.id, [...many, ana.lid])).get(ana.lid)).toBe('Ana Pérez')
      expect(await store.contacts.savedNames(ref.id, [])).toEqual(new Map())
    })

    test('stands in every event, and of what is told only what is new', async () => {
      const { tell, store, ref } = await owned()
      await tell(met(ana.phone, ana.lid, { name: 'Ana' }))
      expect(await tell(met(ana.phone, null, { name: 'Ana' }), met(null, ana.lid))).toEqual([])
      const [renamed] = await tell(met(null, ana.lid, { name: 'Anna', savedName: 'Ana from work' }))
      expect(renamed?.data).toMatchObject({ phone: ana.phone, lid: ana.lid, name: 'Anna' })
      const inGroup = received('M1', { chat: group, sender: ana.lid, lid: ana.lid, phone: null })
      const [message] = await tell(inGroup)
      expect(message?.data).toMatchObject({ chat: group, chatPhone: null, phone: ana.phone, lid: ana.lid })
      const blocked = {
        kind: 'contact.blocked',
        data: { id: ana.lid, phone: null, lid: ana.lid, blocked: true },
      } as const
      expect(await tell(blocked)).toHaveLength(1)
      expect(await tell(blocked)).toEqual([])
      expect(await store.contacts.find(ref.id, number)).toEqual({
        id: number,
        ...ana,
        chat: number,
        name: 'Anna',
        savedName: 'Ana from work',
        blocked: true,
      })
      await tell(met(null, ana.lid, { savedName: '' }))
      expect(await store.contacts.find(ref.id, ana.lid)).toMatchObject({ savedName: null, name: 'Anna' })
    })

    test('is listed in pages, and who may see a status post is known', async () => {
      const { tell, store, ref } = await owned()
      const phones = ['491700000011', '491700000012', '491700000013', '491700000014']
      await tell(...phones.map((phone) => met(phone, null, phone.endsWith('1') ? { savedName: 'Saved' } : {})))
      const [first, second, third, fourth] = phones.map((phone) => `${phone}@s.whatsapp.net`)
      if (!first || !second || !third || !fourth) throw new Error('four people')
      const ids = async (after?: string) =>
        (await store.contacts.list(ref.id, { limit: 3, ...(after && { after }) })).map(({ id }) => id)
      expect([await ids(), await ids(third), await ids(fourth)]).toEqual([[first, second, third], [fourth], []])
      await tell(received('M1', { chat: second }), received('M2', { chat: third }))
      await tell({ kind: 'contact.blocked', data: { id: third, ...chatPerson(third), blocked: true } })
      expect(await store.contacts.audience(ref.id)).toEqual([first, second])
    })
  })

  describe(`${name}: a chat`, () => {
    test('counts what is unread until it is read, here or elsewhere', async () => {
      const { store, ref, tell, chat } = await owned()
      const unread = async () => (await chat(number))?.unread
      const [, second] = await tell(...['M1', 'M2', 'M3'].map((id) => received(id, { chat: number })))
      expect(await unread()).toBe(3)
      await store.chats.read(ref.id, number, second?.seq ?? 0)
      expect(await unread()).toBe(1)
      await tell(sent('S1', number), received('M4', { chat: number }))
      expect(await unread()).toBe(2)
      await tell({ ...received('P1', { chat: number, fromMe: true }), kind: 'message.sent-from-phone' })
      expect(await unread()).toBe(0)
      await tell(changed(number, { what: 'marked-unread', on: true }))
      expect(await unread()).toBe(1)
      await tell(changed(number, { what: 'marked-unread', on: false }))
      expect(await unread()).toBe(0)
    })

    test('is as its owner set it, and as its group is called', async () => {
      const { store, ref, tell, chat } = await owned()
      const named = { kind: 'group.changed', data: { group, actor: null, change: { what: 'created', subject: 'Us' } } }
      await tell(named as EventBody)
      expect(await chat(group)).toEqual({
        ...chatAddress(group),
        kind: 'group',
        name: 'Us',
        lastMessageAt: null,
        unread: 0,
        archived: false,
        pinned: false,
        mutedUntil: null,
        expiresIn: 0,
      })
      await tell(
        changed(group, { what: 'archived', on: true }),
        changed(group, { what: 'pinned', on: true }),
        changed(group, { what: 'muted', until: later(60) }),
        changed(group, { what: 'disappearing', seconds: 86_400 }),
      )
      const set = { archived: true, pinned: true, mutedUntil: new Date(later(60)), expiresIn: 86_400, name: 'Us' }
      expect(await chat(group)).toMatchObject(set)
      await store.chats.name(ref.id, [
        { id: group, name: 'We' },
        { id: '120363000000000009@g.us', name: 'nobody' },
      ])
      await tell(changed(group, { what: 'muted', until: 'always' }))
      expect(await chat(group)).toMatchObject({ name: 'We', mutedUntil: 'always' })
      expect(await store.chats.list(ref.id, { limit: 10 })).toHaveLength(1)
      await tell(changed(group, { what: 'deleted' }))
      expect(await chat(group)).toBeUndefined()
    })

    test('is listed by its newest message, either way, in pages', async () => {
      const { store, ref, tell } = await owned()
      const chats = ['491700000011', '491700000012', '491700000013'].map((phone) => `${phone}@s.whatsapp.net`)
      for (const [at, chat] of chats.entries()) await tell(received(`M${at}`, { chat, sentAt: later(at) }))
      await tell(sent('S1', chats[0] ?? '', { sentAt: later(9) }))
      // An act is no message, and an older message makes no chat newer or older.
      await tell(sent('S2', chats[1] ?? '', { sentAt: later(20), content: { kind: 'disappearing', seconds: 0 } }))
      await tell(received('M9', { chat: chats[2] ?? '', sentAt: later(-100) }))
      const ids = async (page: { before?: string; limit: number }) =>
        (await store.chats.list(ref.id, page)).map(({ chat }) => chat)
      expect(await ids({ limit: 10 })).toEqual([chats[0], chats[2], chats[1]])
      expect(await ids({ limit: 1, before: chats[0] ?? '' })).toEqual([chats[2]])
      expect(await ids({ limit: 10, before: chats[1] ?? '' })).toEqual([])
      expect(await ids({ limit: 10, before: 'unknown@s.whatsapp.net' })).toEqual([])
    })
  })

  describe(`${name}: receipts of a message`, () => {
    test('are kept for each participant, and the first of them moves the message', async () => {
      const { store, ref, tell } = await owned()
      await tell(resolved(), met(ana.phone, ana.lid))
      const message = newMessage(ref.id, { chat: group as ChatId })
      await store.messages.enqueue(message)
      const receipt = async (participant: string | null, status: 'server-ack' | 'delivered' | 'read', at: number) => {
        const data = { ...chatAddress(group), id: message.id, status, failure: null, participant }
        const { events } = await store.instances.commit(ref, {
          at: new Date(later(at)),
          events: [{ kind: 'message.status', data }],
          statuses: [{ id: message.id, status, failure: null, participant }],
        })
        return events.length
      }
      expect(await receipt(null, 'server-ack', 0)).toBe(1)
      expect(await receipt(ana.lid, 'delivered', 1)).toBe(1)
      expect(await receipt('6003@lid', 'delivered', 2)).toBe(0)
      expect(await receipt(ana.lid, 'read', 3)).toBe(1)
      expect(await receipt(ana.lid, 'delivered', 4)).toBe(0)
      expect(await store.messages.receipts(ref.id, message.id)).toEqual([
        { participant: ana.lid, ...ana, status: 'read', at: new Date(later(3)) },
        { participant: '6003@lid', phone: null, lid: '6003@lid', status: 'delivered', at: new Date(later(2)) },
      ])
      expect((await store.messages.find(ref.id, message.id))?.status).toBe('read')
      const gone = await expire(store)
      expect(gone).toMatchObject({ messages: 1 })
      expect(await store.messages.receipts(ref.id, message.id)).toEqual([])
    })
  })
}

function chatPerson(jid: string): { phone: string | null; lid: string | null } {
  const { chatPhone, chatLid } = chatAddress(jid)
  return { phone: chatPhone, lid: chatLid }
}

function expire(store: Store) {
  const never = { before: new Date(0) }
  const events = { ...never, most: 1_000_000, neededSince: new Date(0) }
  const limits = { events, received: never, sent: never, messages: { before: new Date(later(100)) }, nonces: never }
  return store.expiry.sweep(limits, new AbortController().signal)
}
