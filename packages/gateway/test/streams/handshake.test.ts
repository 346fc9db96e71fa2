import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { handshake, startStreamWorld, StreamClient, type StreamWorld } from './world.js'

/** How a handshake is refused. */
async function refused(world: StreamWorld, path: string, options: ClientOptions = {}, protocols: string[] = []) {
  const socket = new WebSocket(world.url.replace(/^http/, 'ws') + path, protocols, options)
  onTestFinished(() => {
    socket.terminate()
  })
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const { statusCode: status, headers } = response
  return { status, headers, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> }
}

const path = '/api/v1/stream'
const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

test('a handshake without a good key is refused over HTTP, as a problem', async () => {
  const world = await startStreamWorld()
  for (const options of [{}, bearer('wrong'), { headers: { authorization: `Basic ${world.key}` } }]) {
    const { status, headers, body } = await refused(world, path, options)
    expect([status, body.code, headers['content-type']]).toEqual([401, 'unauthorized', 'application/problem+json'])
    expect(headers['www-authenticate']).toBe('Bearer realm="gangway"')
  }
  // A key in an address ends up in logs and histories: there it opens nothing.
  expect((await refused(world, `${path}?key=${world.key}&access_token=${world.key}`)).status).toBe(401)
  expect((await refused(world, path, {}, ['gangway', 'bearer.wrong'])).status).toBe(401)
  expect((await refused(world, path, {}, ['gangway', 'bearer.%E0%A4%A'])).status).toBe(401)
  expect(world.log.join('')).not.toContain(world.key)
})

test('a key without the right scope is refused', async () => {
  const world = await startStreamWorld()
  const key = await world.newKey({ scopes: ['instances:read', 'messages:write'] })
  expect(await refused(world, path, bearer(key))).toMatchObject({ status: 403, body: { code: 'forbidden' } })
})

test('browsers show the key as a subprotocol, and it does not come back', async () => {
  const world = await startStreamWorld()
  const shop = await world.instance()
  const odd = 'a key / with = odd (characters)'
  await world.core.access.admit(await world.store.access.ensureWorkspace('default'), odd, 'odd')
  const escaped = encodeURIComponent(odd).replace(/[()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
  for (const key of [world.key, escaped]) {
    const client = await StreamClient.open(world.url + path, {}, ['gangway', `bearer.${key}`])
    expect(client.socket.protocol).toBe('gangway')
    expect(await client.follow({ follow: [{ instance: shop.id }] })).toBe(1)
  }
  expect(world.log.join('')).not.toContain(world.key)
})

test('over plain HTTP the path says what it is', async () => {
  const world = await startStreamWorld()
  const { status, body } = await world.get(path)
  expect([status, body.code]).toEqual([426, 'bad-request'])
  expect((await world.get(path, 'wrong')).status).toBe(401)
})

test('a handshake that is none, and other paths under the API', async () => {
  const world = await startStreamWorld()
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () =>
    socket.write(handshake(world.key).replace('Sec-WebSocket-Version: 13\r\n', '')),
  )
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  expect(text).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect((await refused(world, `${path}/more`, bearer(world.key))).status).toBe(404)
  expect((await refused(world, '/api/v1/instances', bearer('wrong'))).status).toBe(401)
})

test('compression that would cost memory per socket is not agreed to', async () => {
  const world = await startStreamWorld()
  expect((await world.connect()).socket.extensions).toBe('')
})

test('one key may hold a thousand connections, and as many again once they are gone', async () => {
  const world = await startStreamWorld()
  const clients: StreamClient[] = []
  for (let i = 0; i < 1000; i += 50) {
    clients.push(...(await Promise.all(Array.from({ length: 50 }, () => world.connect()))))
  }
  const { status, headers, body } = await refused(world, path, bearer(world.key))
  expect([status, body.code, headers['retry-after']]).toEqual([429, 'rate-limited', '60'])
  const other = await world.newKey()
  await world.connect(other)
  clients[0]?.socket.terminate()
  await expect
    .poll(async () => {
      const client = new WebSocket(world.url.replace(/^http/, 'ws') + path, bearer(world.key))
      client.on('error', () => undefined)
      const [event] = await Promise.race([
        once(client, 'open').then(() => ['open']),
        once(client, 'unexpected-response').then(() => ['refused']),
      ])
      return event
    })
    .toBe('open')
})

test('a key that is revoked closes what it had opened', async () => {
  const world = await startStreamWorld()
  const key = await world.newKey()
  const [kept, revoked] = [await world.connect(), await world.connect(key)]
  const caller = await world.core.access.authenticate(world.key)
  const keys = await world.core.gateway.access.listKeys(caller)
  const id = keys.find(({ name }) => name === 'reader')?.id
  if (id === undefined) throw new Error('the key is not listed')
  await world.core.gateway.access.revokeKey(caller, id)
  world.clock.advance(15_000)
  expect(await revoked.closed).toEqual({ code: 4401, reason: 'the key is not valid any more' })
  expect(revoked.told('error')).toMatchObject([{ code: 'unauthorized' }])
  await kept.roundTrip()
  expect(kept.socket.readyState).toBe(kept.socket.OPEN)
})

test('closing the server ends its streams', async () => {
  const world = await startStreamWorld()
  const client = await world.connect()
  await client.follow({ follow: 'all' })
  await world.close()
  expect((await client.closed).code).toBe(1001)
})
