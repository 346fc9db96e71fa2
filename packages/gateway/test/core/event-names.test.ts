import { expect, test } from 'vitest'
import { Names, noNames, RememberedNames } from '#gateway/core/chats/event-names.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { EventKind, GatewayEvent, ReceivedEvent } from '#gateway/core/events/event.js'
import { received } from '../store/sample.js'
import { coreWorld } from './world.js'

const ana = { phone: '491700000002', lid: '5002@lid' }
const chat = `${ana.phone}@s.whatsapp.net`
const group = '120363000000000001@g.us'

/** What is told of Ana. */
const met = (savedName: string | null): ReceivedEvent => ({
  kind: 'contact.changed',
  data: { id: chat, ...ana, name: 'Ana', savedName },
})
const renamed = (subject: string): ReceivedEvent => ({
  kind: 'group.changed',
  data: { group, actor: null, change: { what: 'renamed', subject } },
})
const inGroup = (id: string): ReceivedEvent => received(id, { chat: group, sender: ana.lid, phone: null, lid: ana.lid })

async function namesWorld() {
  const world = await coreWorld()
  const id = await world.linked()
  const names = new Names({ store: world.database.store, actors: world.core.roster, clock: world.clock })
  const last = async (kind: EventKind): Promise<GatewayEvent> => {
    const event = (await world.events(id, kind)).at(-1)
    if (event === undefined) throw new Error('there is none')
    return event
  }
  const tell = (...events: readonly ReceivedEvent[]) => world.tell(id, ...events)
  return { ...world, id, names, last, tell }
}

test('a chat is called as the owner has saved the other side, else as they call themselves', async () => {
  const { names, tell, id, last, gateway, caller } = await namesWorld()
  await tell(received('M1', { chat }))
  expect(await names.of(await last('message.received'))).toEqual(noNames)
  await tell(met(null))
  expect(await names.of(await last('message.received'))).toEqual({ chat: 'Ana', sender: null })
  await tell(met('Ana Pérez'))
  expect(await names.of(await last('message.received'))).toEqual({ chat: 'Ana Pérez', sender: 'Ana Pérez' })
  const { id: sent } = await gateway.messages.send(caller, id, { to: chat, content: { kind: 'text', text: 'hello' } })
  await gateway.messages.settled(caller, id, sent, 30_000)
  expect(await names.of(await last('message.sent'))).toEqual({ chat: 'Ana Pérez', sender: null })
  expect(await names.of(await last('instance.state'))).toEqual(noNames)
})

test('a group is called by its subject, and whoever wrote in it as the owner has saved them', async () => {
  const { names, tell, last, whatsapp } = await namesWorld()
  await tell(met('Ana Pérez'), renamed('Friends'), inGroup('M1'))
  expect(await names.of(await last('message.received'))).toEqual({ chat: 'Friends', sender: 'Ana Pérez' })
  expect(whatsapp.acts('group.get')).toEqual([])
})

test('the subject of a group that was there before is asked for once, and kept', async () => {
  const { names, tell, last, whatsapp } = await namesWorld()
  await tell(inGroup('M1'))
  const event = await last('message.received')
  whatsapp.onPerform = () => Promise.reject(new GatewayError('send-timed-out', 'no answer'))
  expect(await names.of(event)).toEqual(noNames)
  whatsapp.onPerform = () => Promise.resolve({ subject: 'Friends' })
  const told = await Promise.all([names.of(event), names.of(event)])
  expect(told).toEqual([
    { chat: 'Friends', sender: null },
    { chat: 'Friends', sender: null },
  ])
  expect(await names.of(event)).toEqual({ chat: 'Friends', sender: null })
  expect(whatsapp.acts('group.get')).toEqual([{ group }, { group }])
})

test('an event does not wait for long for the subject of its group', async () => {
  const { names, tell, last, whatsapp, clock } = await namesWorld()
  await tell(inGroup('M1'))
  const event = await last('message.received')
  whatsapp.onPerform = () => new Promise(() => undefined)
  const told = names.of(event)
  await expect.poll(() => whatsapp.acts('group.get'), { interval: 2 }).toHaveLength(1)
  clock.advance(5_000)
  expect(await told).toEqual(noNames)
})

test('what is told once more is told with the same names', async () => {
  const { names, tell, last } = await namesWorld()
  await tell(renamed('Friends'), inGroup('M1'))
  const remembered = new RememberedNames(names)
  const first = await last('message.received')
  expect(await remembered.of(first)).toMatchObject({ chat: 'Friends' })
  await tell(renamed('Club'), inGroup('M2'))
  expect(await remembered.of(first)).toMatchObject({ chat: 'Friends' })
  expect(await remembered.of(await last('message.received'))).toMatchObject({ chat: 'Club' })
})
