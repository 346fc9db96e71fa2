import { expect, test } from 'vitest'
import { GatewayError, type ErrorCode, type Effect } from '#gateway/core/errors/gateway-error.js'
import type { InstanceId, MessageId, PhoneNumber } from '#gateway/core/ids.js'
import { mostQueued, queueLifetime } from '#gateway/core/messages/message.js'
import type { EngineMessage } from '#gateway/core/ports/engine.js'
import { account, coreWorld, type CoreWorld } from './world.js'

const ana = '491700000002'

const say = (world: CoreWorld, id: InstanceId, text: string, more: object = {}) =>
  world.gateway.messages.send(world.caller, id, { to: ana, content: { kind: 'text', text }, ...more })

const texts = (messages: readonly Pick<EngineMessage, 'content'>[]) =>
  messages.map(({ content }) => (content.kind === 'text' ? content.text : content.kind))

const refuse = (code: ErrorCode, effect: Effect = 'none') =>
  Promise.reject(new GatewayError(code, 'as the test has it', { effect }))

/** Until WhatsApp was handed so many. */
const handed = (world: CoreWorld, count: number) => expect.poll(() => world.whatsapp.sent.length).toBe(count)

const status = async (world: CoreWorld, id: InstanceId, message: MessageId) => {
  const { status, failure } = await world.gateway.messages.get(world.caller, id, message)
  return failure ?? status
}

/** A send that does not end before the test says so. */
function held(world: CoreWorld): { release: () => void } {
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  world.whatsapp.onSend = () => gate
  return {
    release: () => {
      world.whatsapp.onSend = () => Promise.resolve()
      release()
    },
  }
}

test('what is handed in goes out in that order, and what became of it is told', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const messages = []
  for (const text of ['one', 'two', 'three']) messages.push(await say(world, id, text))
  for (const { id: message } of messages) {
    expect(await world.gateway.messages.settled(world.caller, id, message, 30_000)).toMatchObject({
      status: 'server-ack',
    })
  }
  expect(texts(world.whatsapp.sent)).toEqual(['one', 'two', 'three'])
  const told = await world.events(id, 'message.sent', 'message.status')
  expect(told.map(({ kind, data }) => [kind, data.id])).toEqual(
    messages.flatMap((message) => [
      ['message.sent', message.id],
      ['message.status', message.id],
    ]),
  )
})

test('from one message to the next passes the gap, also over a connection that is lost meanwhile', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  await world.gateway.instances.edit(world.caller, id, { options: { sendGap: 10_000 } })
  for (const text of ['one', 'two', 'three']) await say(world, id, text)
  await handed(world, 1)
  await expect.poll(() => world.clock.pending).toBeGreaterThan(1)
  world.clock.advance(4_000)
  await world.hangUp(id, { kind: 'restart-required' })
  world.clock.advance(0)
  await expect.poll(() => world.whatsapp.opened).toBe(2)
  await world.connected(id)
  world.clock.advance(5_999)
  expect(world.whatsapp.sent).toHaveLength(1)
  // The rest of the gap, and no gap anew.
  await expect.poll(() => (world.clock.advance(1), world.whatsapp.sent.length)).toBe(2)
  expect(world.clock.monotonic()).toBeLessThan(19_000)
})

test('what is to leave later holds up nothing, and leaves then, also after a restart of the connection', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const later = await say(world, id, 'later', { notBefore: new Date(world.clock.now().getTime() + 60_000) })
  const now = await say(world, id, 'now')
  await handed(world, 1)
  expect(await world.gateway.messages.settled(world.caller, id, now.id, 30_000)).toMatchObject({ status: 'server-ack' })
  world.clock.advance(30_000)
  await world.hangUp(id, { kind: 'restart-required' })
  world.clock.advance(0)
  await expect.poll(() => world.whatsapp.opened).toBe(2)
  await world.connected(id)
  await say(world, id, 'meanwhile')
  await handed(world, 2)
  expect(await status(world, id, later.id)).toBe('queued')
  await expect.poll(() => (world.clock.advance(1_000), world.whatsapp.sent.length)).toBe(3)
  expect(texts(world.whatsapp.sent)).toEqual(['now', 'meanwhile', 'later'])
  expect(world.clock.monotonic()).toBeGreaterThanOrEqual(60_000)
})

test('an id of the caller is the message, and the same one again is no second message', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const own = '3EB0AAAAAAAAAAAAAAAAAA' as MessageId
  const first = await say(world, id, 'once', { id: own })
  expect([first.id, (await say(world, id, 'once', { id: own })).id]).toEqual([own, own])
  await handed(world, 1)
  expect(await world.gateway.messages.settled(world.caller, id, own, 30_000)).toMatchObject({ status: 'server-ack' })
  expect(world.whatsapp.sent).toHaveLength(1)
})

test('nobody hands in for more than a day ahead', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const notBefore = new Date(world.clock.now().getTime() + 86_400_001)
  await expect(say(world, id, 'never', { notBefore })).rejects.toMatchObject({
    code: 'bad-request',
    field: 'notBefore',
  })
})

test('somebody is shown to be writing before, in the last part of the gap, and whether that works does not matter', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  world.whatsapp.onPerform = () => refuse('send-timed-out')
  await world.gateway.instances.edit(world.caller, id, { options: { typing: 15_000 } })
  await say(world, id, 'usual')
  await expect.poll(() => world.whatsapp.acts('presence.show').length).toBe(1)
  world.clock.advance(10_000)
  await expect.poll(() => world.whatsapp.acts('presence.show').length).toBe(2)
  expect(world.whatsapp.sent).toEqual([])
  world.clock.advance(5_000)
  await handed(world, 1)
  await say(world, id, 'as asked for', { typing: { as: 'recording', ms: 1 } })
  await expect.poll(() => world.whatsapp.acts('presence.show').length).toBe(3)
  world.clock.advance(1)
  await handed(world, 2)
  const shown = world.whatsapp.acts('presence.show').map(({ presence }) => presence)
  expect(shown).toEqual(['composing', 'composing', 'recording'])
})

test('what is refused for good fails with the reason, and the next one goes out', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const codes: ErrorCode[] = ['recipient-not-found', 'not-in-group', 'not-group-admin', 'content-too-large']
  codes.push('instance-restricted', 'whatsapp-refused', 'media-unavailable')
  world.whatsapp.onSend = () => {
    const code = codes[world.whatsapp.sent.length - 1]
    return code === undefined ? Promise.resolve() : refuse(code)
  }
  const messages = []
  for (const text of [...codes, 'fine']) messages.push(await say(world, id, text))
  await handed(world, messages.length)
  const last = messages.at(-1)
  if (last) await world.gateway.messages.settled(world.caller, id, last.id, 30_000)
  const became = await Promise.all(messages.map((message) => status(world, id, message.id)))
  expect(became).toEqual([...codes, 'server-ack'])
})

test('an unknown outcome is tried again under the same id, and not for ever', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  world.whatsapp.onSend = ({ content }) =>
    content.kind === 'text' && content.text === 'cursed' ? refuse('send-timed-out', 'unknown') : Promise.resolve()
  const cursed = await say(world, id, 'cursed')
  const next = await say(world, id, 'next')
  for (let attempt = 1; attempt < 10; attempt++) {
    await handed(world, attempt)
    await expect.poll(() => (world.clock.advance(5_000), world.whatsapp.sent.length)).toBeGreaterThan(attempt)
  }
  await handed(world, 11)
  expect(new Set(world.whatsapp.sent.slice(0, 10).map((message) => message.id))).toEqual(new Set([cursed.id]))
  await world.gateway.messages.settled(world.caller, id, next.id, 30_000)
  expect(await status(world, id, cursed.id)).toBe('send-timed-out')
  // It had left after all.
  await world.whatsapp.report(id, {
    kind: 'message-status',
    chat: cursed.chat,
    id: cursed.id,
    status: 'delivered',
    participant: null,
  })
  expect(await status(world, id, cursed.id)).toBe('delivered')
})

test('whoever hands in more does not hurry what is to be tried again later', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  world.whatsapp.onSend = () => refuse('send-timed-out', 'unknown')
  const first = await say(world, id, 'first')
  await handed(world, 1)
  await expect.poll(() => world.clock.pending).toBeGreaterThan(1)
  world.whatsapp.onSend = () => Promise.resolve()
  const more = await Promise.all(Array.from({ length: 12 }, (_, n) => say(world, id, `more ${n}`)))
  expect(world.whatsapp.sent).toHaveLength(1)
  world.clock.advance(5_000)
  await handed(world, 14)
  expect(world.whatsapp.sent[1]?.id).toBe(first.id)
  for (const { id: message } of more) await world.gateway.messages.settled(world.caller, id, message, 30_000)
})

test('a restriction that a refusal tells of holds the queue, over all connections, as long as its end is known', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const until = new Date(world.clock.now().getTime() + 60_000)
  const { store } = world.database
  const { instance } = await store.instances.commit(
    { id, epoch: 1 },
    { at: until, changes: { restrictedUntil: until } },
  )
  expect(instance.restrictedUntil).toEqual(until)
  await world.gateway.messages.send(world.caller, id, { to: ana, content: { kind: 'text', text: 'unrestricted' } })
  await handed(world, 1)
  // The actor has learnt of it with the commit of that one.
  await expect.poll(async () => (await world.gateway.instances.get(world.caller, id)).restrictedUntil).toEqual(until)
  world.whatsapp.onSend = () => refuse('instance-restricted')
  const message = await say(world, id, 'held')
  await handed(world, 2)
  world.whatsapp.onSend = () => Promise.resolve()
  world.clock.advance(30_000)
  await say(world, id, 'behind it')
  expect(world.whatsapp.sent).toHaveLength(2)
  world.clock.advance(30_000)
  await handed(world, 4)
  expect(await world.gateway.messages.settled(world.caller, id, message.id, 30_000)).toMatchObject({
    status: 'server-ack',
  })
})

test('what an unlinked account is handed waits for a day, through a restart, and then fails', async () => {
  const first = await coreWorld()
  const { instance } = await first.gateway.instances.create(first.caller, { name: 'shop' })
  const early = await say(first, instance.id, 'early')
  first.clock.advance(queueLifetime / 2)
  const late = await say(first, instance.id, 'late')
  const world = await first.restart()
  world.clock.advance(queueLifetime / 2)
  await expect.poll(() => status(world, instance.id, early.id)).toBe('message-expired')
  expect(await status(world, instance.id, late.id)).toBe('queued')
  world.clock.advance(queueLifetime / 2)
  await expect.poll(() => status(world, instance.id, late.id)).toBe('message-expired')
  const told = await world.events(instance.id, 'message.status', 'message.sent')
  expect(told.map(({ data }) => [data.id, 'failure' in data && data.failure])).toEqual([
    [early.id, 'message-expired'],
    [late.id, 'message-expired'],
  ])
})

test('an account that is logged out in the middle of its queue sends the rest when it is linked again', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const send = held(world)
  await say(world, id, 'one')
  await say(world, id, 'two')
  await handed(world, 1)
  await world.hangUp(id, { kind: 'logged-out' })
  world.whatsapp.onSend = () => Promise.resolve()
  send.release()
  await say(world, id, 'three')
  expect(await world.gateway.instances.get(world.caller, id)).toMatchObject({ state: 'unlinked' })
  expect(world.whatsapp.sent).toHaveLength(1)
  await world.link(id)
  await expect.poll(() => texts(world.whatsapp.sent)).toEqual(['one', 'two', 'three'])
})

test('clearing fails what waits, and leaves what is with WhatsApp already', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const send = held(world)
  const leaving = await say(world, id, 'leaving')
  await handed(world, 1)
  const waiting = await Promise.all(Array.from({ length: 120 }, (_, n) => say(world, id, `waiting ${n}`)))
  expect(await world.gateway.messages.clear(world.caller, id)).toBe(120)
  expect(await world.gateway.messages.clear(world.caller, id)).toBe(0)
  send.release()
  expect(await world.gateway.messages.settled(world.caller, id, leaving.id, 30_000)).toMatchObject({
    status: 'server-ack',
  })
  for (const { id: message } of waiting) expect(await status(world, id, message)).toBe('message-cancelled')
  const after = await say(world, id, 'after')
  await world.gateway.messages.settled(world.caller, id, after.id, 30_000)
  expect(texts(world.whatsapp.sent)).toEqual(['leaving', 'after'])
})

test('of a restricted account the queue waits until the end that WhatsApp named', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const until = new Date(world.clock.now().getTime() + 3_600_000)
  await world.hangUp(id, { kind: 'temporarily-banned', until })
  const message = await say(world, id, 'patience')
  expect(await world.gateway.instances.get(world.caller, id)).toMatchObject({
    state: 'restricted',
    restrictedUntil: until,
  })
  world.clock.advance(3_599_000)
  expect(world.whatsapp.opened).toBe(1)
  world.clock.advance(1_000)
  await expect.poll(() => world.whatsapp.opened).toBe(2)
  await world.connected(id)
  await world.gateway.messages.settled(world.caller, id, message.id, 30_000)
  expect(await status(world, id, message.id)).toBe('server-ack')
})

test('no more than twenty thousand wait', async () => {
  const world = await coreWorld()
  const { instance } = await world.gateway.instances.create(world.caller, { name: 'shop' })
  const first = await say(world, instance.id, 'first', { idempotencyKey: 'k' })
  world.database.edit((database) => {
    database.exec(`
      insert into messages (instance, position, id, chat, status, created_at, status_at, content)
      with recursive numbers (n) as (select 2 union all select n + 1 from numbers where n < ${mostQueued})
      select serial, n, 'M' || n, 'c', 'queued', 0, 0, x'00' from instances join numbers;
      update instances set last_position = ${mostQueued}`)
  })
  await expect(say(world, instance.id, 'one more')).rejects.toMatchObject({ code: 'rate-limited' })
  expect(await say(world, instance.id, 'first', { idempotencyKey: 'k' })).toEqual(first)
  world.database.edit((database) => {
    database.exec(`update messages set status = 'failed' where position = 7`)
  })
  expect(await say(world, instance.id, 'room again')).toMatchObject({ status: 'queued' })
  await expect(say(world, instance.id, 'one more')).rejects.toMatchObject({ code: 'rate-limited' })
})

test('an idempotency key answers the first message, whatever comes with it later', async () => {
  const world = await coreWorld()
  const { instance } = await world.gateway.instances.create(world.caller, { name: 'shop' })
  const first = await say(world, instance.id, 'first', { idempotencyKey: 'k' })
  expect(await say(world, instance.id, 'other', { idempotencyKey: 'k' })).toEqual(first)
  // Not even a mistake in it is looked at.
  expect(await say(world, instance.id, ' ', { idempotencyKey: 'k' })).toEqual(first)
  expect(await world.gateway.messages.queued(world.caller, instance.id, 10)).toEqual([first])
})

/** An account that was logged out with one message under way and one that waits behind it, handed in while it was linked. */
async function loggedOut(): Promise<{ world: CoreWorld; id: InstanceId; leaving: MessageId; waiting: MessageId }> {
  const world = await coreWorld()
  const id = await world.linked()
  const gate = held(world)
  const leaving = await say(world, id, 'under way')
  await handed(world, 1)
  const waiting = await say(world, id, 'waits')
  await world.hangUp(id, { kind: 'logged-out' })
  gate.release()
  return { world, id, leaving: leaving.id, waiting: waiting.id }
}

test('what was handed in for one account is sent when that is linked again', async () => {
  const { world, id, leaving, waiting } = await loggedOut()
  await world.link(id)
  for (const message of [leaving, waiting]) {
    expect(await world.gateway.messages.settled(world.caller, id, message, 30_000)).toMatchObject({
      status: 'server-ack',
    })
  }
  expect(texts(world.whatsapp.sent)).toEqual(['under way', 'waits'])
})

test('and no other account sends it: that sends what was handed in for whoever comes', async () => {
  const { world, id, waiting } = await loggedOut()
  const forWhoever = await say(world, id, 'for whoever comes')
  const other = { ...account, phone: '491700000099' as PhoneNumber, jid: '491700000099:1@s.whatsapp.net', lid: null }
  await world.link(id, other)
  await world.gateway.messages.settled(world.caller, id, forWhoever.id, 30_000)
  expect(await status(world, id, waiting)).toBe('wrong-account')
  expect(texts(world.whatsapp.sent)).toEqual(['under way', 'for whoever comes'])
  const told = await world.events(id, 'message.status')
  expect(told.map(({ data }) => [data.id, data.failure])).toContainEqual([waiting, 'wrong-account'])
})
