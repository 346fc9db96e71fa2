import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { handshake, maskedText, startStreamWorld, type StreamWorld } from './world.js'

const bad = { code: 4400, reason: 'bad message: see the error before this' }
const id = '00000000-0000-4000-8000-000000000000'

const messages: readonly (readonly [text: string, field: string | undefined])[] = [
  ['', undefined],
  ['hello', undefined],
  ['[]', undefined],
  ['null', undefined],
  ['"follow"', undefined],
  ['{"follow":"all"', undefined],
  ['{}', 'follow'],
  ['{"follow":"everything"}', 'follow'],
  ['{"follow":{"instance":"x"}}', 'follow'],
  ['{"follow":[{}]}', 'follow.0.instance'],
  ['{"follow":[{"instance":"shop"}]}', 'follow.0.instance'],
  [`{"follow":[{"instance":"${id}","after":-1}]}`, 'follow.0.after'],
  [`{"follow":[{"instance":"${id}","after":1.5}]}`, 'follow.0.after'],
  [`{"follow":[{"instance":"${id}","after":1e400}]}`, 'follow.0.after'],
  [`{"follow":[{"instance":"${id}","from":1}]}`, 'follow.0.from'],
  [`{"follow":[{"instance":"${id}","after":1}],"kinds":["message.guessed"]}`, 'kinds.0'],
  ['{"follow":"all","after":"yesterday"}', 'after'],
  ['{"follow":"all","__proto__":{"after":"now"}}', '__proto__'],
  ['{"follow":"all","stop":"all"}', 'follow'],
  ['{"stop":"everything"}', 'stop'],
  ['{"stop":["a\\u0000b"]}', 'stop.0'],
  ['['.repeat(30_000), undefined],
  [`{"follow":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'follow.0'],
  [JSON.stringify({ follow: Array.from({ length: 501 }, () => ({ instance: id })) }), 'follow'],
]

test('F30: what is no message is refused with its fault, and the socket closes', async () => {
  const world = await startStreamWorld()
  for (const [text, field] of messages) {
    const client = await world.connect()
    client.say(text)
    expect(await client.closed, text.slice(0, 100)).toEqual(bad)
    expect(client.told('error')).toMatchObject([{ code: 'bad-request', status: 400 }])
    expect(client.told('error')[0]?.field, text.slice(0, 100)).toBe(field)
  }
  expect(world.log.join('')).not.toContain('"level":50')
})

test('F30: frames that are no messages close with the code that says why', async () => {
  const world = await startStreamWorld()
  const tooLarge = await world.connect()
  tooLarge.say(' '.repeat(64 * 1024 + 1))
  expect((await tooLarge.closed).code).toBe(1009)
  const binary = await world.connect()
  binary.socket.send(Buffer.from('{"follow":"all"}'))
  expect(await binary.closed).toEqual({ code: 1003, reason: 'messages are JSON text' })
})

/** The code with which the server closes after these bytes. */
async function closedWith(world: StreamWorld, bytes: Buffer): Promise<number | undefined> {
  const socket = await open(world)
  let answer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => (answer = Buffer.concat([answer, chunk])))
  socket.write(bytes)
  await once(socket, 'end')
  const at = answer.indexOf(0x88)
  return at === -1 ? undefined : answer.readUInt16BE(at + 2)
}

async function open(world: StreamWorld): Promise<Socket> {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.on('error', () => undefined)
  socket.write(handshake(world.key))
  await once(socket, 'data')
  return socket
}

test('F30: bytes that break the protocol end their own socket only', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const client = await world.connect()
  await client.follow({ follow: 'all' })
  const unmasked = Buffer.from([0x81, 2, 0x7b, 0x7d])
  expect(await closedWith(world, unmasked)).toBe(1002)
  expect(await closedWith(world, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toBe(1002)
  expect(await closedWith(world, maskedText(Buffer.from([0xc3, 0x28])))).toBe(1007)
  await shop.happen('still here')
  await client.upTo(shop.id, await shop.last())
})

test('a client that pings without end and takes no answers is not answered without end', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const [flooding, client] = [await open(world), await world.connect()]
  await client.follow({ follow: 'all' })
  flooding.pause()
  const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)])
  const flood = Buffer.concat(Array.from({ length: 8_000 }, () => ping))
  for (let i = 0; i < 20; i++) {
    if (!flooding.write(flood)) await once(flooding, 'drain')
  }
  await shop.happen('others are served')
  await client.upTo(shop.id, await shop.last())
})

test('messages that come together are obeyed in their order, and none after a bad one', async () => {
  const world = await startStreamWorld()
  const [one, other] = [await world.instance(), await world.instance()]
  const client = await world.connect()
  client.say({ follow: [{ instance: one.id }] })
  client.say({ stop: [one.id] })
  client.say({ follow: [{ instance: other.id }] })
  client.say({ follow: 'nothing' })
  client.say({ follow: 'all' })
  expect(await client.closed).toEqual(bad)
  expect(client.told('following')).toEqual([1, 0, 1])
})
