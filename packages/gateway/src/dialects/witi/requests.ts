import { GatewayError } from '../../core/errors/gateway-error.js'
import { apiVersions, type WitiConfig } from './config.js'
import { parsedUrl } from '../../core/parsed-url.js'

const longestUrl = 2048
const longestUserAgent = 512

/** The `user_agent` with which a QR is asked for; the body may be left out. */
export function readGenerateQrCode(body: unknown): Partial<WitiConfig> {
  const { user_agent: userAgent } = fields(body)
  return readUserAgent(userAgent)
}

/** Each field on its own is optional; what is left out stays as it is. */
export function readSetConfig(body: unknown): Partial<WitiConfig> {
  const { webhook, user_agent: userAgent, APIVersionCanBulk: bulk, APIVersion: apiVersion } = fields(body)
  return { ...readWebhook(webhook), ...readUserAgent(userAgent), ...readBulk(bulk), ...readApiVersion(apiVersion) }
}

export function fields(body: unknown): Record<string, unknown> {
  if (body === undefined) return {}
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new GatewayError('bad-request', 'The body is not a JSON object.')
}

/** Where it leads is looked at when something is sent there: a name can come to mean another address meanwhile. */
function readWebhook(value: unknown): Partial<WitiConfig> {
  if (value === undefined) return {}
  if (value === null || value === '') return { webhook: '' }
  // WHATWG URLs drop blanks and control characters in silence; what is kept here is repeated as it was sent.
  const plain = typeof value === 'string' && value.length <= longestUrl && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(value)
  if (plain && parsedUrl(value)) return { webhook: value }
  throw wrong('webhook', `must be an http or https URL of at most ${longestUrl} characters`)
}

function readUserAgent(value: unknown): Partial<WitiConfig> {
  if (value === undefined || value === null) return {}
  const fits = typeof value === 'string' && value.length <= longestUserAgent && !/\p{Cc}/u.test(value)
  if (fits) return { userAgent: value }
  throw wrong('user_agent', `must be a text of one line and at most ${longestUserAgent} characters`)
}

function readBulk(value: unknown): Partial<WitiConfig> {
  if (value === undefined || value === null) return {}
  if (typeof value === 'boolean') return { bulk: value }
  throw wrong('APIVersionCanBulk', 'must be true or false')
}

function readApiVersion(value: unknown): Partial<WitiConfig> {
  if (value === undefined || value === null) return {}
  const apiVersion = apiVersions.find((known) => known === value)
  if (apiVersion !== undefined) return { apiVersion }
  throw wrong('APIVersion', `must be one of ${apiVersions.map((known) => `"${known}"`).join(', ')}`)
}

/** One that nothing may be sent to, as the core has found. */
export function unfitWebhook(cause: GatewayError): GatewayError {
  return new GatewayError('bad-request', 'webhook must lead to where this server may send', { field: 'webhook', cause })
}

export function wrong(field: string, why: string): GatewayError {
  return new GatewayError('bad-request', `${field} ${why}`, { field })
}
