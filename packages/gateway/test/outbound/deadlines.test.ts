import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { OutboundReply } from '#gateway/core/ports/outbound.js'
import { ManualClock } from '../manual-clock.js'
import { follow, localNames, moment, openOutbound, request, startEndpoint } from './endpoint.js'

const timedOut: OutboundReply = { kind: 'unreachable', why: 'timed-out' }
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** Keeps sending until the other side has had enough. */
function drip(socket: Socket, start: string, drop: string): void {
  socket.write(start)
  const timer = setInterval(() => socket.write(drop), 10)
  socket.once('close', () => {
    clearInterval(timer)
  })
}

test('F21: an endpoint that takes the request and says nothing is given up at the deadline, not before', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint(() => undefined)
  const outbound = openOutbound({ clock })
  let reply: OutboundReply | undefined
  const answer = outbound.post(request(endpoint.url(), { timeout: 15_000 })).then((one) => (reply = one))
  await endpoint.received(1)
  clock.advance(14_999)
  await new Promise(setImmediate)
  expect(reply).toBeUndefined()
  clock.advance(1)
  expect(await answer).toEqual(timedOut)
  await endpoint.closed(1)
  expect(clock.pending).toBe(0)
  expect(endpoint.requests).toHaveLength(1)
  // Giving up is not followed by another connection.
  expect(endpoint.sockets).toHaveLength(1)
})

test.each([
  ['a status line', 'HTTP/1.1 200 O', 'K'],
  ['headers', 'HTTP/1.1 200 OK\r\n', 'x-more: x\r\n'],
  ['a header', 'HTTP/1.1 200 OK\r\nx-more: ', 'x'],
  ['provisional answers', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
])('F21: %s that never end are cut off at the deadline, though bytes keep coming', async (_, start, drop) => {
  const endpoint = await startEndpoint((socket) => {
    drip(socket, start, drop)
  })
  expect(await openOutbound().post(request(endpoint.url(), { timeout: 200 }))).toEqual(timedOut)
  await endpoint.closed(1)
})

test.each([
  ['by its length', 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n', 'x'],
  ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
  ['until the connection closes', 'HTTP/1.1 200 OK\r\n\r\n', 'x'],
])('F21: a byte a second (%s) is read until the deadline, and the status holds', async (_, start, drop) => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint((socket) => socket.write(start))
  let reply: OutboundReply | undefined
  const answer = openOutbound({ clock })
    .post(request(endpoint.url()))
    .then((one) => (reply = one))
  await endpoint.received(1)
  for (let second = 0; second < 15; second++) {
    expect(reply).toBeUndefined()
    const read = moment<unknown>()
    subscribe('undici:request:bodyChunkReceived', read.reach)
    endpoint.sockets[0]?.write(drop)
    await read.reached
    unsubscribe('undici:request:bodyChunkReceived', read.reach)
    clock.advance(1_000)
  }
  const body = new Uint8Array(Buffer.from('x'.repeat(15)))
  expect(await answer).toMatchObject({ kind: 'answered', status: 200, body, complete: false, ms: 15_000 })
  await endpoint.closed(1)
})

test('F21: a TLS handshake that is never answered is cut off at the deadline', async () => {
  const silent = await follow(createServer(), 'connection', 'https:', () => undefined)
  expect(await openOutbound().post(request(silent.url(), { timeout: 100 }))).toEqual(timedOut)
  await silent.closed(1)
})

test('F21: a name server that never answers is waited for until the deadline', async () => {
  const clock = new ManualClock()
  const asked = moment()
  const addresses = (): Promise<string[]> => {
    asked.reach(undefined)
    return new Promise(() => undefined)
  }
  const answer = openOutbound({ clock, names: { ...localNames, addresses } }).post(request('http://endpoint.test/'))
  await asked.reached
  clock.advance(15_000)
  expect(await answer).toEqual(timedOut)
})

test('an answer of the name server after the deadline leads to no connection', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint((socket) => socket.write(ok))
  const late = moment<string[]>()
  const asked = moment()
  const addresses = (): Promise<string[]> => {
    asked.reach(undefined)
    return late.reached
  }
  const answer = openOutbound({ clock, names: { ...localNames, addresses } }).post(request(endpoint.url()))
  await asked.reached
  clock.advance(15_000)
  expect(await answer).toEqual(timedOut)
  late.reach(['127.0.0.1'])
  // Whatever was to be connected by now is connected before this one.
  expect(await openOutbound().post(request(endpoint.url()))).toMatchObject({ status: 200 })
  expect(endpoint.sockets).toHaveLength(1)
})

test('an endpoint that reads nothing of a large request is cut off at the deadline', async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as { port: number }
  const connected = once(server, 'connection') as Promise<[Socket]>
  const large = new Uint8Array(32 << 20)
  const answer = openOutbound().post(request(`http://endpoint.test:${port}/`, { body: large, timeout: 200 }))
  const [socket] = await connected
  onTestFinished(() => {
    socket.destroy()
  })
  expect(await answer).toEqual(timedOut)
})

test('F21: fifty that hang and fifty that answer: nobody waits for anybody', async () => {
  const hanging = new Set<Socket>()
  const endpoint = await startEndpoint((socket, text) => {
    if (text.startsWith('POST /hang')) hanging.add(socket)
    else socket.write(ok)
  })
  const clock = new ManualClock()
  const outbound = openOutbound({ clock, limits: { origins: 200, perOrigin: 4 } })
  const names = Array.from({ length: 50 }, (_, at) => at)
  const hangs = names.flatMap((at) =>
    [1, 2, 3, 4].map(() => outbound.post(request(`http://hang${at}.test:${endpoint.port}/hang`))),
  )
  const healthy = await Promise.all(
    names.map(async (at) => {
      const replies: OutboundReply[] = []
      for (let round = 0; round < 10; round++) {
        replies.push(await outbound.post(request(`http://well${at}.test:${endpoint.port}/`)))
      }
      return replies
    }),
  )
  expect(healthy.flat().filter((reply) => reply.kind === 'answered' && reply.status === 200)).toHaveLength(500)
  expect(hanging.size).toBe(200)
  clock.advance(15_000)
  expect(new Set((await Promise.all(hangs)).map((reply) => JSON.stringify(reply)))).toEqual(
    new Set([JSON.stringify(timedOut)]),
  )
})

test('endpoints of one host are apart by their lanes', async () => {
  const endpoint = await startEndpoint((socket, text) => {
    if (!text.startsWith('POST /hang')) socket.write(ok)
  })
  const clock = new ManualClock()
  const outbound = openOutbound({ clock, limits: { origins: 10, perOrigin: 2 } })
  const hangs = [1, 2].map(() => outbound.post(request(endpoint.url('/hang'), { lane: 'a' })))
  expect(await outbound.post(request(endpoint.url(), { lane: 'a' }))).toEqual({
    kind: 'unreachable',
    why: 'overloaded',
  })
  expect(await outbound.post(request(endpoint.url(), { lane: 'b' }))).toMatchObject({ status: 200 })
  clock.advance(15_000)
  expect(await Promise.all(hangs)).toEqual([timedOut, timedOut])
  expect(await outbound.post(request(endpoint.url(), { lane: 'a' }))).toMatchObject({ status: 200 })
  // Whatever was answered has no deadline any more.
  expect(clock.pending).toBe(0)
})

test('whoever asked can call it off', async () => {
  const endpoint = await startEndpoint(() => undefined)
  const outbound = openOutbound()
  const calledOff = new AbortController()
  const answer = outbound.post(request(endpoint.url(), { signal: calledOff.signal }))
  await endpoint.received(1)
  calledOff.abort()
  expect(await answer).toEqual({ kind: 'unreachable', why: 'cancelled' })
  expect(getEventListeners(calledOff.signal, 'abort')).toEqual([])
  await endpoint.closed(1)
  const again = await outbound.post(request(endpoint.url(), { signal: calledOff.signal }))
  expect(again).toEqual({ kind: 'unreachable', why: 'cancelled' })
  expect(endpoint.requests).toHaveLength(1)
})

test('closing ends what is under way, and nothing is sent after it', async () => {
  const endpoint = await startEndpoint(() => undefined)
  const outbound = openOutbound()
  const answer = outbound.post(request(endpoint.url()))
  await endpoint.received(1)
  await outbound.close()
  expect(await answer).toEqual({ kind: 'unreachable', why: 'cancelled' })
  await endpoint.closed(1)
  expect(await outbound.post(request(endpoint.url()))).toEqual({ kind: 'unreachable', why: 'cancelled' })
  expect(endpoint.sockets).toHaveLength(1)
})
