import { proto, type BinaryNode, type WAMessage, type WAMessageKey } from 'baileys'
import { expect, test } from 'vitest'
import { received } from './client.js'
import { World } from './world.js'

/** What a client keeps of what it sent: its disk, from which it answers who asks again. */
class Sent {
  readonly #messages = new Map<string, Uint8Array>()

  keep(sent: WAMessage | undefined): string {
    const id = sent?.key.id ?? ''
    this.#messages.set(id, proto.Message.encode(sent?.message ?? {}).finish())
    return id
  }

  readonly getMessage = async ({ id }: WAMessageKey) => {
    const bytes = this.#messages.get(id ?? '')
    return bytes && proto.Message.decode(bytes)
  }
}

async function linked(world: World) {
  const sent = new Sent()
  const phone = await world.phone()
  const client = world.client({ getMessage: sent.getMessage })
  await client.link(phone)
  return { phone, client, sent, ana: await world.phone(), ben: await world.phone() }
}

test('a phone that cannot read a message asks with its keys, and gets it', async () => {
  const world = await World.start()
  const { client, ana } = await linked(world)
  await client.socket.sendMessage(ana.lid, { text: 'warm' })
  await ana.received(({ text }) => text === 'warm')
  const asked: BinaryNode[] = []
  client.socket.ws.on('CB:receipt', (node: BinaryNode) => {
    if (node.attrs.type === 'retry') asked.push(node)
  })
  world.simulator.faults.add({ kind: 'unreadable', number: ana.number })
  const sent = await client.socket.sendMessage(ana.lid, { location: { degreesLatitude: 1, degreesLongitude: 2 } })
  expect(await ana.received(({ id }) => id === sent?.key.id)).toMatchObject({ kind: 'location' })
  expect(asked).toHaveLength(1)
  const parts = Array.isArray(asked[0]?.content) ? asked[0].content : []
  expect(parts.map(({ tag }) => tag)).toEqual(['retry', 'registration', 'keys'])
  expect(parts[0]?.attrs).toMatchObject({ count: '1', id: sent?.key.id })
  await client.socket.sendMessage(ana.lid, { text: 'after' })
  await ana.received(({ text }) => text === 'after')
  expect(ana.messages().filter(({ id }) => id === sent?.key.id)).toHaveLength(1)
  expect(world.violations()).toEqual([])
})

test('a companion answers who asks again also after it was started anew', async () => {
  const world = await World.start()
  const { client, sent, ana, phone } = await linked(world)
  const group = await ana.createGroup('Again', [phone.number])
  const ids: string[] = []
  for (const to of [ana.lid, group.id]) {
    ana.leave()
    ids.push(sent.keep(await client.socket.sendMessage(to, { text: `to ${to}` })))
    await expect.poll(() => world.messages('received')).toContain(ids.at(-1))
    await client.close()
    world.simulator.faults.add({ kind: 'unreadable', number: ana.number })
    await ana.comeBack()
    await client.reconnect()
    expect(await ana.received(({ id }) => id === ids.at(-1))).toMatchObject({ text: `to ${to}` })
  }
  expect(ana.messages().map(({ id }) => id)).toEqual(ids)
  expect(world.violations()).toEqual([])
})

test('several members of a group ask again, and each reads the message once', async () => {
  const world = await World.start()
  const { client, ana, ben, phone } = await linked(world)
  const group = await ana.createGroup('Again', [phone.number, ben.number])
  for (const one of [ana, ben]) world.simulator.faults.add({ kind: 'unreadable', number: one.number })
  const sent = await client.socket.sendMessage(group.id, { text: 'to all' })
  for (const one of [ana, ben]) await one.received(({ id }) => id === sent?.key.id)
  const last = await client.socket.sendMessage(group.id, { text: 'last' })
  for (const one of [ana, ben, phone]) {
    await one.received(({ id }) => id === last?.key.id)
    expect(one.messages().filter(({ from }) => from === phone.number)).toHaveLength(2)
  }
  expect(world.violations()).toEqual([])
})

test('a status post and what a phone sends are asked for again as well', async () => {
  const world = await World.start()
  const { client, ana, ben } = await linked(world)
  for (const from of ['companion', 'phone']) {
    world.simulator.faults.add({ kind: 'unreadable', number: ana.number })
    const post =
      from === 'phone'
        ? (await ben.postStatus({ kind: 'text', text: from }, [ana.number])).id
        : (await client.socket.sendMessage('status@broadcast', { text: from }, { statusJidList: [ana.lid] }))?.key.id
    expect(await ana.received(({ id }) => id === post)).toMatchObject({ text: from, to: 'status@broadcast' })
  }
  world.simulator.faults.add({ kind: 'unreadable', number: ana.number })
  const { id } = await ben.send(ana.number, 'direct')
  expect(await ana.received((one) => one.id === id)).toMatchObject({ text: 'direct' })
  expect(world.violations()).toEqual([])
})

test('a phone gives up a message that it never can read', async () => {
  const world = await World.start()
  const { ana, ben } = await linked(world)
  world.simulator.faults.add({ kind: 'unreadable', number: ana.number, times: 100 })
  const { id } = await ben.send(ana.number, 'never')
  // Each time that one of them has nothing left to do, the other has got what came of it.
  for (let round = 0; round < 10; round++) for (const one of [ana, ben]) await one.comeBack()
  world.simulator.faults.clear()
  await ben.send(ana.number, 'now')
  await ana.received(({ text }) => text === 'now')
  expect(ana.messages().some((one) => one.id === id)).toBe(false)
})

test('what a phone reads privately is read on its companions and not told to who wrote it', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const receipts: (string | undefined)[] = []
  client.socket.ws.on('CB:receipt', ({ attrs }: BinaryNode) => receipts.push(attrs.type))
  const { id } = await ana.sendContent(phone.number, { kind: 'audio', voice: true })
  await received(client, id)
  await phone.read([id], { privately: true })
  await phone.play([id], { privately: true })
  await expect.poll(() => receipts).toEqual(['read-self', 'played-self'])
  const { id: last } = await ana.send(phone.number, 'last')
  await phone.received((one) => one.id === last)
  await phone.read([last])
  await ana.received((one) => one.id === last && one.status === 'read')
  expect(
    ana
      .messages()
      .find((one) => one.id === id)
      ?.receipts.map(({ kind }) => kind),
  ).not.toContain('read')
})
