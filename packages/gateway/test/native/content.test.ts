import { expect, test } from 'vitest'
import type { ChatChange, EventBody, GroupChange } from '#gateway/core/events/event.js'
import type { InstanceId } from '#gateway/core/ids.js'
import { nativeEvents } from '#gateway/dialects/native/event-format.js'
import { newsFrame } from '#gateway/dialects/native/stream/frames.js'
import { everyAct, everyContent, received } from './every-content.js'
import { type Document, shapes } from './promised-shape.js'
import { serverSentEvents } from './server-sent-events.js'
import { key, startWorld } from './world.js'

const mediaUrl = (id: string) => `http://gateway.test/media/${id}`
const address = { chat: '1@s.whatsapp.net', chatPhone: '1', chatLid: null }
const person = { id: '1@s.whatsapp.net', phone: '1', lid: null }
const origin = {
  ...address,
  id: 'AB',
  sender: '1@s.whatsapp.net',
  phone: '1',
  lid: null,
  name: null,
  fromMe: false,
  sentAt: '2026-01-02T03:04:05.000Z',
}
const { sentAt } = origin

const groupChanges: readonly GroupChange['change'][] = [
  { what: 'renamed', subject: 'Team' },
  { what: 'described', description: null },
  { what: 'joined', participants: ['1@s.whatsapp.net'] },
  { what: 'writing', adminsOnly: true },
  { what: 'picture' },
  { what: 'disappearing', seconds: 86_400 },
  { what: 'invite-revoked' },
  { what: 'other', type: 'linked' },
]
const chatChanges: readonly ChatChange[] = [
  { what: 'archived', on: true },
  { what: 'muted', until: 'always' },
  { what: 'disappearing', seconds: 0 },
  { what: 'cleared' },
]

const bodies: readonly EventBody[] = [
  ...Object.values(everyContent).flatMap((content): EventBody[] => [
    { kind: 'message.received', data: { ...origin, content } },
    { kind: 'message.sent-from-phone', data: { ...origin, fromMe: true, content } },
    { kind: 'message.edited', data: { ...origin, target: 'AA', content } },
    { kind: 'message.sent', data: { id: 'AB', ...address, content, sentAt } },
  ]),
  ...Object.values(everyAct).map((content): EventBody => ({
    kind: 'message.sent',
    data: { id: 'AB', ...address, content, sentAt },
  })),
  {
    kind: 'message.poll-vote',
    data: {
      ...origin,
      target: 'AA',
      content: {
        kind: 'poll-vote',
        question: 'When?',
        multiple: false,
        chosen: ['now'],
        tally: [{ option: 'now', voters: ['1@s.whatsapp.net'] }],
      },
    },
  },
  { kind: 'message.status', data: { id: 'AB', ...address, status: 'read', participant: '2@lid', failure: null } },
  ...groupChanges.map((change): EventBody => ({
    kind: 'group.changed',
    data: { group: '1@g.us', actor: null, change },
  })),
  ...chatChanges.map((change): EventBody => ({ kind: 'chat.changed', data: { ...address, change } })),
  {
    kind: 'contact.presence',
    data: { ...address, sender: '1@s.whatsapp.net', phone: '1', lid: null, presence: 'composing', lastSeen: null },
  },
  { kind: 'contact.blocked', data: { ...person, blocked: true } },
  { kind: 'contact.changed', data: { ...person, name: 'Ana', savedName: null } },
]

test('every event has the shape that the OpenAPI document promises, over every way that events go', async () => {
  const { call, gateway, instance, url } = await startWorld()
  const id = (await instance()) as InstanceId
  for (const body of bodies) gateway.happened(id, body)
  const document = (await call('GET', '/openapi.json')).body as unknown as Document
  const differences = shapes(document)(document.components.schemas.Event)
  const page = await call('GET', `/api/v1/instances/${id}/events?limit=1000`)
  const shown = page.body.items as object[]
  expect(shown).toHaveLength(bodies.length)
  for (const event of shown) expect([event, differences(event)]).toEqual([event, []])

  const response = await fetch(`${url}/api/v1/instances/${id}/events/stream`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const streamed: unknown[] = []
  for await (const { event, data } of serverSentEvents(response)) {
    if (event === 'message') streamed.push(data)
    if (streamed.length === shown.length) break
  }
  expect(streamed).toEqual(shown)

  const caller = await gateway.access.authenticate(key)
  const { subscription } = await gateway.subscriptions.create(caller, { url: 'https://shop.example/hook' })
  const recipient = {
    instance: await gateway.instances.get(caller, id),
    subscription,
    settings: undefined,
    secrets: [],
    at: new Date(),
    mediaUrl,
  }
  const { events } = await gateway.events.read(caller, id, { after: 0, limit: 1000 })
  for (const [i, event] of events.entries()) {
    expect(JSON.parse(String(nativeEvents.encode([event], recipient)?.body))).toEqual(shown[i])
    expect(JSON.parse(newsFrame({ kind: 'event', event }, mediaUrl).toString())).toEqual({ event: shown[i] })
  }
})

test('a file is shown by its address, and what opens it at WhatsApp never is', async () => {
  const { call, gateway, instance } = await startWorld()
  const id = await instance()
  for (const body of bodies) gateway.happened(id, body)
  const { text } = await call('GET', `/api/v1/instances/${id}/events?limit=1000`)
  const { handle, id: file, ...known } = received
  expect(text).not.toContain('handle')
  expect(text).not.toContain(handle)
  expect(text).toContain(JSON.stringify({ id: file, url: mediaUrl(file), ...known }))
})
