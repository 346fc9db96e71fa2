import type { WACallEvent } from 'baileys'
import { expect, test } from 'vitest'
import { World } from './world.js'
import type { Client } from './client.js'

function callsOf(client: Client): WACallEvent[] {
  const calls: WACallEvent[] = []
  client.socket.ev.on('call', (news) => calls.push(...news))
  return calls
}

test('a companion hears that its phone is called, and that the caller hung up', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone('Ana')
  const heard = callsOf(client)
  const call = await ana.call(phone.number)
  // The library stores an offer before it tells of it, and what follows at once may be told of earlier.
  await expect.poll(() => heard).toHaveLength(1)
  await call.relayLatency(42)
  expect(call.state).toBe('ringing')
  await call.cancel()
  await expect.poll(() => heard).toHaveLength(3)
  expect(heard).toMatchObject([
    { id: call.id, status: 'offer', from: ana.lid, callerPn: ana.jid, chatId: ana.lid, isVideo: false, isGroup: false },
    { id: call.id, status: 'relaylatency', latencyMs: 42 },
    { id: call.id, status: 'terminate', isVideo: false },
  ])
  await expect(call.cancel()).rejects.toMatchObject({ code: 'call-ended' })
  expect(phone.calls()).toEqual([{ id: call.id, from: ana.number, to: phone.number, video: false, state: 'cancelled' }])
})

test('a call is rejected by a companion, and the other companions hear of it', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const second = world.client()
  await second.link(phone)
  const ana = await world.phone()
  const [heard, heardBySecond] = [callsOf(client), callsOf(second)]
  const call = await ana.call(phone.number, { video: true })
  await expect.poll(() => heard).toMatchObject([{ status: 'offer', isVideo: true }])
  await client.socket.rejectCall(call.id, heard[0]?.from ?? '')
  expect(await call.answered()).toBe('rejected')
  await expect.poll(() => heardBySecond.map(({ status }) => status)).toEqual(['offer', 'reject'])
  expect(heard).toHaveLength(1)
  // One that is over cannot be rejected any more, but nobody is to blame.
  await client.socket.rejectCall(call.id, heard[0]?.from ?? '')
})

test('a call ends in other ways', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const heard = callsOf(client)
  const missed = await ana.call(phone.number, { notice: true })
  await missed.timeOut()
  const accepted = await ana.call(phone.number)
  await phone.acceptCall(accepted.id)
  expect(await accepted.answered()).toBe('accepted')
  await accepted.cancel()
  const rejected = await ana.call(phone.number)
  await phone.rejectCall(rejected.id)
  await expect
    .poll(() => heard.map(({ id, status }) => [id, status]))
    .toEqual([
      [missed.id, 'offer'],
      [missed.id, 'timeout'],
      [accepted.id, 'offer'],
      [accepted.id, 'accept'],
      [accepted.id, 'terminate'],
      [rejected.id, 'offer'],
      [rejected.id, 'reject'],
    ])
  await expect(ana.acceptCall(rejected.id)).rejects.toMatchObject({ code: 'call-not-found' })
})

test('a call that came while a companion was away is heard of later, until it is acknowledged', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await client.close()
  const call = await ana.call(phone.number)
  client.connect()
  client.socket.ws.prependListener('CB:call', () => {
    client.crash()
  })
  await client.until(({ closes }) => closes.length === 3, 'crashed')
  client.connect()
  const heard = callsOf(client)
  await expect.poll(() => heard).toMatchObject([{ id: call.id, status: 'offer', offline: true }])
  const stanzas = () => world.simulator.deliveries(`${phone.number}:1`).filter(({ tag }) => tag === 'call')
  await expect.poll(stanzas).toMatchObject([{ pushedAt: { length: 2 }, acked: { by: 'ack' } }])
})
