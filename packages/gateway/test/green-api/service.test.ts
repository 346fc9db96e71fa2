import { expect, test } from 'vitest'
import type { Chat } from '#gateway/core/chats/chat.js'
import { contactOf, groupNamed } from './fake-core.js'
import { account, startWorld, type World } from './world.js'

const [chatId, jid] = ['79001234568@c.us', '79001234568@s.whatsapp.net']
const details = (complaint: string): string => `Validation failed. Details: ${complaint}`

function chatOf(chat: string, more: Partial<Chat> = {}): Chat {
  const kind = chat.endsWith('@g.us') ? 'group' : 'person'
  return {
    chat,
    chatPhone: kind === 'person' ? (chat.split('@')[0] ?? null) : null,
    chatLid: null,
    kind,
    name: null,
    lastMessageAt: null,
    unread: 0,
    archived: false,
    pinned: false,
    mutedUntil: null,
    expiresIn: 0,
    ...more,
  }
}

async function linkedWorld(): Promise<{
  world: World
  ask: (method: string, body: object) => Promise<unknown>
  get: (method: string) => Promise<unknown>
}> {
  const world = await startWorld()
  const { path } = await world.instance({ state: 'linked', account })
  const said = async (verb: string, method: string, body?: object): Promise<unknown> => {
    world.clock.advance(1000)
    const [name = '', query = ''] = method.split('?')
    const answer = await world.call(verb, `${path(name)}?${query}`, body)
    if (answer.status !== 200) return [answer.status, answer.body.message]
    return answer.text === '' ? '' : answer.body
  }
  return { world, ask: (method, body) => said('POST', method, body), get: (method) => said('GET', method) }
}

test('whether a number is on WhatsApp, by number or by chat', async () => {
  const { world, ask } = await linkedWorld()
  world.core.checks.set('79001234568', { phone: '79001234568', exists: true, chat: jid, lid: null })
  for (const body of [{ phoneNumber: 79001234568 }, { phoneNumber: '79001234568' }, { chatId }]) {
    expect(await ask('CheckWhatsapp', body)).toEqual({ existsWhatsapp: true, chatId })
  }
  expect(world.core.asked).toEqual(Array.from({ length: 3 }, () => ['contacts.check', ['79001234568']]))
  expect(await ask('checkWhatsapp', { phoneNumber: 79001234569 })).toEqual({ existsWhatsapp: false })
  expect(await ask('checkWhatsapp', { phoneNumber: '79x' })).toEqual([
    400,
    details("'phoneNumber' must contain only digits"),
  ])
  expect(await ask('checkWhatsapp', { phoneNumber: 79 })).toEqual([400, 'bad phone number'])
  expect(await ask('checkWhatsapp', {})).toEqual([400, details("'phoneNumber' is required")])
  expect(await ask('checkWhatsapp', { chatId: '123456789012345@lid' })).toEqual([
    400,
    details("'chatId' must be one of the next formats: 'phone_number@c.us'"),
  ])
})

test('a picture, of people and groups', async () => {
  const { world, ask } = await linkedWorld()
  const picture = 'https://pps.whatsapp.net/v/ana.jpg'
  world.core.profiles.set(jid, { id: jid, phone: null, lid: null, picture, about: null, business: null })
  expect(await ask('getAvatar', { chatId })).toEqual({ urlAvatar: picture, available: true })
  expect(await ask('getAvatar', { phoneNumber: 79001234568 })).toEqual({ urlAvatar: picture, available: true })
  expect(await ask('getAvatar', { chatId: '120363043968066561@g.us' })).toEqual({ urlAvatar: '', available: false })
  expect(await ask('getAvatar', {})).toEqual([400, details("'chatId' is required")])
})

test('contacts: people and groups, or one of the two, as many as were asked for', async () => {
  const { world, get } = await linkedWorld()
  world.core.people.push(contactOf(jid, 'Ana at work', 'Ana'), contactOf('123456789012345@lid', null, 'Ben'))
  world.core.groupList.set('120363043968066561@g.us', groupNamed('120363043968066561@g.us', 'Friends', []))
  const people = [
    { id: chatId, name: 'Ana at work', contactName: 'Ana at work', type: 'user' },
    { id: '123456789012345@lid', name: 'Ben', contactName: '', type: 'user' },
  ]
  const theirs = [{ id: '120363043968066561@g.us', name: 'Friends', contactName: '', type: 'group' }]
  expect(await get('getContacts')).toEqual([...people, ...theirs])
  expect(await get('getContacts?group=true')).toEqual(theirs)
  expect(await get('getContacts?group=false')).toEqual(people)
  expect(await get('getContacts?group=false&count=1')).toEqual(people.slice(0, 1))
  expect(await get('getContacts?group=maybe')).toEqual([400, details("'group' must be a boolean")])
  expect(await get('getContacts?count=0')).toEqual([400, details("'count' must be greater than or equal to 1")])
})

test('all contacts, however many pages they are', async () => {
  const { world, get } = await linkedWorld()
  const many = Array.from({ length: 1200 }, (_, index) => contactOf(`${79001000000 + index}@s.whatsapp.net`, null))
  world.core.people.push(...many)
  expect(await get('getContacts?group=false')).toHaveLength(1200)
})

const nobody = {
  avatar: '',
  name: '',
  contactName: '',
  email: '',
  category: '',
  description: '',
  products: [],
  chatId,
  lastSeen: null,
  isArchive: false,
  isDisappearing: false,
  isMute: false,
  messageExpiration: 0,
  muteExpiration: null,
  isBusiness: false,
}

test('what is known of somebody: nothing, or all of it', async () => {
  const { world, ask } = await linkedWorld()
  expect(await ask('getContactInfo', { chatId })).toEqual(nobody)
  const business = { category: 'Shop', description: 'Bicycles', email: 'a@x.example', address: null, websites: [] }
  const picture = 'https://pps.whatsapp.net/v/ana.jpg'
  world.core.profiles.set(jid, { id: jid, phone: '79001234568', lid: null, picture, about: 'Hi', business })
  world.core.people.push(contactOf(jid, 'Ana at work', 'Ana'))
  const mutedUntil = new Date('2026-01-02T03:00:00.000Z')
  world.core.chatList.push(chatOf(jid, { archived: true, mutedUntil, expiresIn: 86_400 }))
  expect(await ask('getContactInfo', { chatId })).toEqual({
    ...nobody,
    avatar: picture,
    name: 'Ana',
    contactName: 'Ana at work',
    email: 'a@x.example',
    category: 'Shop',
    description: 'Bicycles',
    isArchive: true,
    isDisappearing: true,
    isMute: true,
    messageExpiration: 86_400,
    muteExpiration: 1767322800,
    isBusiness: true,
  })
  world.core.chatList[0] = chatOf(jid, { mutedUntil: 'always' })
  expect(await ask('getContactInfo', { chatId })).toMatchObject({ isMute: true, muteExpiration: null })
})

test('chats, those with the newest message first', async () => {
  const { world, get } = await linkedWorld()
  const group = '120363043968066561@g.us'
  const story = chatOf('status@broadcast', { kind: 'status', chatPhone: null })
  world.core.chatList.push(
    chatOf(group, { name: 'Friends', expiresIn: 604_800 }),
    story,
    chatOf(jid, { archived: true }),
  )
  const shown = [
    {
      archive: false,
      id: group,
      ephemeralExpiration: 604_800,
      ephemeralSettingTimestamp: 0,
      name: 'Friends',
      type: 'group',
    },
    { archive: true, id: chatId, ephemeralExpiration: 0, ephemeralSettingTimestamp: 0, name: '', type: 'user' },
  ]
  expect(await get('getChats')).toEqual(shown)
  expect(await get('getChats?count=1')).toEqual(shown.slice(0, 1))
})

test('a chat is archived, brought back, and made to forget', async () => {
  const { world, ask } = await linkedWorld()
  world.core.chatList.push(chatOf(jid))
  expect(await ask('archiveChat', { chatId })).toBe('')
  expect(await ask('unarchiveChat', { chatId })).toBe('')
  for (const ephemeralExpiration of [86_400, 604_800, 7_776_000, 0]) {
    expect(await ask('setDisappearingChat', { chatId, ephemeralExpiration })).toEqual({
      chatId,
      disappearingMessagesInChat: ephemeralExpiration > 0,
      ephemeralExpiration,
    })
  }
  expect(world.core.asked.slice(0, 3)).toEqual([
    ['chats.edit', jid, { archived: true }],
    ['chats.edit', jid, { archived: false }],
    ['chats.edit', jid, { expiresIn: 86_400 }],
  ])
  expect(await ask('setDisappearingChat', { chatId, ephemeralExpiration: 60 })).toEqual([
    400,
    details("'ephemeralExpiration' must be one of [0, 86400, 604800, 7776000]"),
  ])
  expect(await ask('setDisappearingChat', { chatId })).toEqual([400, details("'ephemeralExpiration' is required")])
  expect(await ask('archiveChat', { chatId: '79001234569@c.us' })).toEqual([400, 'bad request data'])
})

test('the address book', async () => {
  const { world, ask } = await linkedWorld()
  const names = { firstName: 'Ana', lastName: 'Ivanova', saveInAddressbook: true }
  expect(await ask('addContact', { chatId, ...names })).toEqual({ addContact: true })
  expect(await ask('editContact', { chatId, firstName: 'Ana' })).toEqual({ editContact: true })
  expect(await ask('deleteContact', { chatId })).toEqual({ deleteContact: true })
  expect(world.core.asked).toEqual([
    ['contacts.save', jid, { firstName: 'Ana', lastName: 'Ivanova', onPhone: true }],
    ['contacts.save', jid, { firstName: 'Ana' }],
    ['contacts.remove', jid],
  ])
  expect(await ask('addContact', { chatId })).toEqual([400, details("'firstName' is required")])
  expect(await ask('deleteContact', { chatId: '120363043968066561@g.us' })).toEqual([
    400,
    details("'chatId' must be one of the next formats: 'phone_number@c.us' or 'chat_id@lid'"),
  ])
})

test('what has to be asked of WhatsApp needs an account', async () => {
  const { world, ask, get } = await linkedWorld()
  for (const call of ['contacts.check', 'contacts.picture', 'contacts.profile', 'groups.list', 'contacts.save']) {
    world.core.refusals.set(call, 'not-linked')
  }
  const refused = [400, 'instance is starting or not authorized']
  expect(await ask('checkWhatsapp', { chatId })).toEqual(refused)
  expect(await ask('getAvatar', { chatId })).toEqual(refused)
  expect(await ask('getContactInfo', { chatId })).toEqual(refused)
  expect(await get('getContacts')).toEqual(refused)
  expect(await ask('addContact', { chatId, firstName: 'Ana' })).toEqual(refused)
})
