import { createGzip } from 'node:zlib'
import { expect, test } from 'vitest'
import { flood, openOutbound, request, startEndpoint } from './endpoint.js'

const kib = 1024
const mib = 1024 * kib
/** What a host may take off the sender's hands by itself, in bytes: the buffers of both sides of a local connection. */
const kernelBuffers = 12 * mib

const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n'

test.each([
  ['in chunks', `${head}\r\n`, `${(16 * kib).toString(16)}\r\n${'x'.repeat(16 * kib)}\r\n`],
  ['in chunks of one byte', `${head}\r\n`, '1\r\nx\r\n'],
  ['by its length', `HTTP/1.1 200 OK\r\ncontent-length: ${10 * 1024 * mib}\r\n\r\n`, 'x'],
  ['until the connection closes', 'HTTP/1.1 200 OK\r\n\r\n', 'x'],
])('F23: of a body without end (%s) 64 KiB are read, then the connection is closed', async (_, start, more) => {
  let taken: Promise<number> | undefined
  const endpoint = await startEndpoint((socket) => {
    taken = flood(socket, start, more)
  })
  const reply = await openOutbound().post(request(endpoint.url()))
  expect(reply).toMatchObject({ kind: 'answered', status: 200, complete: false })
  const body = reply.kind === 'answered' ? reply.body : new Uint8Array()
  expect(body).toHaveLength(64 * kib)
  expect(Buffer.from(body).equals(Buffer.alloc(64 * kib, 'x'))).toBe(true)
  // Nothing larger is kept alive by it.
  expect(body.buffer.byteLength).toBe(64 * kib)
  expect(await taken).toBeLessThan(kernelBuffers)
})

test.each<[what: string, status: number | undefined, start: string, more: string]>([
  ['chunk extensions', 200, `${head}\r\n1;`, 'x'],
  ['leading zeros of a chunk size', 200, `${head}\r\n`, '0'],
  ['trailers', 200, `${head}\r\n0\r\n`, 'x: y\r\n'],
  ['provisional answers', undefined, '', 'HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n'],
  ['a reason', undefined, 'HTTP/1.1 200 ', 'x'],
  ['a status', undefined, 'HTTP/1.1 200', '0'],
  ['empty lines', undefined, '', '\r\n'],
  ['headers', undefined, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'],
  ['a header', undefined, 'HTTP/1.1 200 OK\r\nx: ', 'y'],
  ['spaces in a header', undefined, 'HTTP/1.1 200 OK\r\nx:', ' '],
  ['a header name', undefined, 'HTTP/1.1 200 OK\r\n', 'x'],
])('F23: of %s without end little is read, though none of it counts as a body', async (_, status, start, more) => {
  let taken: Promise<number> | undefined
  const endpoint = await startEndpoint((socket) => {
    taken = flood(socket, start, more)
  })
  const reply = await openOutbound().post(request(endpoint.url()))
  if (status === undefined) expect(reply).toEqual({ kind: 'unreachable', why: 'invalid-answer' })
  else expect(reply).toMatchObject({ kind: 'answered', status, complete: false })
  expect(await taken).toBeLessThan(kernelBuffers)
})

test('F23: a bomb is not set off', async () => {
  const endpoint = await startEndpoint((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n')
    const bomb = createGzip()
    bomb.pipe(socket)
    for (let block = 0; block < 40; block++) bomb.write(Buffer.alloc(mib))
    bomb.end()
  })
  const reply = await openOutbound().post(request(endpoint.url()))
  const body = reply.kind === 'answered' ? reply.body : new Uint8Array()
  expect(reply).toMatchObject({ kind: 'answered', status: 200 })
  expect(body.length).toBeLessThanOrEqual(64 * kib)
  expect([...body.subarray(0, 2)]).toEqual([0x1f, 0x8b])
})

test.each([64 * kib - 1, 64 * kib])(
  'a body of %i bytes is read to its end, and the connection is kept',
  async (length) => {
    const endpoint = await startEndpoint((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n${'x'.repeat(length)}`)
    })
    const outbound = openOutbound()
    for (let round = 0; round < 20; round++) {
      const reply = await outbound.post(request(endpoint.url()))
      expect(reply).toMatchObject({ kind: 'answered', complete: true })
      expect(reply.kind === 'answered' && reply.body).toHaveLength(length)
    }
    expect(endpoint.sockets).toHaveLength(1)
  },
)

test('a header of 16 KiB is too much, one of 15 KiB is not', async () => {
  const endpoint = await startEndpoint((socket, text) => {
    const length = text.startsWith('POST /small') ? 15 * kib : 16 * kib
    socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(length)}\r\ncontent-length: 0\r\n\r\n`)
  })
  const outbound = openOutbound()
  expect(await outbound.post(request(endpoint.url('/small')))).toMatchObject({ status: 200 })
  expect(await outbound.post(request(endpoint.url('/large')))).toEqual({ kind: 'unreachable', why: 'invalid-answer' })
})
