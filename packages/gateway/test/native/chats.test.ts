import { expect, test } from 'vitest'
import type { EventId, InstanceId } from '#gateway/core/ids.js'
import type { JournalItem } from '#gateway/core/journal/entry.js'
import { ana, team } from './fake-people.js'
import { time } from './fake-gateway.js'
import { startWorld } from './world.js'

async function chats() {
  const world = await startWorld()
  const id = (await world.instance()) as InstanceId
  return { ...world, id, path: `/api/v1/instances/${id}` }
}

const shown = {
  chat: ana.id,
  chatPhone: ana.phone,
  chatLid: ana.lid,
  kind: 'person',
  name: 'Ana',
  lastMessageAt: '2026-01-02T03:04:05.678Z',
  unread: 1,
  archived: false,
  pinned: false,
  mutedUntil: null,
  expiresIn: 0,
}

test('chats are listed by pages, and one is read by any of its addresses', async () => {
  const { call, gateway, path } = await chats()
  expect((await call('GET', `${path}/chats?limit=1`)).body).toEqual({ items: [shown], next: ana.id })
  expect((await call('GET', `${path}/chats?limit=2&before=${ana.id}`)).body).toMatchObject({ next: null })
  expect(gateway.asked).toEqual([
    { what: 'chats', how: { limit: 2 } },
    { what: 'chats', how: { limit: 3, before: ana.id } },
  ])
  for (const chat of ['4915112345678', '%2B49%20151%2012345678', '4915112345678@c.us', ana.id])
    expect((await call('GET', `${path}/chats/${chat}`)).body).toEqual(shown)
  for (const chat of ['nobody', '4915199999999', 'x%00', 'status@broadcast'])
    expect((await call('GET', `${path}/chats/${chat}`)).body.code, chat).toBe('chat-not-found')
})

test('a chat is archived, muted, made to forget, read, written in and followed', async () => {
  const { call, gateway, path } = await chats()
  const chat = `${path}/chats/${ana.phone}`
  const until = '2026-03-01T00:00:00.000Z'
  const edited = await call('PATCH', chat, { archived: true, mutedUntil: until, expiresIn: 86_400 })
  expect(edited.body).toEqual({ ...shown, archived: true, mutedUntil: until, expiresIn: 86_400 })
  expect((await call('PATCH', chat, { mutedUntil: 'always' })).body.mutedUntil).toBe('always')
  expect((await call('POST', `${chat}/read`)).status).toBe(204)
  expect((await call('POST', `${chat}/read`, { upTo: 'AB' })).status).toBe(204)
  expect((await call('POST', `${chat}/presence`, { presence: 'recording' })).status).toBe(204)
  expect((await call('POST', `${chat}/follow-presence`)).status).toBe(204)
  expect(gateway.asked).toEqual([
    { what: 'edit', of: ana.id, how: { archived: true, mutedUntil: new Date(until), expiresIn: 86_400 } },
    { what: 'edit', of: ana.id, how: { mutedUntil: 'always' } },
    { what: 'read', of: ana.id, how: undefined },
    { what: 'read', of: ana.id, how: 'AB' },
    { what: 'show', of: ana.id, how: 'recording' },
    { what: 'follow', of: ana.id },
  ])
  for (const [wrong, field] of [
    [{ mutedUntil: 'tomorrow' }, 'mutedUntil'],
    [{ expiresIn: 5 }, 'expiresIn'],
    [{ archived: 'yes' }, 'archived'],
  ] as const)
    expect((await call('PATCH', chat, wrong)).body, field).toMatchObject({ code: 'bad-request', field })
  expect((await call('PATCH', chat, {})).body.code).toBe('bad-request')
})

test('the history is asked for as it was wished, and its pages lead on', async () => {
  const { call, gateway, id, path } = await chats()
  const item = (seq: number): JournalItem => ({
    status: seq === 1 ? 'read' : null,
    entry: {
      seq,
      id: `e${seq}` as EventId,
      instance: id,
      time,
      kind: 'message.sent',
      data: {
        id: 'AB',
        chat: ana.id,
        chatPhone: ana.phone,
        chatLid: null,
        content: { kind: 'text', text: 'hi' },
        sentAt: time.toISOString(),
      },
    },
  })
  gateway.messages.history.push(item(3), item(2), item(1))
  const page = await call('GET', `${path}/chats/${ana.phone}/messages?limit=2`)
  expect(page.body).toMatchObject({ items: [{ event: { seq: 3 }, status: null }, { event: { seq: 2 } }], next: 2 })
  const wish = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00%2B01:00&kind=message.sent,message.edited&direction=out'
  const all = await call('GET', `${path}/history?chat=${team}&before=9&${wish}`)
  expect(all.body).toMatchObject({ items: { length: 3 }, next: null })
  expect(gateway.messages.queries).toEqual([
    { chat: ana.id, limit: 3 },
    {
      chat: team,
      limit: 101,
      before: 9,
      direction: 'out',
      kinds: ['message.sent', 'message.edited'],
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2026-01-31T23:00:00Z'),
    },
  ])
  expect((await call('GET', `${path}/chats/${ana.phone}/messages/AB`)).body).toMatchObject({ event: { seq: 3 } })
  expect((await call('GET', `${path}/chats/${ana.phone}/messages/CD`)).body.code).toBe('message-not-found')
  expect((await call('GET', `${path}/chats/${ana.phone}/messages/AB/media`)).body.code).toBe('message-not-found')
  for (const [query, field] of [
    ['from=yesterday', 'from'],
    ['limit=501', 'limit'],
    ['kind=call', 'kind.0'],
    ['direction=up', 'direction'],
  ])
    expect((await call('GET', `${path}/history?${query}`)).body.field).toBe(field)
})
