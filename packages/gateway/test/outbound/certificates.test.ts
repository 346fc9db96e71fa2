import type { Socket } from 'node:net'
import { createServer } from 'node:tls'
import { afterEach, expect, test, vi } from 'vitest'
import type { OutboundReply } from '#gateway/core/ports/outbound.js'
import { issue, type Certificate } from './certificate.js'
import { flood, follow, openOutbound, request, startEndpoint, type Endpoint } from './endpoint.js'

const authority = issue({ name: 'Test Authority', authority: true })
const answer = 'HTTP/1.1 204 No Content\r\n\r\n'
const past = (days: number): Date => new Date(Date.now() - days * 86_400_000)

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

function serve(
  certificate: Certificate,
  act: (socket: Socket) => void = (socket) => socket.write(answer),
): Promise<Endpoint> {
  const server = createServer({ cert: certificate.cert, key: certificate.key })
  server.on('tlsClientError', () => undefined)
  return follow(server, 'secureConnection', 'https:', act)
}

async function post(endpoint: Endpoint, trusted = authority): Promise<OutboundReply> {
  return openOutbound({ authorities: trusted.cert }).post(request(endpoint.url()))
}

test('F22: a good certificate is accepted, and the handshake and the request both name the host', async () => {
  const endpoint = await serve(issue({ name: 'endpoint.test', issuer: authority }))
  expect(await post(endpoint)).toMatchObject({ kind: 'answered', status: 204 })
  expect(endpoint.sockets).toMatchObject([{ servername: 'endpoint.test' }])
  expect(endpoint.requests[0]).toContain(`host: endpoint.test:${endpoint.port}\r\n`)
})

test('several requests share a secure connection', async () => {
  const endpoint = await serve(issue({ name: 'endpoint.test', issuer: authority }))
  const outbound = openOutbound({ authorities: authority.cert })
  for (let round = 0; round < 5; round++)
    expect(await outbound.post(request(endpoint.url()))).toMatchObject({ status: 204 })
  expect(endpoint.sockets).toHaveLength(1)
})

test.each<[what: string, certificate: () => Certificate, why: string]>([
  ['for another host', () => issue({ name: 'other.test', issuer: authority }), 'certificate-name'],
  [
    'that has expired',
    () => issue({ name: 'endpoint.test', issuer: authority, from: past(9), until: past(2) }),
    'certificate-expired',
  ],
  [
    'of tomorrow',
    () => issue({ name: 'endpoint.test', issuer: authority, from: past(-1), until: past(-9) }),
    'certificate-expired',
  ],
  ['that signed itself', () => issue({ name: 'endpoint.test' }), 'certificate-untrusted'],
  [
    'of an unknown authority',
    () => issue({ name: 'endpoint.test', issuer: issue({ name: 'Nobody', authority: true }) }),
    'certificate-untrusted',
  ],
  [
    'of somebody who is no authority',
    () => issue({ name: 'endpoint.test', issuer: issue({ name: 'other.test', issuer: authority }) }),
    'certificate-untrusted',
  ],
])('F22: a certificate %s is a reason of its own, and nothing is sent', async (_, certificate, why) => {
  const endpoint = await serve(certificate())
  expect(await post(endpoint)).toEqual({ kind: 'unreachable', why })
  expect(endpoint.requests).toEqual([])
})

test('an environment that switches verification off does not reach here', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  vi.spyOn(process, 'emitWarning').mockReturnValue()
  const endpoint = await serve(issue({ name: 'endpoint.test' }))
  expect(await post(endpoint)).toEqual({ kind: 'unreachable', why: 'certificate-untrusted' })
})

test('what speaks no TLS, or ends the handshake, has its reason', async () => {
  const plain = await startEndpoint(() => undefined)
  const url = plain.url().replace('http:', 'https:')
  const outbound = openOutbound()
  const replied = outbound.post(request(url))
  // The handshake is the first thing sent, and never looks like the end of a request.
  await vi.waitUntil(() => plain.sockets.length > 0)
  plain.sockets[0]?.end(answer)
  expect(await replied).toEqual({ kind: 'unreachable', why: 'tls' })
  const cut = outbound.post(request(url))
  await vi.waitUntil(() => plain.sockets.length > 1)
  plain.sockets[1]?.destroy()
  expect(await cut).toEqual({ kind: 'unreachable', why: 'reset' })
})

test('F23: an answer that never becomes body or header is cut off here as well', async () => {
  let taken: Promise<number> | undefined
  const endpoint = await serve(issue({ name: 'endpoint.test', issuer: authority }), (socket) => {
    taken = flood(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n')
  })
  expect(await post(endpoint)).toEqual({ kind: 'unreachable', why: 'invalid-answer' })
  expect(await taken).toBeLessThan(12 << 20)
})
