import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { unreachables, unreachableText, type OutboundReply } from '#gateway/core/ports/outbound.js'
import { localNames, openOutbound, request, startEndpoint } from './endpoint.js'

const text = (reply: OutboundReply): string =>
  reply.kind === 'answered' ? Buffer.from(reply.body).toString() : reply.why

async function answerTo(answer: string | Buffer): Promise<OutboundReply> {
  const endpoint = await startEndpoint((socket) => {
    socket.end(answer)
  })
  return openOutbound().post(request(endpoint.url()))
}

const head = (status: string, ...headers: string[]): string => [`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n')

test.each<[status: number, answer: string, retryAfter?: string]>([
  [200, head('200 OK', 'content-length: 0')],
  [200, head('200', 'content-length: 0')],
  [201, head('201 Created', 'content-length: 0')],
  [202, head('202 Accepted', 'connection: close')],
  [204, head('204 No Content')],
  [301, head('301 Moved', 'location: http://127.0.0.1/', 'content-length: 0')],
  [302, head('302 Found', 'location: http://127.0.0.1/', 'content-length: 0')],
  [303, head('303 See Other', 'location: http://127.0.0.1/', 'content-length: 0')],
  [304, head('304 Not Modified')],
  [307, head('307 Temporary', 'location: http://127.0.0.1/', 'content-length: 0')],
  [308, head('308 Permanent', 'location: http://127.0.0.1/', 'content-length: 0')],
  [400, head('400 Bad Request', 'content-length: 0')],
  [401, head('401 Unauthorized', 'www-authenticate: Basic', 'content-length: 0')],
  [404, head('404 Not Found', 'content-length: 0')],
  [407, head('407 Proxy', 'content-length: 0')],
  [410, head('410 Gone', 'content-length: 0')],
  [413, head('413 Too Large', 'content-length: 0')],
  [421, head('421 Misdirected', 'content-length: 0')],
  [425, head('425 Too Early', 'content-length: 0')],
  [429, head('429 Slow', 'Retry-After: 120', 'content-length: 0'), '120'],
  [
    429,
    head('429 Slow', 'retry-after: Fri, 31 Dec 2027 23:59:59 GMT', 'content-length: 0'),
    'Fri, 31 Dec 2027 23:59:59 GMT',
  ],
  [429, head('429 Slow', 'retry-after: -1', 'content-length: 0'), '-1'],
  [429, head('429 Slow', 'retry-after: 1', 'retry-after: 2', 'content-length: 0')],
  [500, head('500 Oops', 'content-length: 0')],
  [503, head('503 Busy', 'RETRY-AFTER: 99999999999999999999', 'content-length: 0'), '99999999999999999999'],
  [599, head('599 Odd', 'content-length: 0')],
  [200, head('100 Continue').replace('100 Continue', '103 Early Hints') + head('200 OK', 'content-length: 0')],
])('F22: %i is handed on as it is: %j', async (status, answer, retryAfter) => {
  const reply = await answerTo(answer)
  expect(reply).toMatchObject({ kind: 'answered', status, headers: { retryAfter }, complete: true })
  expect(text(reply)).toBe('')
})

test.each([
  ['nothing at all', '', 'reset'],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-', 'reset'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'invalid-answer'],
  ['a page without a head', '<html>hello</html>', 'invalid-answer'],
  ['an HTTP that does not exist', head('200 OK').replace('1.1', '9.9'), 'invalid-answer'],
  ['a change of protocol', head('101 Switching Protocols', 'connection: upgrade', 'upgrade: websocket'), 'reset'],
  ['a hundred that nobody asked for', head('100 Continue'), 'reset'],
  ['two lengths', head('200 OK', 'content-length: 1', 'content-length: 2') + 'ab', 'invalid-answer'],
  ['a length and chunks', head('200 OK', 'content-length: 1', 'transfer-encoding: chunked') + 'a', 'invalid-answer'],
  ['a NUL in a header', head('200 OK', 'x: a\0b', 'content-length: 0'), 'invalid-answer'],
])('what is no answer has a reason: %s', async (_, answer, why) => {
  expect(await answerTo(answer)).toEqual({ kind: 'unreachable', why })
})

test('the body is handed on, whichever way it is sent', async () => {
  expect(text(await answerTo(head('200 OK', 'content-length: 5') + 'hello'))).toBe('hello')
  const chunked = head('200 OK', 'transfer-encoding: chunked') + '3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nx-trailer: 1\r\n\r\n'
  expect(text(await answerTo(chunked))).toBe('hello')
  expect(text(await answerTo(head('200 OK') + 'hello'))).toBe('hello')
})

test('the status holds even where the body breaks off', async () => {
  const short = await answerTo(head('200 OK', 'content-length: 9') + 'hello')
  expect(short).toMatchObject({ kind: 'answered', status: 200, complete: false })
  expect(text(short)).toBe('hello')
  const broken = await answerTo(head('200 OK', 'transfer-encoding: chunked') + '5\r\nhello\r\nnonsense')
  expect(broken).toMatchObject({ kind: 'answered', status: 200, complete: false })
})

test('nothing is decompressed, and nothing compressed is asked for', async () => {
  const packed = gzipSync('hello')
  const endpoint = await startEndpoint((socket) => {
    socket.end(Buffer.concat([Buffer.from(head('200 OK', 'content-encoding: gzip')), packed]))
  })
  const reply = await openOutbound().post(request(endpoint.url()))
  expect(reply.kind === 'answered' && Buffer.from(reply.body)).toEqual(packed)
  expect(endpoint.requests[0]?.toLowerCase()).not.toContain('accept-encoding')
})

test('the request is what was asked for, with the name in Host and our own User-Agent', async () => {
  const endpoint = await startEndpoint((socket) => {
    socket.end(head('204 No Content'))
  })
  const { port } = endpoint
  const headers = { 'content-type': 'application/json', Authorization: 'Bearer t0ken' }
  await openOutbound().post(request(endpoint.url('/a%20b?c=d#e'), { headers, body: '{"ü":1}' }))
  expect(
    Buffer.from(endpoint.requests[0] ?? '', 'latin1')
      .toString()
      .split('\r\n'),
  ).toEqual([
    'POST /a%20b?c=d HTTP/1.1',
    `host: endpoint.test:${port}`,
    'connection: keep-alive',
    'content-type: application/json',
    'Authorization: Bearer t0ken',
    'user-agent: Gangway/1.2.3',
    'content-length: 8',
    '',
    '{"ü":1}',
  ])
})

test('a body of bytes goes out unchanged, an empty one as empty', async () => {
  const endpoint = await startEndpoint((socket) => {
    socket.write(head('200 OK', 'content-length: 0'))
  })
  const outbound = openOutbound()
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
  await outbound.post(request(endpoint.url(), { body: bytes.subarray(128) }))
  await outbound.post(request(endpoint.url(), { body: '' }))
  expect(Buffer.from(endpoint.requests[0]?.split('\r\n\r\n')[1] ?? '', 'latin1')).toEqual(
    Buffer.from(bytes.subarray(128)),
  )
  expect(endpoint.requests[1]).toContain('content-length: 0\r\n\r\n')
})

test.each([
  'Host',
  'connection',
  'Content-Length',
  'transfer-encoding',
  'accept-encoding',
  'User-Agent',
  'upgrade',
  'expect',
])('the header %s is not for callers', async (name) => {
  const answer = openOutbound().post(request('http://endpoint.test/', { headers: { [name]: 'x' } }))
  await expect(answer).rejects.toMatchObject({ code: 'bad-request', field: 'headers' })
})

test.each([
  ['x-y', 'a\r\nx-injected: 1'],
  ['x-y', 'a\nb'],
  ['x-y', 's3cret\0'],
  ['x y', 'a'],
  ['x:y', 'a'],
  ['', 'a'],
  ['x-y', '世界'],
])('a header that HTTP does not allow is refused without being quoted: %j %j', async (name, value) => {
  const refusal = openOutbound().post(request('http://endpoint.test/', { headers: { [name]: value } }))
  const error = await refusal.catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'bad-request', field: 'headers', cause: undefined })
  expect(inspect(error)).not.toContain('s3cret')
})

test('nobody listening, no such name and a resolver that fails each have their reason', async () => {
  const closed = await startEndpoint(() => undefined)
  const listening = openOutbound()
  expect(await listening.post(request('http://endpoint.test:1025/'))).toEqual({ kind: 'unreachable', why: 'refused' })
  const nowhere = openOutbound({ names: { ...localNames, addresses: () => Promise.resolve([]) } })
  expect(await nowhere.post(request(closed.url()))).toEqual({ kind: 'unreachable', why: 'dns' })
  const failing = openOutbound({ names: { ...localNames, addresses: () => Promise.reject(new Error('SERVFAIL')) } })
  expect(await failing.post(request(closed.url()))).toEqual({ kind: 'unreachable', why: 'dns' })
  expect(closed.sockets).toHaveLength(0)
})

test('of several addresses the next one is tried when one refuses', async () => {
  const endpoint = await startEndpoint((socket) => {
    socket.end(head('204 No Content'))
  })
  const names = { ...localNames, addresses: () => Promise.resolve(['127.0.0.2', '::1', '127.0.0.1']) }
  expect(await openOutbound({ names }).post(request(endpoint.url()))).toMatchObject({ status: 204 })
})

test('there is a text for every reason, and it tells nothing of what is not reachable on purpose', () => {
  expect(Object.keys(unreachableText).sort()).toEqual([...unreachables].sort())
  expect(unreachableText['not-allowed']).toBe(unreachableText.dns)
  expect(unreachableText['not-allowed']).toBe(unreachableText.refused)
  expect(unreachableText['not-allowed']).toBe(unreachableText['no-route'])
})
