import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { scanStep } from '../native/fake-gateway.js'
import { account, type Owned, refusedWith, ScanClient, startWorld, type World } from './world.js'

/** Until the server has that many watchers, so that the next step is seen by all of them. */
const watched = async ({ gateway }: World, count = 1) => expect.poll(() => gateway.watching()).toBe(count)

const frames = async (client: ScanClient, count: number) => {
  await expect.poll(() => client.frames.length).toBe(count)
  return client.frames
}

test('each QR as it comes, then the account, then the end', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  await world.call('POST', owned.path('setSettings'), { webhookUrl: 'https://shop.example/', proxyInstance: 'a:1:b:c' })
  const client = await world.scan(owned)
  const [first] = await frames(client, 1)
  expect(first).toEqual((await world.call('GET', owned.path('qr'))).body)

  await watched(world)
  world.gateway.step(owned.id, scanStep('2@rotated'))
  const [, second] = await frames(client, 2)
  expect(second?.type).toBe('qrCode')
  expect(second?.message).not.toBe(first?.message)

  world.gateway.step(owned.id, { kind: 'starting' })
  await world.become(owned, { state: 'linked', account })
  world.gateway.step(owned.id, { kind: 'linked', phone: account.phone })
  expect(await client.closed).toBe(1000)
  expect(client.frames.slice(2)).toEqual([
    {
      type: 'accountData',
      wid: '79001234567@c.us',
      pushname: 'Ana',
      proxy: 'a:1:b:c',
      webhookUrl: 'https://shop.example/',
    },
  ])
  await watched(world, 0)
  await expect.poll(() => world.clock.pending).toBe(0)
})

test('a linked instance is already logged', async () => {
  const world = await startWorld()
  const client = await world.scan(await world.instance({ state: 'linked', account }))
  expect(await client.closed).toBe(1000)
  expect(client.frames).toEqual([{ type: 'alreadyLogged', message: 'instance account already authorized' }])
})

test('after 100 seconds without a scan: timeout', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const client = await world.scan(owned)
  await frames(client, 1)
  await watched(world)
  await passTime(world, client, 99)
  expect(client.socket.readyState).toBe(client.socket.OPEN)
  world.clock.advance(1_000)
  expect(await client.closed).toBe(1000)
  expect(client.frames.slice(1)).toEqual([{ type: 'timeout', message: 'timeout' }])
  await watched(world, 0)
})

test('a phone that scanned in time may log in after it', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const client = await world.scan(owned)
  await frames(client, 1)
  await watched(world)
  await passTime(world, client, 99)
  world.gateway.step(owned.id, { kind: 'starting' })
  await passTime(world, client, 99)
  await world.become(owned, { state: 'linked', account })
  world.gateway.step(owned.id, { kind: 'linked', phone: account.phone })
  expect(await client.closed).toBe(1000)
  expect(client.frames.at(-1)?.type).toBe('accountData')
})

test('an attempt that fails: error, and why', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const client = await world.scan(owned)
  await frames(client, 1)
  await watched(world)
  world.gateway.step(owned.id, { kind: 'failed', error: new GatewayError('wrong-account', 'Another account.') })
  expect(await client.closed).toBe(1000)
  expect(client.frames.slice(1)).toEqual([{ type: 'error', message: 'Another account.' }])
})

test('an attempt whose QRs ran out is followed by the next one', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const client = await world.scan(owned)
  const [first] = await frames(client, 1)
  await watched(world)
  world.gateway.step(owned.id, { kind: 'failed', error: new GatewayError('link-expired', 'Nobody scanned.') })
  const [, second] = await frames(client, 2)
  expect(second).toEqual(first)
  expect(client.socket.readyState).toBe(client.socket.OPEN)
})

test('a code that is about to be entered is not disturbed', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  await world.call('POST', owned.path('getAuthorizationCode'), { phoneNumber: account.phone })
  const client = await world.scan(owned)
  expect(await client.closed).toBe(1000)
  expect(client.frames).toMatchObject([{ type: 'error' }])
  world.clock.advance(1000)
  const again = await world.call('POST', owned.path('getAuthorizationCode'), { phoneNumber: account.phone })
  expect(again.body).toEqual({ status: true, code: 'ABCDEFGH' })
})

test.each([
  [new GatewayError('instance-banned', 'WhatsApp has banned the account.'), 'WhatsApp has banned the account.'],
  [new GatewayError('storage-full', 'about workspace 7'), 'Internal Server Error'],
  [new TypeError('a secret'), 'Internal Server Error'],
])('a start that is refused: %s', async (refusal, message) => {
  const world = await startWorld()
  const owned = await world.instance()
  Object.assign(world.gateway.links, { start: () => Promise.reject(refusal) })
  const client = await world.scan(owned)
  expect(await client.closed).toBe(1000)
  expect(client.frames).toEqual([{ type: 'error', message }])
})

test('bad credentials, too many handshakes and other paths are refused as HTTP', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  expect(await refusedWith(`${world.url}/waInstance${owned.idInstance}/scanqrcode/wrong`)).toBe(401)
  expect(await refusedWith(`${world.url}/waInstance99/scanqrcode/${owned.token}`)).toBe(403)
  expect(await refusedWith(`${world.url}/waInstancex/ScanQrCode/${owned.token}`)).toBe(403)
  expect(await refusedWith(world.url + owned.path('qr'))).not.toBe(101)
  expect(await refusedWith(world.url + owned.path('nothing'))).toBe(404)
  expect(await refusedWith(`${world.url}/healthz`)).toBe(200)
  expect(await refusedWith(`${world.url}/v3${owned.path('scanqrcode')}`)).toBe(404)

  await ScanClient.open(world.url + owned.path('ScanQrCode'))
  expect(await refusedWith(world.url + owned.path('scanqrcode'))).toBe(429)
  world.clock.advance(1000)
  await ScanClient.open(world.url + owned.path('SCANQRCODE'))
})

test('a handshake that is none is refused and holds nothing', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const answer = await rawAnswer(
    world,
    `GET ${owned.path('scanqrcode')} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(world.gateway.watching()).toBe(0)
})

test('all sockets of an instance are told the same, and one that leaves disturbs none', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const clients: ScanClient[] = []
  for (let i = 0; i < 20; i++) {
    clients.push(await world.scan(owned))
    world.clock.advance(1000)
    await Promise.all(clients.map((client) => answersPing(client)))
  }
  await watched(world, 20)
  clients[0]?.socket.terminate()
  await watched(world, 19)
  world.gateway.step(owned.id, scanStep('2@for-all'))
  const last = await Promise.all(clients.slice(1).map(async (client) => (await frames(client, 2)).at(-1)))
  expect(new Set(last.map((frame) => frame?.message)).size).toBe(1)
})

test('F28: a client that never reads is cut, one that reads is not', async () => {
  const world = await startWorld()
  const [reading, silent] = [await world.instance(), await world.instance()]
  const client = await world.scan(reading)
  await frames(client, 1)
  await deaf(world, silent)
  await watched(world, 2)
  await passTime(world, client, 30)
  await watched(world, 1)
  expect(client.socket.readyState).toBe(client.socket.OPEN)
})

test('what a client sends is not read, and more than a little ends it', async () => {
  const world = await startWorld()
  const client = await world.scan(await world.instance())
  client.socket.send('ping')
  await frames(client, 1)
  expect(client.socket.readyState).toBe(client.socket.OPEN)
  client.socket.on('error', () => undefined)
  client.socket.send('x'.repeat(2000))
  expect(await client.closed).toBe(1009)
  await watched(world, 0)
})

test('frames that break the protocol end their own socket only', async () => {
  const world = await startWorld()
  const [one, other] = [await world.instance(), await world.instance()]
  const client = await world.scan(one)
  await frames(client, 1)
  const socket = await deaf(world, other)
  await watched(world, 2)
  socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))
  await passTime(world, client, 30)
  await watched(world, 1)
  expect(client.socket.readyState).toBe(client.socket.OPEN)
})

test('the compression that would cost memory per socket is not agreed to', async () => {
  const world = await startWorld()
  const client = await world.scan(await world.instance())
  expect(client.socket.extensions).toBe('')
})

test('closing the server ends its sockets, deaf ones included', async () => {
  const world = await startWorld()
  const [one, other] = [await world.instance(), await world.instance()]
  const client = await world.scan(one)
  await deaf(world, other)
  await watched(world, 2)
  await world.close()
  expect(await client.closed).toBe(1001)
})

/** Seconds that pass for a client that answers in time. */
async function passTime({ clock }: World, client: ScanClient, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await answersPing(client)
    clock.advance(1000)
  }
  await answersPing(client)
}

/** Until the server has heard everything that this client has sent so far. */
async function answersPing({ socket }: ScanClient): Promise<void> {
  if (socket.readyState !== socket.OPEN) return
  const pong = once(socket, 'pong')
  socket.ping()
  await pong
}

/** A client that shakes hands and then never reads again. */
async function deaf(world: World, owned: Owned): Promise<Socket> {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.on('error', () => undefined)
  socket.write(
    `GET ${owned.path('scanqrcode')} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.pause()
  expect(chunk.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /)
  return socket
}

async function rawAnswer(world: World, request: string): Promise<string> {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () => socket.write(request))
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}
