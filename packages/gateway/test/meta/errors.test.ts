import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ErrorCode, errorCodes, GatewayError } from '#gateway/core/errors/gateway-error.js'
import { faces } from '#gateway/dialects/meta/errors.js'
import { edge, startWorld } from './world.js'

/** What a client is told when the core refuses for this reason. A code without its row does not compile. */
type Row = readonly [http: number, type: 'OAuthException' | 'GraphMethodException', code: number, message: string]
const impossible: Row = [400, 'OAuthException', 100, 'The request cannot be carried out']
const noAlias: Row = [404, 'GraphMethodException', 803, 'Some of the aliases you requested do not exist']
const away: Row = [503, 'OAuthException', 2, 'Service temporarily unavailable']
const rows: Record<ErrorCode, Row> = {
  'bad-request': [400, 'OAuthException', 100, 'What happened.'],
  'body-too-large': [413, 'OAuthException', 100, 'The request is too large'],
  unauthorized: [401, 'OAuthException', 190, 'Invalid OAuth access token'],
  forbidden: [403, 'OAuthException', 200, "Your app doesn't have permission to list QR codes for this phone number"],
  'route-not-found': [404, 'OAuthException', 2500, 'Unknown path components'],
  'method-not-allowed': [405, 'GraphMethodException', 100, 'Unsupported get request'],
  'instance-not-found': noAlias,
  'key-not-found': noAlias,
  'access-key-not-found': noAlias,
  'message-not-found': noAlias,
  'phone-not-found': noAlias,
  'attempt-not-found': noAlias,
  'link-page-not-found': noAlias,
  'subscription-not-found': noAlias,
  'event-not-found': noAlias,
  'chat-not-found': noAlias,
  'contact-not-found': noAlias,
  'group-not-found': noAlias,
  'media-not-found': noAlias,
  'message-link-not-found': [404, 'GraphMethodException', 803, 'QR code not found'],
  'link-import-not-found': noAlias,
  'meta-number-not-found': [404, 'GraphMethodException', 803, 'Phone number not found'],
  'already-linked': impossible,
  'not-linked': impossible,
  'instance-busy': away,
  'instance-banned': impossible,
  'instance-restricted': impossible,
  'storage-error': [503, 'OAuthException', 2, 'What is stored cannot be read'],
  'storage-full': [503, 'OAuthException', 2, 'Storage is full'],
  'stale-owner': away,
  'wrong-account': impossible,
  'link-expired': impossible,
  'link-cancelled': impossible,
  'link-abandoned': impossible,
  'link-interrupted': impossible,
  'whatsapp-unreachable': away,
  'whatsapp-refused': impossible,
  'client-outdated': impossible,
  'recipient-not-found': noAlias,
  'content-too-large': [413, 'OAuthException', 100, 'The request is too large'],
  'file-unreachable': impossible,
  'media-unavailable': noAlias,
  'not-in-group': impossible,
  'not-group-admin': impossible,
  'message-expired': impossible,
  'message-cancelled': impossible,
  'number-taken': impossible,
  'message-links-full': [400, 'OAuthException', 100, 'A phone number has at most 2000 QR codes and short links'],
  'issuer-refused': [400, 'OAuthException', 100, 'What happened.'],
  'issuer-unreachable': [503, 'OAuthException', 2, 'Meta cannot be reached'],
  'sandbox-refused': impossible,
  'sandbox-off': impossible,
  'not-supported': impossible,
  'rate-limited': [429, 'OAuthException', 4, 'Too many API calls. Please try again later'],
  'send-timed-out': away,
  'internal-error': [500, 'GraphMethodException', 2, 'An unexpected error occurred. Please retry your request'],
}

test('every refusal of the core has its answer', async () => {
  const { call, failNext } = await startWorld()
  for (const code of errorCodes) {
    failNext(new GatewayError(code, 'What happened.'))
    const { status, body } = await call('GET', edge)
    const told = body.error as Record<string, unknown>
    expect([status, told.type, told.code, told.message], code).toEqual(rows[code])
    expect(told.is_transient, code).toBe([2, 4].includes(rows[code][2]) ? true : undefined)
  }
})

test('docs/meta.md has every answer that this API can give', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../../docs/meta.md'), 'utf8')
  const rowsOfPage = page.split('\n').filter((line) => line.startsWith('|'))
  for (const code of errorCodes) {
    const { http, message, code: graphCode } = faces[code]
    if (message === impossible[3] || message === noAlias[3]) continue
    const shown = message.replace('manage', '…').replace('Unsupported request', 'Unsupported … request')
    const row = rowsOfPage.find((line) => line.includes(shown))
    expect(row, `${code}: ${message}`).toBeDefined()
    expect(row).toContain(`| ${http} |`)
    expect(row).toMatch(new RegExp(`\\b${graphCode}\\b`))
  }
})
