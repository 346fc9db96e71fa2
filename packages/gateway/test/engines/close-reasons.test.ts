import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { closeReason, type Progress } from '#gateway/engines/baileys/close-reasons.js'

/** As the library reports an end: a Boom with an HTTP-like code. */
function boom(statusCode: number, message = 'Stream Errored', data: unknown = null): Error {
  return Object.assign(new Error(message), { isBoom: true, output: { statusCode }, data })
}

const cases: readonly (readonly [what: string, error: unknown, progress: Progress, reason: object])[] = [
  ['restart after pairing', boom(515), 'open', { kind: 'restart-required' }],
  ['login refused', boom(401, 'Connection Failure', { reason: '401' }), 'handshake', { kind: 'logged-out' }],
  ['locked', boom(403), 'handshake', { kind: 'banned' }],
  ['banned', boom(406), 'handshake', { kind: 'banned' }],
  ['client outdated', boom(405), 'handshake', { kind: 'client-outdated' }],
  ['bad user agent', boom(409), 'handshake', { kind: 'client-outdated' }],
  ['multi-device mismatch', boom(411), 'open', { kind: 'multi-device-mismatch' }],
  ['conflict replaced', boom(440, 'conflict', { attrs: { type: 'replaced' } }), 'open', { kind: 'replaced' }],
  [
    'conflict device_removed',
    boom(440, 'conflict', { attrs: { type: 'device_removed' } }),
    'open',
    { kind: 'logged-out' },
  ],
  ['server closed', boom(428), 'open', { kind: 'connection-lost' }],
  ['connection lost', boom(408, 'Connection was lost'), 'open', { kind: 'connection-lost' }],
  ['all QRs shown', boom(408, 'QR refs attempts ended'), 'open', { kind: 'link-expired' }],
  ['service unavailable', boom(503), 'open', { kind: 'server-trouble', code: 503 }],
  ['a code nobody knows', boom(777), 'open', { kind: 'server-trouble', code: 777 }],
  ['no error at all', undefined, 'open', { kind: 'server-trouble', code: 500 }],
  [
    'nobody listens',
    boom(408, 'WebSocket Error', { code: 'ECONNREFUSED' }),
    'connecting',
    { kind: 'unreachable', detail: 'ECONNREFUSED' },
  ],
  [
    'no such host',
    boom(408, 'WebSocket Error', { code: 'ENOTFOUND' }),
    'connecting',
    { kind: 'unreachable', detail: 'ENOTFOUND' },
  ],
  [
    'not a WebSocket server',
    boom(404, 'Unexpected server response: 404'),
    'connecting',
    { kind: 'unreachable', detail: 'HTTP 404' },
  ],
  [
    'a certificate of somebody else',
    boom(400, 'noise certificate signature invalid'),
    'handshake',
    { kind: 'not-whatsapp' },
  ],
  [
    'a handshake that does not decrypt',
    new Error('unable to authenticate data'),
    'handshake',
    { kind: 'not-whatsapp' },
  ],
  [
    'stored key unreadable',
    new GatewayError('storage-error', 'x'),
    'open',
    { kind: 'storage-error', detail: 'storage-error' },
  ],
  ['disk full', new GatewayError('storage-full', 'x'), 'open', { kind: 'storage-full' }],
  ['another owner took over', new GatewayError('stale-owner', 'x'), 'open', { kind: 'requested' }],
]

test.each(cases)('F12: %s', (_what, error, progress, reason) => {
  expect(closeReason(error, progress)).toEqual(reason)
})

test('a temporary ban ends when WhatsApp says, or nobody knows when', () => {
  const before = Date.now()
  const reason = closeReason(boom(402, 'Connection Failure', { reason: '402', expire: '3600' }), 'handshake')
  const until = reason.kind === 'temporarily-banned' ? reason.until?.getTime() : undefined
  expect(until).toBeGreaterThanOrEqual(before + 3_600_000)
  expect(until).toBeLessThanOrEqual(Date.now() + 3_600_000)
  expect(closeReason(boom(402), 'handshake')).toEqual({ kind: 'temporarily-banned', until: null })
})

test('the detail of a network failure is a code and carries nothing of the address', () => {
  const reason = closeReason(boom(408, 'x', { code: 'connect to 10.0.0.1 failed' }), 'connecting')
  expect(reason).toEqual({ kind: 'unreachable', detail: 'HTTP 408' })
})
