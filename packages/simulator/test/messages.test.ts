import { expect, test } from 'vitest'
import { World } from './world.js'

/** The library's numbers for how far a message came. */
const [SERVER_ACK, DELIVERY_ACK, READ] = [2, 3, 4]

test('a phone writes to a companion, and the companion answers', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone('Ana')

  const sent = await ana.send(phone.number, 'how much is it?')
  const arrived = await client.receivedText('how much is it?')
  expect(arrived.key).toMatchObject({ id: sent.id, fromMe: false, remoteJid: ana.lid, remoteJidAlt: ana.jid })
  expect(arrived.pushName).toBe('Ana')
  expect(await phone.received(({ text }) => text === 'how much is it?')).toMatchObject({
    from: ana.number,
    id: sent.id,
  })

  const answer = await client.socket.sendMessage(arrived.key.remoteJid ?? '', { text: 'twelve' })
  expect(await ana.received(({ text }) => text === 'twelve')).toMatchObject({
    id: answer?.key.id,
    from: phone.number,
    to: ana.number,
    status: 'received',
  })
  // The phone of the companion's own account sees what the companion wrote.
  expect(await phone.received(({ text }) => text === 'twelve')).toMatchObject({ from: phone.number, to: ana.number })
  expect(world.violations()).toEqual([])
})

test('many messages keep their order and content, in both directions at once', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const there = Array.from({ length: 20 }, (_, index) => `to companion ${index}`)
  const back = Array.from({ length: 20 }, (_, index) => `to phone ${index}`)
  await Promise.all([
    (async () => {
      for (const text of there) await ana.send(phone.number, text)
    })(),
    (async () => {
      for (const text of back) await client.socket.sendMessage(ana.jid, { text })
    })(),
  ])
  await client.receivedText(there.at(-1) ?? '')
  await ana.received(({ text }) => text === back.at(-1))
  // Among them come the client's own, which the library tells it of as well.
  expect(client.texts().filter((text) => !back.includes(text))).toEqual(there)
  expect(
    ana
      .messages()
      .filter(({ from }) => from === phone.number)
      .map(({ text }) => text),
  ).toEqual(back)
  expect(world.violations()).toEqual([])
})

test('companions of two numbers write to each other', async () => {
  const world = await World.start()
  const [one, two] = [await world.linked(), await world.linked()]
  await one.client.socket.sendMessage(two.phone.jid, { text: 'ping' })
  const ping = await two.client.receivedText('ping')
  expect(ping.key).toMatchObject({ fromMe: false, remoteJid: one.phone.lid })
  await two.client.socket.sendMessage(ping.key.remoteJid ?? '', { text: 'pong' })
  await one.client.receivedText('pong')
  expect((await one.phone.received(({ text }) => text === 'pong')).from).toBe(two.phone.number)
  expect((await two.phone.received(({ text }) => text === 'ping')).from).toBe(one.phone.number)
  expect(world.violations()).toEqual([])
})

test('a second companion of the account sees what the phone and the first one write', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const second = world.client()
  await second.link(phone)
  const ana = await world.phone()
  await phone.send(ana.number, 'from the phone')
  const copy = await second.receivedText('from the phone')
  expect(copy.key).toMatchObject({ fromMe: true, remoteJid: ana.lid })
  await client.receivedText('from the phone')
  await client.socket.sendMessage(ana.jid, { text: 'from the first' })
  expect((await second.receivedText('from the first')).key.fromMe).toBe(true)
  expect(phone.devices().map(({ jid }) => jid)).toEqual([1, 2].map((id) => `${phone.number}:${id}@s.whatsapp.net`))
})

test('phones write to each other, and receipts follow', async () => {
  const world = await World.start()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const { id } = await ana.send(ben.jid, 'hello')
  await ana.received((message) => message.id === id && message.status === 'delivered')
  await ben.read()
  await ana.received((message) => message.id === id && message.status === 'read')
  expect(ben.messages()).toMatchObject([{ id, text: 'hello', status: 'read' }])
})

test('a companion learns that its message was accepted, delivered and read', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  ana.leave()
  const sent = await client.socket.sendMessage(ana.jid, { text: 'are you there?' })
  const id = sent?.key.id ?? ''
  await expect.poll(() => world.messages('received')).toContain(id)
  expect(client.statuses.filter((update) => update.id === id && update.status > SERVER_ACK)).toEqual([])
  await ana.comeBack()
  await client.until(
    (one) => one.statuses.some((update) => update.id === id && update.status === DELIVERY_ACK),
    'delivered',
  )
  await ana.read([id])
  await client.until((one) => one.statuses.some((update) => update.id === id && update.status === READ), 'read')
})

test('a phone learns that a companion got and read its message', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  phone.leave()
  const ana = await world.phone()
  const { id } = await ana.send(phone.number, 'news')
  const arrived = await client.receivedText('news')
  await ana.received((message) => message.id === id && message.status === 'delivered')
  await client.socket.readMessages([arrived.key])
  await ana.received((message) => message.id === id && message.status === 'read')
  expect(phone.messages()).toEqual([])
})

test('a companion that lost its session asks again and gets the message', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await ana.send(phone.number, 'first')
  await client.receivedText('first')
  await client.socket.signalRepository.deleteSession([ana.lid])
  const { id } = await ana.send(phone.number, 'second')
  await client.receivedText('second')
  expect(world.messages('pushed').filter((pushed) => pushed === id)).toHaveLength(2)
})

test('a phone can address its messages by number', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.simulator.registerPhone({ addressing: 'number' })
  await ana.send(phone.number, 'old style')
  const arrived = await client.receivedText('old style')
  expect(arrived.key).toMatchObject({ remoteJid: ana.jid, remoteJidAlt: ana.lid, addressingMode: 'pn' })
  await client.socket.sendMessage(ana.jid, { text: 'understood' })
  await ana.received(({ text }) => text === 'understood')
  expect(world.violations()).toEqual([])
})

test('a repeated id is delivered once', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const messageId = '3EB0AAAAAAAAAAAAAAAAAA'
  await client.socket.sendMessage(ana.jid, { text: 'once' }, { messageId })
  await client.socket.sendMessage(ana.jid, { text: 'once' }, { messageId })
  await client.socket.sendMessage(ana.jid, { text: 'end' })
  await ana.received(({ text }) => text === 'end')
  expect(ana.messages().map(({ text }) => text)).toEqual(['once', 'end'])
  expect(world.messages('received').filter((id) => id === messageId)).toHaveLength(2)
  await phone.received(({ text }) => text === 'end')
})

test('nobody is at an unknown address', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  await expect(ana.send('19995550000', 'hello?')).rejects.toMatchObject({ code: 'recipient-not-found' })
  expect(await client.socket.onWhatsApp(ana.number, '19995550000')).toEqual([{ jid: ana.jid, exists: true }])
})
