import { once } from 'node:events'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { expect, test } from 'vitest'
import type { OutboundFile, OutboundGet } from '#gateway/core/ports/outbound.js'
import { ManualClock } from '../manual-clock.js'
import { flood, openOutbound, startEndpoint } from './endpoint.js'

const mib = 1024 * 1024
const wish = (url: string, more: Partial<OutboundGet> = {}): OutboundGet => ({
  url,
  most: 4 * mib,
  timeout: 300_000,
  ...more,
})
const head = (status: string, ...headers: string[]): string => [`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n')

function found(file: OutboundFile): OutboundFile & { kind: 'found' } {
  if (file.kind !== 'found') throw new Error(`not found: ${JSON.stringify(file)}`)
  return file
}

async function failureOf(file: OutboundFile): Promise<unknown> {
  return buffer(found(file).bytes).then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('a file comes byte for byte, with what was said of it, and its connection is closed', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251))
  const endpoint = await startEndpoint((socket) => {
    socket.write(head('200 OK', 'content-type: image/png', 'content-disposition: attachment', 'content-length: 300000'))
    socket.write(bytes)
  })
  const outbound = openOutbound()
  const file = found(await outbound.get(wish(endpoint.url('/a.png?b=c'), { accept: 'image/*' })))
  expect(file).toMatchObject({
    url: new URL(endpoint.url('/a.png?b=c')),
    headers: { contentType: 'image/png', contentDisposition: 'attachment' },
  })
  expect((await buffer(file.bytes)).equals(bytes)).toBe(true)
  await endpoint.closed(1)
  expect(endpoint.requests[0]?.split('\r\n')).toEqual([
    'GET /a.png?b=c HTTP/1.1',
    `host: endpoint.test:${endpoint.port}`,
    'accept: image/*',
    'accept-encoding: identity',
    'user-agent: Gangway/1.2.3',
    'Connection: close',
    '',
    '',
  ])
})

test.each([
  ['chunked', `${head('200 OK', 'transfer-encoding: chunked')}3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`],
  ['until the connection closes', `${head('200 OK')}hello`],
])('a file without a length arrives whole: %s', async (_, answer) => {
  const endpoint = await startEndpoint((socket) => socket.end(answer))
  const file = found(await openOutbound().get(wish(endpoint.url())))
  expect((await buffer(file.bytes)).toString()).toBe('hello')
})

test.each([
  ['in chunks', head('200 OK', 'transfer-encoding: chunked'), `10000\r\n${'x'.repeat(65_536)}\r\n`],
  ['until the connection closes', head('200 OK'), 'x'],
])('F27: of 5 GB without end (%s) no more than the limit is read', async (_, start, more) => {
  let taken: Promise<number> | undefined
  const endpoint = await startEndpoint((socket) => {
    taken = flood(socket, start, more)
  })
  const error = await failureOf(await openOutbound().get(wish(endpoint.url())))
  expect(error).toMatchObject({ code: 'content-too-large' })
  expect(await taken).toBeLessThan(16 * mib)
})

test('F27: a length beyond the limit is refused before a byte of the file is read', async () => {
  const endpoint = await startEndpoint((socket) => socket.write(head('200 OK', 'content-length: 5000000000')))
  expect(await openOutbound().get(wish(endpoint.url()))).toEqual({ kind: 'too-large' })
  await endpoint.closed(1)
})

test('F27: a length that was too short or too long a promise is no file', async () => {
  const lengths = [head('200 OK', 'content-length: 10') + 'short', head('200 OK', 'content-length: 3') + 'longer']
  const endpoint = await startEndpoint((socket) => socket.end(lengths.shift() ?? ''))
  const outbound = openOutbound()
  expect(await failureOf(await outbound.get(wish(endpoint.url())))).toMatchObject({ code: 'file-unreachable' })
  // What comes after the promised bytes belongs to no answer.
  expect((await buffer(found(await outbound.get(wish(endpoint.url()))).bytes)).toString()).toBe('lon')
})

test('F27: framing without content does not get past the limit either', async () => {
  let taken: Promise<number> | undefined
  const endpoint = await startEndpoint((socket) => {
    taken = flood(socket, head('200 OK', 'transfer-encoding: chunked') + '1;', 'x')
  })
  expect(await failureOf(await openOutbound().get(wish(endpoint.url())))).toMatchObject({ code: 'file-unreachable' })
  expect(await taken).toBeLessThan(16 * mib)
})

test('F27: a byte a second is cut off within a minute', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint((socket) => socket.write(head('200 OK')))
  const file = found(await openOutbound({ clock }).get(wish(endpoint.url())))
  const end = failureOf(file)
  for (let second = 0; second < 30; second++) {
    endpoint.sockets[0]?.write('x')
    clock.advance(1_000)
  }
  expect(await end).toMatchObject({ code: 'file-unreachable', message: 'The endpoint did not answer in time.' })
  await endpoint.closed(1)
  expect(clock.pending).toBe(0)
})

test('F27: a server that never answers is given up after half a minute', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint(() => undefined)
  const answer = openOutbound({ clock }).get(wish(endpoint.url()))
  await endpoint.received(1)
  clock.advance(30_000)
  expect(await answer).toEqual({ kind: 'unreachable', why: 'timed-out' })
  expect(clock.pending).toBe(0)
})

test('F27: however steadily it comes, at the deadline it is over', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint((socket) => socket.write(head('200 OK')))
  const file = found(await openOutbound({ clock }).get(wish(endpoint.url(), { timeout: 100_000 })))
  const end = failureOf(file)
  for (let window = 0; window < 5; window++) {
    const arrived = once(file.bytes, 'data')
    endpoint.sockets[0]?.write('x'.repeat(32_768))
    await arrived
    while (file.bytes.readableLength > 0) await once(file.bytes, 'data')
    await new Promise(setImmediate)
    clock.advance(20_000)
  }
  expect(await end).toMatchObject({ code: 'file-unreachable' })
  await endpoint.closed(1)
})

test('a reader that takes its time is no slow server', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint((socket) => {
    socket.write(head('200 OK', `content-length: ${mib}`))
    socket.write(Buffer.alloc(mib))
  })
  const file = found(await openOutbound({ clock }).get(wish(endpoint.url())))
  await once(file.bytes, 'readable')
  while (file.bytes.readableLength < file.bytes.readableHighWaterMark) await new Promise(setImmediate)
  clock.advance(30_000)
  clock.advance(30_000)
  expect(await buffer(file.bytes)).toHaveLength(mib)
})

test('a bomb is not set off: nothing is decompressed', async () => {
  const endpoint = await startEndpoint((socket) => {
    socket.write(head('200 OK', 'content-encoding: gzip', 'connection: close'))
    const bomb = createGzip()
    bomb.on('error', () => undefined).pipe(socket)
    for (let block = 0; block < 40; block++) bomb.write(Buffer.alloc(mib))
    bomb.end()
  })
  expect(await openOutbound().get(wish(endpoint.url()))).toEqual({ kind: 'unreachable', why: 'compressed' })
})

test.each([301, 302, 303, 307, 308])(
  'a redirect with %i is followed, relative to where it was said',
  async (status) => {
    const endpoint = await startEndpoint((socket, text) => {
      if (text.startsWith('GET /b/c ')) socket.end(`${head('200 OK')}here`)
      else socket.end(head(`${status} Moved`, 'location: ../b/c', 'content-length: 0'))
    })
    const file = found(await openOutbound().get(wish(endpoint.url('/a/x'))))
    expect(file.url.href).toBe(endpoint.url('/b/c'))
    expect((await buffer(file.bytes)).toString()).toBe('here')
  },
)

test('three redirects are followed and no more', async () => {
  const endpoint = await startEndpoint((socket, text) => {
    const left = Number(/^GET \/(\d+)/.exec(text)?.[1])
    socket.end(left === 0 ? `${head('200 OK')}here` : head('302 Found', `location: /${left - 1}`, 'content-length: 0'))
  })
  const outbound = openOutbound()
  expect(await outbound.get(wish(endpoint.url('/3')))).toMatchObject({ kind: 'found' })
  expect(await outbound.get(wish(endpoint.url('/4')))).toEqual({ kind: 'unreachable', why: 'redirected' })
  expect(endpoint.requests).toHaveLength(8)
})

test.each(['file:///etc/passwd', 'data:text/plain,x', 'http://user:pass@endpoint.test/', 'http://endpoint.test:22/'])(
  'F27: a redirect to %s is not followed',
  async (location) => {
    const endpoint = await startEndpoint((socket) => socket.end(head('302 Found', `location: ${location}`)))
    const refused = { kind: 'unreachable', why: 'not-allowed' }
    expect(await openOutbound().get(wish(endpoint.url()))).toEqual(refused)
    await endpoint.closed(1)
  },
)

test('F27: what is private is not fetched, by address or by name; redirects there are tried in the network of C17', async () => {
  const secret = await startEndpoint((socket) => socket.end(`${head('200 OK')}secret`))
  const outbound = openOutbound({ allowPrivate: false })
  for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', 'endpoint.test'])
    expect(await outbound.get(wish(`http://${host}:${secret.port}/`))).toEqual({
      kind: 'unreachable',
      why: 'not-allowed',
    })
  expect(secret.sockets).toHaveLength(0)
})

test.each([
  ['file:///etc/passwd', 'The URL must begin with https:// or http://.'],
  ['data:text/html,hi', 'The URL must begin with https:// or http://.'],
  ['http://127.0.0.1/', 'The address is not a public one.'],
])('F27: %s is refused by name of its field', (url, message) => {
  const outbound = openOutbound({ allowPrivate: false })
  expect(() => outbound.checkUrl(url, 'urlFile')).toThrow(
    expect.objectContaining({ code: 'bad-request', field: 'urlFile', message }),
  )
})

test.each([204, 206, 304, 400, 404, 500, 503])('an answer with %i is no file', async (status) => {
  const endpoint = await startEndpoint((socket) => socket.end(head(`${status} So`, 'content-length: 0')))
  expect(await openOutbound().get(wish(endpoint.url()))).toEqual({ kind: 'refused', status })
  await endpoint.closed(1)
})

test('whoever asked can call it off, before and after it was found', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint((socket, text) => {
    if (text.startsWith('GET /found')) socket.write(head('200 OK'))
  })
  const outbound = openOutbound({ clock })
  const waiting = new AbortController()
  const answer = outbound.get(wish(endpoint.url('/silent'), { signal: waiting.signal }))
  await endpoint.received(1)
  waiting.abort()
  expect(await answer).toEqual({ kind: 'unreachable', why: 'cancelled' })
  const reading = new AbortController()
  const file = await outbound.get(wish(endpoint.url('/found'), { signal: reading.signal }))
  const end = failureOf(file)
  reading.abort()
  expect(await end).toMatchObject({ code: 'file-unreachable' })
  await endpoint.closed(2)
  expect(clock.pending).toBe(0)
})

test('bytes that nobody wants any more free their connection', async () => {
  const clock = new ManualClock()
  const endpoint = await startEndpoint((socket) => socket.write(head('200 OK') + 'x'))
  const file = found(await openOutbound({ clock }).get(wish(endpoint.url())))
  file.bytes.destroy()
  await endpoint.closed(1)
  expect(clock.pending).toBe(0)
})

test('closing the gateway ends what is on its way', async () => {
  const endpoint = await startEndpoint((socket) => socket.write(head('200 OK')))
  const outbound = openOutbound()
  const end = failureOf(await outbound.get(wish(endpoint.url())))
  await outbound.close()
  expect(await end).toMatchObject({ code: 'file-unreachable' })
  expect(await outbound.get(wish(endpoint.url()))).toEqual({ kind: 'unreachable', why: 'cancelled' })
})

test.each([
  ['a reset', (socket: Socket) => socket.resetAndDestroy()],
  ['an end', (socket: Socket) => socket.destroy()],
])(
  'a connection that breaks off with %s while its reader pauses ends the file, and nothing else',
  async (_, breakOff) => {
    const endpoint = await startEndpoint((socket) => {
      void flood(socket, head('200 OK', 'content-length: 400000000'), 'x')
    })
    const file = found(await openOutbound().get(wish(endpoint.url(), { most: 400 * mib })))
    await once(file.bytes, 'readable')
    while (endpoint.sockets[0]?.writableNeedDrain !== true) await new Promise(setImmediate)
    for (const socket of endpoint.sockets) breakOff(socket)
    await endpoint.closed(1)
    expect(await failureOf(file)).toMatchObject({ code: 'file-unreachable' })
  },
)

test('a file that its reader leaves while it pauses is left, and nothing else', async () => {
  const endpoint = await startEndpoint((socket) => {
    void flood(socket, head('200 OK'), 'x')
  })
  const outbound = openOutbound()
  for (let round = 1; round <= 5; round++) {
    const file = found(await outbound.get(wish(endpoint.url())))
    await once(file.bytes, 'readable')
    file.bytes.destroy()
    await endpoint.closed(round)
  }
  expect(endpoint.sockets).toHaveLength(5)
})

test('of one lane there are never more files on their way than may be', async () => {
  const endpoint = await startEndpoint((socket) => socket.write(head('200 OK')))
  const outbound = openOutbound({ limits: { origins: 10, perOrigin: 2 } })
  const get = async (lane: string) => outbound.get(wish(endpoint.url(), { lane }))
  const [one] = [await get('a'), await get('a')]
  expect(await get('a')).toEqual({ kind: 'unreachable', why: 'overloaded' })
  expect(await get('b')).toMatchObject({ kind: 'found' })
  found(one).bytes.destroy()
  await endpoint.closed(1)
  expect(await get('a')).toMatchObject({ kind: 'found' })
})

test.each([
  ['headers without end', 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'],
  ['a status line without end', 'HTTP/1.1 200 ', 'x'],
  ['provisional answers without end', '', 'HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'x'],
])('%s are no answer', async (_, start, more) => {
  let taken: Promise<number> | undefined
  const endpoint = await startEndpoint((socket) => {
    taken = flood(socket, start, more)
  })
  expect(await openOutbound().get(wish(endpoint.url()))).toEqual({ kind: 'unreachable', why: 'invalid-answer' })
  expect(await taken).toBeLessThan(16 * mib)
})
