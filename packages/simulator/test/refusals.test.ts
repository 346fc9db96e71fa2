import type { BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import type { Client } from './client.js'
import { dataDir, World } from './world.js'

/** The library's number for a message that failed. */
const ERROR = 0

/** Errors with which the client's messages were acknowledged, by id. */
function acks(client: Client): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>()
  client.socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => found.set(attrs.id ?? '', attrs.error))
  return found
}

test.each([400, 403, 421, 463, 475, 479])('a message is refused with %i and reaches nobody', async (error) => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const seen = acks(client)
  world.simulator.faults.add({ kind: 'refuse-message', error, number: phone.number })
  const refused = await client.socket.sendMessage(ana.lid, { text: 'refused' })
  const id = refused?.key.id ?? ''
  await client.until(({ statuses }) => statuses.some((one) => one.id === id && one.status === ERROR))
  expect(seen.get(id)).toBe(error.toString())
  await client.socket.sendMessage(ana.lid, { text: 'taken' })
  await ana.received(({ text }) => text === 'taken')
  expect(ana.messages().map(({ text }) => text)).toEqual(['taken'])
  expect(world.simulator.history()).toContainEqual(expect.objectContaining({ event: 'received', id, refused: error }))
})

test('a refused message may be sent again under its id', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  const messageId = '3EB0AAAAAAAAAAAAAAAAAB'
  world.simulator.faults.add({ kind: 'refuse-message', error: 479 })
  for (const text of ['first', 'second']) await client.socket.sendMessage(ana.lid, { text }, { messageId })
  expect(await ana.received(() => true)).toMatchObject({ id: messageId, text: 'second' })
})

test('who is not in a group is refused there', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Closed', [phone.number])
  await client.socket.sendMessage(group.id, { text: 'in' })
  await ana.received(({ text }) => text === 'in')
  const metadata = await client.socket.groupMetadata(group.id)
  await group.remove([phone.number])
  const seen = acks(client)
  // As a client whose view of the group is old.
  const stale = world.client({ cachedGroupMetadata: async () => metadata })
  await stale.link(phone)
  const staleAcks = acks(stale)
  const sent = await stale.socket.sendMessage(group.id, { text: 'out' })
  await expect.poll(() => staleAcks.get(sent?.key.id ?? '')).toBe('420')
  expect(seen.size).toBe(0)
  expect(ana.messages().some(({ text }) => text === 'out')).toBe(false)
})

test('a restricted account goes on with its chats, begins no new ones, and is told until when', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  await ana.send(phone.number, 'known')
  await client.receivedText('known')
  const news: unknown[] = []
  const listen = () => {
    client.socket.ev.on('connection.update', ({ reachoutTimeLock }) => reachoutTimeLock && news.push(reachoutTimeLock))
  }
  listen()
  const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000)
  await phone.restrict({ until, reason: 'BIZ_QUALITY' })
  const lock = { isActive: true, timeEnforcementEnds: until, enforcementType: 'BIZ_QUALITY' }
  await expect.poll(() => news).toEqual([lock])
  await client.close()
  await world.restart()
  await client.reconnect()
  listen()
  expect(await client.socket.fetchAccountReachoutTimelock()).toEqual(lock)
  const again = world.simulator.phone(phone.number)
  expect(again?.restriction).toEqual({ until, reason: 'BIZ_QUALITY' })

  const seen = acks(client)
  const [old, fresh] = [
    await client.socket.sendMessage(ana.lid, { text: 'still friends' }),
    await client.socket.sendMessage(ben.lid, { text: 'hello stranger' }),
  ]
  await expect.poll(() => seen.size).toBe(2)
  expect([old, fresh].map((message) => seen.get(message?.key.id ?? ''))).toEqual([undefined, '463'])
  await again?.unrestrict()
  await expect.poll(() => news.at(-1)).toMatchObject({ isActive: false })
  await client.socket.sendMessage(ben.lid, { text: 'at last' })
  const stranger = world.simulator.phone(ben.number)
  expect(await stranger?.received(() => true)).toMatchObject({ text: 'at last' })
  await again?.restrict({ until: new Date(Date.now() - 1000) })
  expect(again?.restriction).toBeUndefined()
})

test('a message is acknowledged late, after it was delivered', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await client.socket.sendMessage(ana.lid, { text: 'warm' })
  await ana.received(({ text }) => text === 'warm')
  const order: string[] = []
  client.socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => order.push(`ack ${attrs.id ?? ''}`))
  client.socket.ws.on('CB:receipt', ({ attrs }: BinaryNode) => order.push(`receipt ${attrs.id ?? ''}`))
  world.simulator.faults.add({ kind: 'late-ack', ms: 500, number: phone.number })
  const sent = await client.socket.sendMessage(ana.lid, { text: 'late' })
  const id = sent?.key.id ?? ''
  await expect.poll(() => order.slice(-2)).toEqual([`receipt ${id}`, `ack ${id}`])
})
