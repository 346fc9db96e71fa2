import { expect, test } from 'vitest'
import type { EventKind } from '#gateway/core/events/event.js'
import type { Entry, EntryKind } from '#gateway/core/journal/entry.js'
import type { MessageStatus } from '#gateway/core/messages/message.js'
import { fonts } from '#gateway/dialects/green-api/status-fonts.js'
import { everyContent } from '../dialects/every-content.js'
import { type DataOf, eventOf, everyEvent } from '../dialects/every-event.js'
import { account, startWorld, type World } from './world.js'

const now = Date.parse('2026-01-02T03:04:05.678Z')
const stories = { chat: 'status@broadcast', chatPhone: null, chatLid: null }
const details = (complaint: string): string => `Validation failed. Details: ${complaint}`

async function statusWorld(): Promise<{
  world: World
  ask: (method: string, body: object) => Promise<unknown>
  get: (method: string, query?: string) => Promise<unknown>
}> {
  const world = await startWorld()
  world.clock.advance(now)
  const { path } = await world.instance({ state: 'linked', account })
  const said = async (verb: string, target: string, body?: object): Promise<unknown> => {
    world.clock.advance(1000)
    const answer = await world.call(verb, target, body)
    if (answer.status !== 200) return [answer.status, answer.body.message]
    return answer.text === '' ? '' : answer.body
  }
  return {
    world,
    ask: (method, body) => said('POST', path(method), body),
    get: (method, query = '') => said('GET', path(method) + query),
  }
}

test('a text status in every font, black unless told', async () => {
  const { world, ask } = await statusWorld()
  for (const [font, number] of Object.entries(fonts)) {
    const body = { message: 'Hi', backgroundColor: '#228b22', font, participants: ['79001234568@c.us'] }
    expect(await ask('sendTextStatus', body)).toEqual({ idMessage: world.core.queue.at(-1)?.id })
    expect(world.core.asked.at(-1)).toEqual([
      'messages.send',
      {
        to: 'status@broadcast',
        audience: ['79001234568@s.whatsapp.net'],
        content: { kind: 'text', text: 'Hi', style: { background: '#228B22', font: number } },
      },
    ])
  }
  await ask('sendTextStatus', { message: 'Hi', participants: [] })
  expect(world.core.asked.at(-1)).toEqual([
    'messages.send',
    { to: 'status@broadcast', content: { kind: 'text', text: 'Hi', style: { background: '#000000', font: 1 } } },
  ])
  for (const [wrong, complaint] of [
    [{ message: undefined }, "'message' is required"],
    [{ message: 'x'.repeat(501) }, "'message' length must be less than or equal to 500 characters long"],
    [{ backgroundColor: 'green' }, "'backgroundColor' must be in the format '#RRGGBB'"],
    [{ backgroundColor: '#ffffff' }, "'backgroundColor' must not be white"],
    [{ font: 'COMIC' }, `'font' must be one of [${Object.keys(fonts).join(', ')}]`],
    [{ participants: 'Ana' }, "'participants' must be an array"],
    [
      { participants: ['x'] },
      "'participants[0]' must be one of the next formats: 'phone_number@c.us' or 'chat_id@lid'",
    ],
  ] as const) {
    expect(await ask('sendTextStatus', { message: 'Hi', ...wrong })).toEqual([400, details(complaint)])
  }
})

test('a voice or a file as a status', async () => {
  const { world, ask } = await statusWorld()
  const urlFile = 'https://shop.example/file'
  world.core.web.set(urlFile, Buffer.from('bytes'))
  const [voice, picture] = [
    { urlFile, fileName: 'v.ogg', backgroundColor: '#228B22' },
    { urlFile, fileName: 'p.jpg', caption: 'Look' },
  ]
  expect(await ask('sendVoiceStatus', voice)).toEqual({ idMessage: world.core.queue.at(-1)?.id })
  const media = (): string | undefined => [...world.core.files.keys()].at(-1)
  expect(world.core.asked.at(-1)).toEqual([
    'messages.send',
    {
      to: 'status@broadcast',
      content: { kind: 'voice', media: media(), name: 'v.ogg', background: '#228B22' },
    },
  ])
  expect(await ask('sendMediaStatus', picture)).toEqual({ idMessage: world.core.queue.at(-1)?.id })
  expect(world.core.asked.at(-1)).toEqual([
    'messages.send',
    { to: 'status@broadcast', content: { kind: 'auto', media: media(), name: 'p.jpg', caption: 'Look' } },
  ])
  expect(await ask('sendMediaStatus', { ...picture, caption: 'x'.repeat(1025) })).toEqual([
    400,
    details("'caption' length must be less than or equal to 1024 characters long"),
  ])
  for (const method of ['sendVoiceStatus', 'sendMediaStatus']) {
    for (const field of ['urlFile', 'fileName']) {
      const missing = { ...picture, [field]: undefined }
      expect(await ask(method, missing)).toEqual([400, details(`'${field}' is required`)])
    }
  }
})

test('a status is taken down, and who saw it is told', async () => {
  const { world, ask, get } = await statusWorld()
  expect(await ask('deleteStatus', { idMessage: 'AAAA' })).toEqual([400, 'Message not found by id AAAA'])
  expect(await get('getStatusStatistic', '?idMessage=AAAA')).toEqual([400, 'Message not found by id AAAA'])
  expect(await get('getStatusStatistic')).toEqual([400, details("'idMessage' is required")])
  world.core.known.add('AAAA')
  expect(await ask('deleteStatus', { idMessage: 'AAAA' })).toBe('')
  expect(world.core.asked.at(-1)).toEqual([
    'messages.send',
    { to: 'status@broadcast', content: { kind: 'delete', target: 'AAAA' } },
  ])
  const by = (phone: string) => ({ participant: `${phone}@s.whatsapp.net`, phone, lid: null, at: new Date(now) })
  world.core.receipts.push(
    { ...by('79001234568'), status: 'delivered' },
    { ...by('79001234569'), status: 'read' },
    { ...by('79001234570'), status: 'played' },
  )
  expect(await get('getStatusStatistic', '?idMessage=AAAA')).toEqual([
    { participant: '79001234568@c.us', timestamp: 1767323045, status: 'delivered' },
    { participant: '79001234569@c.us', timestamp: 1767323045, status: 'read' },
    { participant: '79001234570@c.us', timestamp: 1767323045, status: 'read' },
  ])
})

function post<Kind extends EntryKind>(world: World, kind: Kind, data: Partial<DataOf<Kind>>, status?: MessageStatus) {
  const seq = 100 - world.core.journal.length
  const kindOfEvent: EventKind = kind
  const event = eventOf(kindOfEvent, { ...everyEvent[kind], ...stories, ...data } as never, { seq })
  world.core.journal.push({ entry: event as Entry, status: status ?? null })
}

test('statuses of others', async () => {
  const { world, get } = await statusWorld()
  const style = { background: '#228B22', font: 1 }
  post(world, 'message.received', { id: 'A', content: { kind: 'text', text: 'Hi', style } })
  post(world, 'message.received', { id: 'B', content: everyContent.image })
  post(world, 'message.deleted', { id: 'C', target: 'A' })
  post(world, 'message.received', { id: 'D', sentAt: '2026-01-01T00:00:00.000Z' })
  const common = {
    type: 'incoming',
    timestamp: 1767322800,
    chatId: '79001234568@c.us',
    senderId: '79001234568@c.us',
    senderName: 'Ana',
    senderContactName: '',
  }
  expect(await get('getIncomingStatuses')).toMatchObject([
    {
      ...common,
      idMessage: 'A',
      typeMessage: 'extendedTextMessage',
      textMessage: 'Hi',
      extendedTextMessage: { text: 'Hi', backgroundColor: '#228B22', font: 'SERIF' },
      isDeleted: true,
    },
    { ...common, idMessage: 'B', typeMessage: 'imageMessage', caption: 'Look', mimeType: 'image/jpeg' },
  ])
  expect(await get('getIncomingStatuses', '?minutes=2880')).toHaveLength(3)
  expect(await get('getIncomingStatuses', '?minutes=0')).toEqual([
    400,
    details("'minutes' must be greater than or equal to 1"),
  ])
})

test('statuses of the account, with whom they were for', async () => {
  const { world, ask, get } = await statusWorld()
  await ask('sendTextStatus', { message: 'Hi', participants: ['79001234568@c.us'] })
  const [sent] = world.core.queue
  post(world, 'message.sent', { id: sent?.id ?? '', content: { kind: 'text', text: 'Hi' } }, 'delivered')
  post(world, 'message.sent', { id: 'X', content: { kind: 'delete', target: { id: 'Y', sender: null } } })
  post(world, 'message.sent-from-phone', { id: 'P', content: everyContent.image, fromMe: true })
  const common = { type: 'outgoing', chatId: '79001234567@c.us', timestamp: 1767322800 }
  expect(await get('getOutgoingStatuses')).toMatchObject([
    {
      ...common,
      idMessage: sent?.id,
      typeMessage: 'extendedTextMessage',
      extendedTextMessage: { text: 'Hi', backgroundColor: '', font: '', participants: ['79001234568@c.us'] },
      statusMessage: 'delivered',
      sendByApi: true,
    },
    { ...common, idMessage: 'P', typeMessage: 'imageMessage', participants: [], sendByApi: false },
  ])
})
