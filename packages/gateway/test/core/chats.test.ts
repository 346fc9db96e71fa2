import { expect, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { received } from '../store/sample.js'
import { coreWorld } from './world.js'

const ana = '491700000002'
const chat = `${ana}@s.whatsapp.net`
const group = '120363000000000001@g.us'

test('a chat is read up to a message, at WhatsApp and here', async () => {
  const { gateway, caller, whatsapp, linked, tell } = await coreWorld()
  const id = await linked()
  await tell(id, ...['M1', 'M2', 'M3'].map((message) => received(message, { chat })))
  const unread = async () => (await gateway.chats.get(caller, id, ana)).unread
  await gateway.chats.read(caller, id, ana, 'M2')
  const [first] = whatsapp.acts('chat.read')
  expect(first?.chat).toBe(chat)
  expect(first?.messages.slice(0, 2)).toEqual(['M2', 'M1'].map((message) => ({ id: message, sender: chat })))
  expect(await unread()).toBe(1)
  whatsapp.onPerform = () => Promise.reject(new GatewayError('send-timed-out', 'no answer'))
  await expect(gateway.chats.read(caller, id, ana)).rejects.toMatchObject({ code: 'send-timed-out' })
  expect(await unread()).toBe(1)
  whatsapp.onPerform = () => Promise.resolve(null)
  await gateway.chats.read(caller, id, ana)
  expect(whatsapp.acts('chat.read').at(-1)?.messages).toEqual([{ id: 'M3', sender: chat }])
  expect(await unread()).toBe(0)
  await expect(gateway.chats.read(caller, id, ana, 'M9')).rejects.toMatchObject({ code: 'message-not-found' })
  await expect(gateway.chats.read(caller, id, '491700000009')).rejects.toMatchObject({ code: 'chat-not-found' })
})

test('what comes in is read by itself as the owner wants it: never, on arrival, or with an answer', async () => {
  const { gateway, caller, whatsapp, linked, tell } = await coreWorld()
  const id = await linked()
  const unread = async () => (await gateway.chats.get(caller, id, ana)).unread
  const answer = async () => {
    const sent = await gateway.messages.send(caller, id, { to: ana, content: { kind: 'text', text: 'hello' } })
    await gateway.messages.settled(caller, id, sent.id, 30_000)
  }
  await tell(id, received('M1', { chat }))
  await answer()
  expect([whatsapp.acts('chat.read'), await unread()]).toEqual([[], 1])
  await gateway.instances.edit(caller, id, { options: { markRead: 'on-reply' } })
  await tell(id, received('M2', { chat }))
  expect(await unread()).toBe(2)
  await answer()
  await expect.poll(unread).toBe(0)
  await gateway.instances.edit(caller, id, { options: { markRead: 'on-arrival' } })
  await tell(id, received('M3', { chat }), received('S1', { chat: 'status@broadcast', sender: chat }))
  await expect.poll(unread).toBe(0)
  expect(new Set(whatsapp.acts('chat.read').map((act) => act.chat))).toEqual(new Set([chat]))
})

test('what is set of a chat is done at WhatsApp, told, and stands', async () => {
  const { gateway, caller, whatsapp, linked, tell, events, clock } = await coreWorld()
  const id = await linked()
  await tell(id, received('M1', { chat }), received('G1', { chat: group, sender: chat }))
  const mutedUntil = new Date(clock.now().getTime() + 60_000)
  const edited = await gateway.chats.edit(caller, id, ana, {
    archived: true,
    pinned: true,
    markedUnread: true,
    mutedUntil,
  })
  expect(edited).toMatchObject({ archived: true, pinned: true, unread: 1, mutedUntil })
  expect(whatsapp.acts('chat.archive')).toEqual([
    { chat, on: true, newest: [{ id: 'M1', sender: chat, sentAt: new Date('2026-03-01T12:00:00Z') }] },
  ])
  expect(whatsapp.acts('chat.mute')).toEqual([{ chat, until: mutedUntil.toISOString() }])
  expect(await gateway.chats.edit(caller, id, ana, { mutedUntil: null })).toMatchObject({
    mutedUntil: null,
    pinned: true,
  })
  const told = await events(id, 'chat.changed')
  expect(told.map(({ data }) => data.change.what)).toEqual(['archived', 'pinned', 'marked-unread', 'muted', 'muted'])
  expect(told[0]?.data).toMatchObject(chatAddress(chat))

  // In a group it is a setting of the group; between two it is a message, in force once that has gone out.
  expect(await gateway.chats.edit(caller, id, group, { expiresIn: 604_800 })).toMatchObject({ expiresIn: 604_800 })
  expect(whatsapp.acts('group.edit')).toEqual([{ group, changes: { expiresIn: 604_800 } }])
  await gateway.chats.edit(caller, id, ana, { expiresIn: 86_400 })
  await expect.poll(async () => (await gateway.chats.get(caller, id, ana)).expiresIn).toBe(86_400)
  expect(whatsapp.sent.map(({ content }) => content)).toEqual([{ kind: 'disappearing', seconds: 86_400 }])
  expect((await events(id, 'chat.changed')).at(-1)?.data.change).toEqual({ what: 'disappearing', seconds: 86_400 })
})

test('what cannot be set changes nothing', async () => {
  const { gateway, caller, whatsapp, linked, tell, events } = await coreWorld()
  const id = await linked()
  await tell(id, received('M1', { chat }))
  const before = await gateway.chats.get(caller, id, ana)
  const edit = (changes: object) => gateway.chats.edit(caller, id, ana, changes)
  await expect(edit({ expiresIn: 5 })).rejects.toMatchObject({ code: 'bad-request', field: 'expiresIn' })
  await expect(edit({ mutedUntil: new Date(NaN) })).rejects.toMatchObject({ code: 'bad-request', field: 'mutedUntil' })
  whatsapp.onPerform = () => Promise.reject(new GatewayError('send-timed-out', 'no answer'))
  await expect(edit({ archived: true })).rejects.toMatchObject({ code: 'send-timed-out' })
  await gateway.instances.pause(caller, id)
  await expect(edit({ pinned: true })).rejects.toMatchObject({ code: 'not-linked' })
  await expect(gateway.chats.showPresence(caller, id, ana, 'composing')).rejects.toMatchObject({ code: 'not-linked' })
  expect(await gateway.chats.get(caller, id, ana)).toEqual(before)
  expect(await events(id, 'chat.changed')).toEqual([])
})

test('who may only read changes nothing, and another workspace sees nothing', async () => {
  const { gateway, caller, linked, tell, database } = await coreWorld()
  const id = await linked()
  await tell(id, received('M1', { chat }))
  const reader = { ...caller, scopes: ['messages:read'] as const }
  expect(await gateway.chats.list(reader, id, { limit: 10 })).toHaveLength(1)
  await expect(gateway.chats.read(reader, id, ana)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(gateway.chats.edit(reader, id, ana, {})).rejects.toMatchObject({ code: 'forbidden' })
  await expect(gateway.messages.clear(reader, id)).rejects.toMatchObject({ code: 'forbidden' })
  const writer = { ...caller, scopes: ['messages:write'] as const }
  await expect(gateway.messages.journal(writer, id, { limit: 1 })).rejects.toMatchObject({ code: 'forbidden' })
  const stranger = { ...caller, workspace: await database.store.access.ensureWorkspace('other') }
  await expect(gateway.chats.list(stranger, id, { limit: 10 })).rejects.toMatchObject({ code: 'instance-not-found' })
  await expect(gateway.messages.entry(stranger, id, ana, 'M1')).rejects.toMatchObject({ code: 'instance-not-found' })
})

test('who is online is said where the owner wants it, on each connection', async () => {
  const { gateway, caller, whatsapp, linked } = await coreWorld()
  const id = await linked()
  expect(whatsapp.acts('presence.set')).toEqual([])
  await gateway.instances.edit(caller, id, { options: { showOnline: true } })
  await gateway.instances.edit(caller, id, { options: { sendGap: 1 } })
  await gateway.instances.edit(caller, id, { options: { showOnline: false } })
  expect(whatsapp.acts('presence.set')).toEqual([{ presence: 'available' }, { presence: 'unavailable' }])
})

test('a message that was sent or received is deleted on the devices of the account', async () => {
  const { gateway, caller, whatsapp, linked, tell } = await coreWorld()
  const id = await linked()
  await tell(id, received('M1', { chat, sender: chat }))
  await gateway.chats.hide(caller, id, ana, 'M1')
  const { id: sent } = await gateway.messages.send(caller, id, { to: ana, content: { kind: 'text', text: 'hello' } })
  await gateway.messages.settled(caller, id, sent, 30_000)
  await gateway.chats.hide(caller, id, chat, sent)
  const hidden = whatsapp.acts('chat.hide-message')
  expect(hidden.map((act) => [act.chat, act.message.id, act.message.sender])).toEqual([
    [chat, 'M1', chat],
    [chat, sent, null],
  ])
  whatsapp.onSend = () => new Promise(() => undefined)
  const waiting = await gateway.messages.send(caller, id, { to: ana, content: { kind: 'text', text: 'wait' } })
  for (const message of ['M9', waiting.id]) {
    await expect(gateway.chats.hide(caller, id, ana, message)).rejects.toMatchObject({ code: 'message-not-found' })
  }
})
