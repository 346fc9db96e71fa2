import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createClient } from '#sdk/index.js'
import { bearerProtocol } from '#sdk/web-socket.js'

/** A gateway that says what the test has it say. */
async function gateway(onMessage: (connection: Connection, message: unknown) => void = () => undefined) {
  const http = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ status: 426, code: 'bad-request', detail: '' }))
  })
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'gangway' })
  const connections: Connection[] = []
  sockets.on('connection', (socket, { url, headers }) => {
    const handshake = `${url ?? ''} ${String(headers['sec-websocket-protocol'])}`
    const connection = new Connection(socket, handshake, (message) => {
      onMessage(connection, message)
    })
    connections.push(connection)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    http.close()
  })
  const baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return {
    connections,
    client: createClient({ baseUrl, key: 'a key (of ours)', WebSocket }),
    /** The n-th connection, once it has said so much. */
    connection: async (number: number, messages = 1): Promise<Connection> => {
      await expect.poll(() => connections[number - 1]?.heard.length ?? 0).toBeGreaterThanOrEqual(messages)
      const found = connections[number - 1]
      if (!found) throw new Error('it was there a moment ago')
      return found
    },
  }
}

class Connection {
  readonly socket: WebSocket
  readonly handshake: string
  readonly heard: unknown[] = []

  constructor(socket: WebSocket, handshake: string, onMessage: (message: unknown) => void) {
    this.socket = socket
    this.handshake = handshake
    socket.on('message', (data: Buffer) => {
      const message: unknown = JSON.parse(data.toString())
      this.heard.push(message)
      onMessage(message)
    })
  }

  say(...frames: readonly object[]): void {
    for (const frame of frames) this.socket.send(JSON.stringify(frame))
  }
}

const event = (instance: string, seq: number) => ({ event: { instance, seq, kind: 'call' } })

test('the key is shown as a subprotocol that a header may carry', async () => {
  const { client, connection } = await gateway()
  const events = client.stream({ follow: 'all', kinds: ['call'] })[Symbol.asyncIterator]()
  const next = events.next()
  const first = await connection(1)
  expect(first.handshake).toBe('/api/v1/stream gangway,bearer.a%20key%20%28of%20ours%29')
  expect(bearerProtocol('gw_plain-key.1')).toBe('bearer.gw_plain-key.1')
  expect(first.heard).toEqual([{ follow: 'all', after: 'now', kinds: ['call'] }])
  first.say(event('a', 1))
  expect((await next).value).toMatchObject({ instance: 'a', seq: 1 })
  await events.return(undefined)
  await once(first.socket, 'close')
})

test('after a connection that ended, each instance is followed from where it was, and all others from their start', async () => {
  const { client, connection } = await gateway()
  const many = Array.from({ length: 501 }, (_, i) => ({ caughtUp: { instance: `quiet-${i}`, seq: i } }))
  const stream = client.stream({ follow: 'all' })
  const events = stream[Symbol.asyncIterator]()
  const next = events.next()
  const first = await connection(1)
  first.say(...many, { following: 501 }, event('a', 7), { heartbeat: 'now' })
  expect((await next).value).toMatchObject({ seq: 7 })
  // Nobody has said yet that it is dealt with.
  expect(stream.cursors.get('a')).toBeUndefined()
  expect(stream.cursors.get('quiet-500')).toBe(500)
  const after = events.next()
  first.socket.terminate()
  const second = await connection(2, 3)
  expect(second.heard).toMatchObject([
    { follow: { length: 500, 0: { instance: 'quiet-0', after: 0 } } },
    {
      follow: [
        { instance: 'quiet-500', after: 500 },
        { instance: 'a', after: 7 },
      ],
    },
    { follow: 'all', after: 'start' },
  ])
  second.say({ gone: { instance: 'a' } }, event('quiet-0', 1))
  expect((await after).value).toMatchObject({ instance: 'quiet-0' })
  expect(stream.cursors.has('a')).toBe(false)
  await events.return(undefined)
})

test('before all that is there has said where it begins, it is asked for anew', async () => {
  const { client, connection } = await gateway()
  const events = client.stream({ follow: 'all' })[Symbol.asyncIterator]()
  const next = events.next()
  const first = await connection(1)
  first.say({ caughtUp: { instance: 'a', seq: 3 } })
  first.socket.close(1001)
  const second = await connection(2, 2)
  expect(second.heard).toEqual([{ follow: [{ instance: 'a', after: 3 }] }, { follow: 'all', after: 'now' }])
  second.say(event('a', 4))
  expect((await next).value).toMatchObject({ seq: 4 })
  await events.return(undefined)
})

test('a reader who is slower than the gateway holds a bounded number of events, and misses none', async () => {
  const { client, connections } = await gateway((connection, message) => {
    const { follow } = message as { follow: { after: number }[] }
    const from = follow[0]?.after ?? 0
    connection.say({ following: 1 }, ...Array.from({ length: 2_500 }, (_, i) => event('a', from + 1 + i)))
  })
  let seq = 0
  for await (const one of client.stream({ follow: [{ instance: 'a', after: 0 }] })) {
    expect(one.seq).toBe(++seq)
    if (seq === 5_000) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(connections.length).toBeGreaterThan(1)
})
