import { NACK_REASONS, type BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import type { PoisonForm } from '#simulator/index.js'
import { World } from './world.js'

test('the oracle tells how each stanza was encrypted and acknowledged', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const device = `${phone.number}:1`
  const { id } = await ana.send(phone.number, 'first')
  const arrived = await client.receivedText('first')
  const answer = await client.socket.sendMessage(arrived.key.remoteJid ?? '', { text: 'answer' })
  await ana.received(({ text }) => text === 'answer')
  const second = await ana.send(phone.number, 'second')
  await client.receivedText('second')
  const found = () =>
    world.simulator
      .deliveries(device)
      .filter(({ tag }) => tag !== 'peer')
      .flatMap(({ acked, tag, id: one, encryption }) => (acked ? [{ tag, id: one, encryption, acked }] : []))
  await expect.poll(found).toMatchObject([
    { tag: 'message', id, encryption: ['pkmsg'], acked: { by: 'receipt', type: 'inactive' } },
    { tag: 'receipt', id: answer?.key.id, encryption: [], acked: { by: 'ack' } },
    { tag: 'message', id: second.id, encryption: ['msg'], acked: { by: 'receipt', type: 'inactive' } },
  ])
  for (const { pushedAt, acked } of world.simulator.deliveries(device)) {
    expect(acked?.at).toBeGreaterThan(pushedAt[0] ?? Number.POSITIVE_INFINITY)
  }
  expect(world.simulator.deliveries(`${ana.number}:1`)).toEqual([])
  const length = world.simulator.history().length
  expect(world.simulator.history(length - 1)).toEqual(world.simulator.history().slice(-1))
})

const forms: readonly (readonly [PoisonForm, stub: string | undefined, nack: number | undefined])[] = [
  ['garbled', 'Bad MAC', NACK_REASONS.UnhandledError],
  ['not-protobuf', 'index out of range', NACK_REASONS.UnhandledError],
  ['unknown-encryption', 'Unknown e2e type: xmsg', NACK_REASONS.UnhandledError],
  ['unavailable', 'Message absent from node', undefined],
  ['unknown-content', undefined, undefined],
]

test.each(forms)('a message can be poisoned: %s', async (form, stub, nack) => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Poison', [phone.number, ben.number])
  await ana.send(phone.number, 'warm')
  await client.receivedText('warm')
  // Answered, so that the session is confirmed and its messages are plain ones.
  await client.socket.sendMessage(ana.lid, { text: 'confirmed' })
  await ana.received(({ text }) => text === 'confirmed')
  await ana.send(group.id, 'warm group')
  await client.receivedText('warm group')

  for (const to of [phone.number, group.id]) {
    client.received.length = 0
    world.simulator.faults.add({ kind: 'poison', form, number: phone.number, times: 100 })
    const { id } = await ana.send(to, `poison to ${to}`)
    const delivery = () => world.simulator.deliveries(`${phone.number}:1`).find((one) => one.id === id)
    await expect
      .poll(() => delivery()?.acked)
      .toMatchObject(
        nack === undefined ? (stub === undefined ? { by: 'receipt' } : { by: 'ack' }) : { by: 'nack', error: nack },
      )
    if (stub !== undefined && form !== 'garbled') {
      await client.until((one) => one.received.some(({ key }) => key.id === id), 'a stub')
      const found = client.received.find(({ key }) => key.id === id)
      expect(String(found?.messageStubParameters)).toContain(stub)
    }
    await phone.received((message) => message.id === id)
    world.simulator.faults.clear()
    await ana.send(to, `after ${to}`)
    await client.receivedText(`after ${to}`)
  }
  await ben.received(({ text }) => text === `after ${group.id}`)
  expect(ben.messages().map(({ text }) => text)).toEqual(['warm group', `poison to ${group.id}`, `after ${group.id}`])
})

test('what can be looked at once can be kept from a companion', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  world.simulator.faults.add({ kind: 'poison', form: 'view-once', number: phone.number })
  const { id } = await ana.sendContent(phone.number, { kind: 'image', viewOnce: true })
  await client.until((one) => one.received.some(({ key }) => key.id === id), 'a trace of it')
  const found = client.received.find(({ key }) => key.id === id)
  expect([found?.key.isViewOnce, found?.message]).toEqual([true, undefined])
  expect(await phone.received((message) => message.id === id)).toMatchObject({ kind: 'image', viewOnce: true })
})

test('a poisoned message that is asked for again comes in order', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  world.simulator.faults.add({ kind: 'poison', form: 'not-protobuf', number: phone.number })
  const { id } = await ana.send(phone.number, 'second time')
  await client.receivedText('second time')
  const acks = () =>
    world.simulator.deliveries(`${phone.number}:1`).flatMap((one) => (one.id === id ? [one.acked] : []))
  await expect.poll(acks).toMatchObject([{ by: 'nack', error: 500 }, { by: 'receipt' }])
})

test('several messages come in reverse order', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await ana.send(phone.number, 'warm')
  await client.receivedText('warm')
  world.simulator.faults.add({ kind: 'reorder', count: 4, number: phone.number })
  for (const text of ['1', '2', '3', '4', '5']) await ana.send(phone.number, text)
  await client.receivedText('5')
  expect(client.texts()).toEqual(['warm', '4', '3', '2', '1', '5'])
  expect(world.violations()).toEqual([])
})

test('a lost acknowledgement brings the same bytes again', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  world.simulator.faults.add({ kind: 'lose-ack', number: phone.number })
  const bytes: string[] = []
  const listen = () => {
    client.socket.ws.prependListener('CB:message', ({ content }: BinaryNode) => {
      bytes.push(JSON.stringify(content))
    })
  }
  listen()
  const { id } = await ana.send(phone.number, 'once more')
  await client.receivedText('once more')
  await expect
    .poll(() => world.simulator.history().some((one) => one.event === 'received' && one.tag === 'receipt'))
    .toBe(true)
  expect(world.messages('acked')).toEqual([])
  await client.close()
  client.connect()
  listen()
  await expect.poll(() => world.messages('acked')).toEqual([id])
  expect(bytes).toHaveLength(2)
  expect(bytes[0]).toBe(bytes[1])
  const deliveries = world.simulator.deliveries(`${phone.number}:1`).filter(({ tag }) => tag === 'message')
  expect(deliveries).toMatchObject([{ id, pushedAt: { length: 2 } }])
})

test('a sent message can be taken without a word', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  ana.leave()
  world.simulator.faults.add({ kind: 'withhold-ack', number: phone.number })
  const accepted: (string | undefined)[] = []
  client.socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => accepted.push(attrs.id))
  await client.socket.sendMessage(ana.lid, { text: 'unsure' })
  const sure = await client.socket.sendMessage(ana.lid, { text: 'sure' })
  await expect.poll(() => accepted).toEqual([sure?.key.id])
  await ana.comeBack()
  expect(ana.messages().map(({ text }) => text)).toEqual(['unsure', 'sure'])
})

test('a counter that is used again under a known id is noticed, though nothing is delivered', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const messageId = '3EB0CCCCCCCCCCCCCCCCCC'
  await client.socket.sendMessage(ana.lid, { text: 'warm' })
  await ana.received(({ text }) => text === 'warm')
  const address = client.socket.signalRepository.jidToSignalProtocolAddress(ana.lid)
  const { [address]: session } = await client.keys.get('session', [address])
  const copy = structuredClone(session)
  await client.socket.sendMessage(ana.lid, { text: 'again' }, { messageId })
  await ana.received(({ text }) => text === 'again')
  expect(world.violations()).toEqual([])
  // As after a crash between the frame and the storing of the ratchet.
  await client.keys.set({ session: { [address]: copy } })
  await client.socket.sendMessage(ana.lid, { text: 'again' }, { messageId })
  await expect.poll(() => world.violations()).toMatchObject([{ rule: 'reused-counter', device: `${phone.number}:1` }])
  expect(ana.messages().filter(({ text }) => text === 'again')).toHaveLength(1)
})
