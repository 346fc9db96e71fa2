import { expect, test } from 'vitest'
import { startSimulator } from '#simulator/index.js'
import { openSqliteStore } from '#simulator/store/sqlite-store.js'
import { dataDir, World } from './world.js'

test('what comes while a companion is away waits for it', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await client.close()
  const texts = ['one', 'two', 'three']
  for (const text of texts) await ana.send(phone.number, text)
  await client.reconnect()
  await client.until((one) => one.texts().length === texts.length, 'all three')
  expect(client.texts()).toEqual(texts)
  await expect.poll(() => world.messages('acked')).toHaveLength(texts.length)
})

test('what was not acknowledged is delivered again, and nothing else', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const before = await ana.send(phone.number, 'before')
  await client.receivedText('before')
  await expect.poll(() => world.messages('acked')).toEqual([before.id])

  // The socket is torn down the moment the stanza arrives: nothing of it is acknowledged or even decrypted.
  client.socket.ws.prependListener('CB:message', () => {
    client.crash()
  })
  const { id } = await ana.send(phone.number, 'in the crash')
  await client.until(({ closes }) => closes.length === 2, 'crashed')
  expect(world.messages('acked')).toEqual([before.id])

  client.received.length = 0
  await client.reconnect()
  await client.receivedText('in the crash')
  expect(world.messages('pushed')).toEqual([before.id, id, id])
  await expect.poll(() => world.messages('acked')).toEqual([before.id, id])
  expect(client.texts()).toEqual(['in the crash'])

  await client.close()
  await client.reconnect()
  expect(world.messages('pushed')).toHaveLength(3)
  expect(world.violations()).toEqual([])
})

test('a phone that was away gets what was sent to it', async () => {
  const world = await World.start()
  const [ana, ben] = [await world.phone(), await world.phone()]
  ben.leave()
  await ana.send(ben.number, 'later')
  expect(ben.messages()).toEqual([])
  await ben.comeBack()
  expect(ben.messages()).toMatchObject([{ text: 'later', status: 'received' }])
  ben.leave()
  await expect(ben.send(ana.number, 'no')).rejects.toMatchObject({ code: 'phone-offline' })
})

test('a restarted network knows its phones, devices and sessions', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client } = await world.linked()
  const ana = await world.phone('Ana')
  await ana.send(phone.number, 'before')
  const arrived = await client.receivedText('before')
  await client.socket.sendMessage(arrived.key.remoteJid ?? '', { text: 'answer' })
  await ana.received(({ text }) => text === 'answer')
  const before = [ana, phone].map((one) => one.messages())
  const key = Buffer.from(world.simulator.rootKey)
  await client.close()
  await ana.send(phone.number, 'while away')

  await world.restart()
  expect(Buffer.from(world.simulator.rootKey)).toEqual(key)
  const [anaNow, phoneNow] = [ana, phone].map(({ number }) => world.simulator.phone(number))
  if (!anaNow || !phoneNow) throw new Error('forgotten')
  expect(anaNow).toMatchObject({ name: 'Ana', lid: ana.lid })
  const plain = (messages: unknown): unknown => JSON.parse(JSON.stringify(messages))
  expect(plain(anaNow.messages().slice(0, 2))).toEqual(plain(before[0]))
  expect(phoneNow.devices()).toMatchObject([{ jid: `${phone.number}:1@s.whatsapp.net`, connected: false }])

  await client.reconnect()
  await client.receivedText('while away')
  await anaNow.send(phone.number, 'after')
  await client.receivedText('after')
  await client.socket.sendMessage(ana.lid, { text: 'to the end' })
  await anaNow.received(({ text }) => text === 'to the end')
  expect(world.violations()).toEqual([])
})

test('a network that knew texts only is opened with them', async () => {
  const folder = await dataDir()
  const network = await startSimulator({ dataDir: folder })
  const { number } = await network.registerPhone()
  await network.close()
  const old = {
    id: 'AC00',
    from: '15550001111',
    to: number,
    text: 'long ago',
    status: 'read',
    timestamp: 1_767_225_600_000,
  }
  const store = openSqliteStore(folder)
  store.write([{ kind: 'phone-message', key: `${number}/000000000`, value: JSON.stringify(old) }])
  store.close()
  const world = await World.start({ dataDir: folder })
  expect(world.simulator.phone(number)?.messages()).toEqual([
    { ...old, timestamp: new Date(old.timestamp), kind: 'text', content: { conversation: 'long ago' }, receipts: [] },
  ])
})

test('a removed phone is forgotten, also by the next process', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client } = await world.linked()
  await phone.remove()
  await client.until(({ closes }) => closes.includes(401), 'logged out')
  expect(world.simulator.phones()).toEqual([])
  await world.restart()
  expect(world.simulator.phones()).toEqual([])
  const again = await world.simulator.registerPhone({ number: phone.number })
  expect(again.devices()).toEqual([])
})

test('a port that is in use is refused with a clear error', async () => {
  const world = await World.start()
  const port = Number(new URL(world.simulator.url).port)
  await expect(World.start({ port })).rejects.toThrow(`127.0.0.1:${port}: the port is in use`)
})
