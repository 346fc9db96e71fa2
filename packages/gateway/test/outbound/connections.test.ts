import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import type { Outbound, OutboundReply } from '#gateway/core/ports/outbound.js'
import { ManualClock } from '../manual-clock.js'
import { openOutbound, request, startEndpoint, type Endpoint } from './endpoint.js'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const answering = (): Promise<Endpoint> => startEndpoint((socket) => socket.write(ok))

async function succeed(outbound: Outbound, url: string, lane?: string): Promise<void> {
  const reply = await outbound.post(request(url, lane === undefined ? {} : { lane }))
  expect(reply).toMatchObject({ kind: 'answered', status: 200, complete: true })
}

test('a connection is used again, and one that was answered badly is not', async () => {
  const answers = [
    ok,
    ok,
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok',
    ok,
    'nonsense\r\n',
    ok,
  ]
  const endpoint = await startEndpoint((socket) => socket.write(answers.shift() ?? ok))
  const outbound = openOutbound()
  const replies: (number | string)[] = []
  for (let round = 0; round < 6; round++) {
    const reply = await outbound.post(request(endpoint.url()))
    replies.push(reply.kind === 'answered' ? reply.status : reply.why)
  }
  expect(replies).toEqual([200, 200, 200, 200, 'invalid-answer', 200])
  expect(endpoint.sockets).toHaveLength(3)
})

test('a kept connection that the other side has closed is opened anew', async () => {
  const endpoint = await answering()
  const outbound = openOutbound()
  for (let round = 1; round <= 5; round++) {
    await succeed(outbound, endpoint.url())
    endpoint.sockets.at(-1)?.end()
    await endpoint.closed(round)
  }
  expect(endpoint.sockets).toHaveLength(5)
})

test('there are never more connections than allowed, whatever becomes of the requests', async () => {
  const fates: readonly (readonly [outcome: number | string, act: (socket: Socket) => void])[] = [
    [200, (socket) => socket.write(ok)],
    ['reset', (socket) => socket.destroy()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['invalid-answer', (socket) => socket.end('nonsense\r\n')],
    [200, (socket) => socket.end(ok.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))],
    ['timed-out', () => undefined],
  ]
  const fateOf = (request: number) => fates[request % fates.length] ?? fates[0]
  const endpoint = await startEndpoint((socket) => {
    fateOf(endpoint.requests.length - 1)?.[1](socket)
  })
  const clock = new ManualClock()
  const outbound = openOutbound({ clock, limits: { origins: 1, perOrigin: 5 } })
  const replies: OutboundReply[] = []
  let closes = 0
  for (let round = 0; round < 60; round++) {
    const posts = Array.from({ length: 8 }, () => outbound.post(request(endpoint.url())))
    expect(await Promise.all(posts.slice(5))).toEqual(Array(3).fill({ kind: 'unreachable', why: 'overloaded' }))
    await endpoint.received((round + 1) * 5)
    expect(endpoint.sockets.length - closes).toBeLessThanOrEqual(5)
    const outcomes = [0, 1, 2, 3, 4].map((at) => fateOf(round * 5 + at))
    await settled(posts.slice(0, 5), outcomes.filter((fate) => fate?.[0] !== 'timed-out').length)
    clock.advance(15_000)
    replies.push(...(await Promise.all(posts.slice(0, 5))))
    closes += outcomes.filter((fate) => fate !== fates[0]).length
    await endpoint.closed(closes)
  }
  const seen = replies.map((reply) => (reply.kind === 'answered' ? reply.status : reply.why))
  const expected = Array.from({ length: 300 }, (_, at) => fateOf(at)?.[0])
  expect(seen.sort()).toEqual(expected.sort())
})

test('lanes and origins share no connection', async () => {
  const endpoint = await answering()
  const outbound = openOutbound()
  for (let round = 0; round < 2; round++) {
    await succeed(outbound, endpoint.url())
    await succeed(outbound, endpoint.url(), 'a')
    await succeed(outbound, endpoint.url(), 'b')
    await succeed(outbound, `http://other.test:${endpoint.port}/`, 'a')
  }
  expect(endpoint.sockets).toHaveLength(4)
})

test('room for another origin is made where nothing is under way, the longest unused first', async () => {
  const endpoint = await startEndpoint((socket, text) => {
    if (!text.startsWith('POST /hang')) socket.write(ok)
  })
  const clock = new ManualClock()
  const outbound = openOutbound({ clock, limits: { origins: 2, perOrigin: 5 } })
  const at = (name: string): string => `http://${name}.test:${endpoint.port}/`
  await succeed(outbound, at('one'))
  await succeed(outbound, at('two'))
  await succeed(outbound, at('one'))
  expect(endpoint.sockets).toHaveLength(2)
  await succeed(outbound, at('three'))
  await endpoint.closed(1)
  expect(endpoint.sockets.map((socket) => socket.destroyed)).toEqual([false, true, false])
  await succeed(outbound, at('one'))
  expect(endpoint.sockets).toHaveLength(3)
  const hangs = ['one', 'three'].map((name) => outbound.post(request(`${at(name)}hang`)))
  expect(await outbound.post(request(at('four')))).toEqual({ kind: 'unreachable', why: 'overloaded' })
  await succeed(outbound, at('one'))
  clock.advance(15_000)
  await Promise.all(hangs)
  await succeed(outbound, at('four'))
})

test('an origin that was left leaves nothing behind', async () => {
  const endpoint = await startEndpoint((socket) => socket.end(ok.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')))
  const outbound = openOutbound({ limits: { origins: 1, perOrigin: 1 } })
  for (let round = 1; round <= 20; round++) {
    await succeed(outbound, `http://host${round}.test:${endpoint.port}/`)
    await endpoint.closed(round)
  }
})

test('idle connections are closed with the rest', async () => {
  const endpoint = await answering()
  const outbound = openOutbound()
  await succeed(outbound, endpoint.url())
  await outbound.close()
  await endpoint.closed(1)
})

/** Resolves when so many of them have. */
function settled(promises: readonly Promise<unknown>[], count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count
    for (const promise of promises) {
      void promise.then(() => {
        if (--left <= 0) resolve()
      })
    }
  })
}
