import { expect, test } from 'vitest'
import type { EventKind } from '#gateway/core/events/event.js'
import type { Entry, EntryKind, JournalItem } from '#gateway/core/journal/entry.js'
import { entryKinds } from '#gateway/core/journal/entry.js'
import type { MessageStatus } from '#gateway/core/messages/message.js'
import { everyContent, thumbnail, vcard } from '../dialects/every-content.js'
import { type DataOf, eventOf, everyEvent, fromAna, fromPhone, inGroup } from '../dialects/every-event.js'
import { contactOf } from './fake-core.js'
import { account, type Owned, startWorld, type World } from './world.js'

const chatId = '79001234568@c.us'
/** When messages of the fixtures were sent, and when it is here now. */
const now = Date.parse('2026-01-02T03:04:05.678Z')

async function journalWorld(): Promise<{ world: World; owned: Owned }> {
  const world = await startWorld()
  world.clock.advance(now)
  return { world, owned: await world.instance({ state: 'linked', account }) }
}

function entry<Kind extends EntryKind>(kind: Kind, data: Partial<DataOf<Kind>>, status?: MessageStatus): JournalItem {
  const event = eventOf(kind as EventKind, { ...everyEvent[kind], ...data })
  return { entry: event as Entry, status: status ?? null }
}

/** Puts entries into the journal, the newest first, numbered as a log would. */
function journal(world: World, ...items: readonly JournalItem[]): void {
  world.core.journal.push(
    ...items.map(({ entry: one, status }, index) => ({ entry: { ...one, seq: items.length - index }, status })),
  )
}

const untouched = { deletedMessageId: '', editedMessageId: '', isEdited: false, isDeleted: false }
const once = { isForwarded: false, forwardingScore: 0 }
const incoming = {
  type: 'incoming',
  idMessage: fromAna.id,
  timestamp: 1767322800,
  chatId,
  senderId: chatId,
  senderName: 'Ana',
  senderContactName: '',
}
const outgoing = { type: 'outgoing', timestamp: 1767322800, chatId }

const rows: Record<EntryKind, object> = {
  'message.received': { ...incoming, typeMessage: 'textMessage', textMessage: 'Hello', ...once, ...untouched },
  'message.sent-from-phone': {
    ...outgoing,
    idMessage: fromPhone.id,
    typeMessage: 'textMessage',
    textMessage: 'Hello',
    ...once,
    ...untouched,
    statusMessage: 'sent',
    sendByApi: false,
  },
  'message.sent': {
    ...outgoing,
    idMessage: '3EB0C767D097B7C7C030AA',
    typeMessage: 'textMessage',
    textMessage: 'Hello',
    ...once,
    ...untouched,
    statusMessage: 'read',
    sendByApi: true,
  },
  'message.edited': {
    ...incoming,
    typeMessage: 'editedMessage',
    editedMessageData: { textMessage: 'Hello again', stanzaId: '3EB0C767D097B7C7C030AA' },
    ...once,
    ...untouched,
    editedMessageId: '3EB0C767D097B7C7C030AA',
  },
  'message.deleted': {
    ...incoming,
    typeMessage: 'deletedMessage',
    deletedMessageData: { stanzaId: '3EB0C767D097B7C7C030AA' },
    ...once,
    ...untouched,
    deletedMessageId: '3EB0C767D097B7C7C030AA',
  },
  'message.reaction': {
    ...incoming,
    typeMessage: 'reactionMessage',
    extendedTextMessageData: { text: '👍' },
    quotedMessage: { stanzaId: '3EB0C767D097B7C7C030AA', participant: '79001234567@c.us' },
    ...once,
    ...untouched,
  },
  'message.poll-vote': {
    ...incoming,
    typeMessage: 'pollUpdateMessage',
    pollMessageData: {
      stanzaId: '3EB0C767D097B7C7C030AA',
      name: 'Which?',
      votes: [
        { optionName: 'one', optionVoters: [chatId] },
        { optionName: 'two', optionVoters: [] },
      ],
      multipleAnswers: false,
    },
    ...once,
    ...untouched,
  },
}

test.each(entryKinds)('%s in the journal', async (kind) => {
  const { world, owned } = await journalWorld()
  journal(world, entry(kind, {}, kind === 'message.sent' ? 'read' : undefined))
  const answer = await world.call('POST', owned.path('getChatHistory'), { chatId })
  expect([answer.status, answer.body]).toEqual([200, [rows[kind]]])
})

test('whoever wrote is called as the account has saved them', async () => {
  const { world, owned } = await journalWorld()
  world.core.people.push(contactOf(fromAna.sender, 'Ana Pérez'), contactOf('79001234569@s.whatsapp.net', null))
  const ben = { ...inGroup, sender: '79001234569@s.whatsapp.net', phone: '79001234569', lid: null, name: 'Ben' }
  const byNumber = { ...inGroup, lid: null }
  journal(world, entry('message.received', ben), entry('message.received', byNumber))
  const { body } = await world.call('GET', owned.path('lastIncomingMessages'))
  expect(body).toMatchObject([
    { senderName: 'Ben', senderContactName: '' },
    { senderName: 'Ana', senderContactName: 'Ana Pérez' },
  ])
})

test('what a message says stands one level up', async () => {
  const { world, owned } = await journalWorld()
  const contents = ['image', 'location', 'contacts', 'poll', 'buttons'] as const
  journal(world, ...contents.map((kind) => entry('message.received', { content: everyContent[kind] })))
  const { body } = await world.call('POST', owned.path('getChatHistory'), { chatId })
  expect(body).toMatchObject([
    {
      typeMessage: 'imageMessage',
      downloadUrl: `http://gateway.test/media/${'f'.repeat(43)}`,
      caption: 'Look',
      fileName: `${'f'.repeat(43)}.jpg`,
      jpegThumbnail: thumbnail,
      mimeType: 'image/jpeg',
    },
    { typeMessage: 'locationMessage', location: { nameLocation: 'Restaurant', latitude: 44.94, longitude: 89.87 } },
    { typeMessage: 'contactMessage', contact: { displayName: 'Ben', vcard } },
    { typeMessage: 'pollMessage', pollMessageData: { name: 'Which?', multipleAnswers: true } },
    { typeMessage: 'buttonsMessage', contentText: 'How are you?' },
  ])
})

test('an answer, a text with a link and one that was passed on', async () => {
  const { world, owned } = await journalWorld()
  const quoted = { id: 'AAAA', sender: '79001234567@s.whatsapp.net', content: everyContent.text }
  journal(
    world,
    entry('message.received', { content: { kind: 'text', text: 'Yes', quoted } }),
    entry('message.received', { content: { kind: 'text', text: 'https://x.example', forwarded: { score: 2 } } }),
  )
  const { body } = await world.call('POST', owned.path('getChatHistory'), { chatId })
  expect(body).toMatchObject([
    {
      typeMessage: 'quotedMessage',
      textMessage: 'Yes',
      extendedTextMessage: { text: 'Yes', stanzaId: 'AAAA', participant: '79001234567@c.us' },
      quotedMessage: { stanzaId: 'AAAA', typeMessage: 'textMessage', textMessage: 'Hello' },
    },
    {
      typeMessage: 'extendedTextMessage',
      textMessage: 'https://x.example',
      extendedTextMessage: { text: 'https://x.example', title: '', description: '', previewType: 'None' },
      isForwarded: true,
      forwardingScore: 2,
    },
  ])
})

test('the history of one chat, the newest first, as much of it as was asked for', async () => {
  const { world, owned } = await journalWorld()
  const ids = Array.from({ length: 1201 }, (_, index) => `ID${1201 - index}`)
  journal(world, ...ids.map((id) => entry('message.received', { id })), entry('message.received', { ...inGroup }))
  const history = async (more: object): Promise<string[]> => {
    world.clock.advance(1000)
    const { body } = await world.call('POST', owned.path('getChatHistory'), { chatId, ...more })
    return (body as unknown as { idMessage: string }[]).map(({ idMessage }) => idMessage)
  }
  expect(await history({})).toEqual(ids.slice(0, 100))
  expect(await history({ count: 1 })).toEqual(['ID1201'])
  expect(await history({ count: 1100 })).toEqual(ids.slice(0, 1100))
  expect(await history({ count: 5000 })).toEqual(ids)
  expect(await history({ chatId: inGroup.chat })).toEqual([fromAna.id])
  const words = {
    0: 'Count must be greater than or equal to 1',
    '-1': 'Count must be greater than or equal to 1',
    x: "Validation failed. Details: 'count' must be a number",
    1.5: "Validation failed. Details: 'count' must be an integer",
  }
  for (const [count, message] of Object.entries(words)) {
    world.clock.advance(1000)
    const wrong = await world.call('POST', owned.path('getChatHistory'), {
      chatId,
      count: count === 'x' ? 'x' : Number(count),
    })
    expect([wrong.status, wrong.body.message], count).toEqual([400, message])
  }
  world.clock.advance(1000)
  const nobody = await world.call('POST', owned.path('getChatHistory'), {})
  expect(nobody.body.message).toBe("Validation failed. Details: 'chatId' is required")
})

test('a message that was edited or deleted later says so, whoever did it', async () => {
  const { world, owned } = await journalWorld()
  journal(
    world,
    entry('message.deleted', { id: 'D', target: 'ONE' }),
    entry('message.sent', {
      id: 'E',
      content: { kind: 'edit', target: { id: 'TWO', sender: null }, content: { kind: 'text', text: 'Better' } },
    }),
    entry('message.sent', { id: 'TWO' }),
    entry('message.received', { id: 'ONE' }),
  )
  const { body } = await world.call('POST', owned.path('getChatHistory'), { chatId })
  expect(body).toMatchObject([
    { idMessage: 'D', deletedMessageId: 'ONE', isDeleted: false },
    { idMessage: 'E', typeMessage: 'editedMessage', editedMessageId: 'TWO', sendByApi: true },
    { idMessage: 'TWO', isEdited: true, isDeleted: false },
    { idMessage: 'ONE', isEdited: false, isDeleted: true },
  ])
  for (const [idMessage, changes] of [
    ['ONE', { isEdited: false, isDeleted: true }],
    ['TWO', { isEdited: true, isDeleted: false }],
  ] as const) {
    expect((await world.call('POST', owned.path('getMessage'), { chatId, idMessage })).body).toMatchObject(changes)
  }
})

test('one message, before and after WhatsApp has taken it', async () => {
  const { world, owned } = await journalWorld()
  const get = async (idMessage: string): Promise<unknown> => {
    const { status, body } = await world.call('POST', owned.path('getMessage'), { chatId, idMessage })
    return status === 200 ? body : [status, body.message]
  }
  await world.call('POST', owned.path('sendMessage'), { chatId, message: 'Hello' })
  const [queued] = world.core.queue
  const idMessage = queued?.id ?? ''
  expect(await get(idMessage)).toMatchObject({
    type: 'outgoing',
    idMessage,
    chatId,
    textMessage: 'Hello',
    statusMessage: 'pending',
    sendByApi: true,
  })
  const failed = { status: 'failed', failure: 'recipient-not-found' } as const
  if (queued) world.core.queue[0] = { ...queued, ...failed }
  expect(await get(idMessage)).toEqual({ type: 'outgoing', typeMessage: '' })
  if (queued) world.core.queue[0] = { ...queued, ...failed, failure: 'message-expired' }
  expect(await get(idMessage)).toMatchObject({ statusMessage: 'failed' })
  expect(await get('BAE5F5720F0482B7')).toEqual([400, 'Message not found by id BAE5F5720F0482B7'])
  journal(world, entry('message.received', { id: 'BAE5F5720F0482B7' }))
  expect(await get('BAE5F5720F0482B7')).toEqual({ ...rows['message.received'], idMessage: 'BAE5F5720F0482B7' })
})

test('what became of a message in each of the vendor’s words', async () => {
  const { world, owned } = await journalWorld()
  await world.call('POST', owned.path('sendMessage'), { chatId, message: 'Hello' })
  const [message] = world.core.queue
  if (!message) throw new Error('nothing was queued')
  const words: Record<MessageStatus, string> = {
    queued: 'pending',
    sent: 'pending',
    'server-ack': 'sent',
    delivered: 'delivered',
    read: 'read',
    played: 'read',
    failed: 'notInGroup',
  }
  world.core.queue[0] = { ...message, status: 'failed', failure: 'not-in-group' }
  for (const [status, word] of Object.entries(words) as [MessageStatus, string][]) {
    world.core.journal.length = 0
    world.clock.advance(1000)
    journal(world, entry('message.sent', { id: message.id }, status))
    const { body } = await world.call('POST', owned.path('getChatHistory'), { chatId })
    expect(body, status).toMatchObject([{ statusMessage: word }])
  }
})

test('what came in and what went out in the last minutes, without stories', async () => {
  const { world, owned } = await journalWorld()
  const at = (minutesAgo: number): string => new Date(now - minutesAgo * 60_000).toISOString()
  const story = { chat: 'status@broadcast', chatPhone: null, chatLid: null }
  journal(
    world,
    entry('message.received', { id: 'IN', sentAt: at(1) }),
    entry('message.received', { id: 'STORY', sentAt: at(1), ...story }),
    entry('message.sent', { id: 'OUT', sentAt: at(2) }, 'read'),
    entry('message.sent-from-phone', { id: 'PHONE', sentAt: at(3) }),
    entry('message.received', { id: 'EARLIER', sentAt: at(60) }),
    entry('message.received', { id: 'YESTERDAY', sentAt: at(1441) }),
  )
  await world.call('POST', owned.path('sendMessage'), { chatId, message: 'waiting' })
  const waiting = world.core.queue[0]?.id
  const last = async (method: string, query = ''): Promise<unknown[]> => {
    world.clock.advance(1000)
    const { body } = await world.call('GET', owned.path(method) + query)
    return (body as unknown as { idMessage: string; type: string }[]).map(({ idMessage }) => idMessage)
  }
  expect(await last('lastIncomingMessages')).toEqual(['IN', 'EARLIER'])
  expect(await last('LastIncomingMessages', '?minutes=10')).toEqual(['IN'])
  expect(await last('lastIncomingMessages', '?minutes=2000')).toEqual(['IN', 'EARLIER', 'YESTERDAY'])
  expect(await last('lastOutgoingMessages')).toEqual([waiting, 'OUT', 'PHONE'])
  for (const minutes of ['0', 'x', '1.5']) {
    world.clock.advance(1000)
    const wrong = await world.call('GET', `${owned.path('lastIncomingMessages')}?minutes=${minutes}`)
    expect([wrong.status, wrong.body.message]).toEqual([
      400,
      expect.stringMatching(/^Validation failed\. Details: 'minutes' must be /) as string,
    ])
  }
})

test('people by LID where that is asked for', async () => {
  const { world, owned } = await journalWorld()
  await world.call('POST', owned.path('setSettings'), { enableLidMode: true })
  journal(world, entry('message.received', {}))
  const { body } = await world.call('POST', owned.path('getChatHistory'), { chatId })
  expect(body).toMatchObject([{ chatId: '99887766554433@lid', senderId: '99887766554433@lid' }])
})
