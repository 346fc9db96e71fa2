import type { BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import { World } from './world.js'

function receiptsOf(client: Awaited<ReturnType<World['linked']>>['client']) {
  const receipts: unknown[] = []
  client.socket.ws.on('CB:receipt', ({ attrs, content }: BinaryNode) => {
    const lists = Array.isArray(content) ? content : []
    const more = lists.flatMap((list) => (Array.isArray(list.content) ? list.content.map((item) => item.attrs.id) : []))
    receipts.push({ from: attrs.from, type: attrs.type, recipient: attrs.recipient, ids: [attrs.id, ...more] })
  })
  return receipts
}

test('a phone reports messages of one sender together, delivered, read and played', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  const receipts = receiptsOf(client)
  const sent = []
  for (const text of ['1', '2', '3']) sent.push(await client.socket.sendMessage(ana.lid, { text }))
  const ids = sent.map((message) => message?.key.id ?? '')
  await ana.received(({ text }) => text === '3')
  await ana.read()
  await ana.play(ids.slice(0, 2))
  await expect.poll(() => receipts).toHaveLength(5)
  const from = ana.lid
  expect(receipts).toEqual([
    ...ids.map((id) => ({ from, ids: [id] })),
    { from, type: 'read', ids },
    { from, type: 'played', ids: ids.slice(0, 2) },
  ])
  // Each is reported once.
  await ana.read(ids)
  await ana.play(ids)
  await expect.poll(() => receipts.slice(5)).toEqual([{ from, type: 'played', ids: ids.slice(2) }])
  const played = 5
  await client.until(({ statuses }) =>
    ids.every((id) => statuses.some((one) => one.id === id && one.status === played)),
  )
})

test('what a phone reads is read on its companions, and the other way round', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const receipts = receiptsOf(client)
  const one = await ana.send(phone.number, 'one')
  await client.receivedText('one')
  await phone.read()
  await expect.poll(() => receipts).toEqual([{ from: phone.lid, type: 'read', recipient: ana.lid, ids: [one.id] }])

  const two = await ana.send(phone.number, 'two')
  const arrived = await client.receivedText('two')
  await phone.received(({ id }) => id === two.id)
  await client.socket.readMessages([arrived.key])
  await phone.received(({ id, status }) => id === two.id && status === 'read')
  expect(await ana.received(({ id, status }) => id === two.id && status === 'read')).toMatchObject({
    receipts: [
      { by: phone.number, kind: 'delivered' },
      { by: phone.number, kind: 'read' },
    ],
  })
})

test('a companion acknowledges several messages with one receipt', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  // Nothing is acknowledged by the library itself.
  client.socket.ws.removeAllListeners('CB:message')
  const sent = []
  for (const text of ['1', '2', '3']) sent.push(await ana.send(phone.number, text))
  const ids = sent.map(({ id }) => id)
  await expect.poll(() => world.messages('pushed')).toEqual(ids)
  await client.socket.sendReceipt(ana.lid, undefined, ids, undefined)
  await expect.poll(() => world.messages('acked')).toEqual(ids)
  for (const id of ids) await ana.received((message) => message.id === id && message.status === 'delivered')
})
