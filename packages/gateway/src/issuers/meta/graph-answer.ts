import { GatewayError, type Effect } from '../../core/errors/gateway-error.js'
import type { LinkCode } from '../../core/ids.js'
import { unreachableText, type Answered, type OutboundReply } from '../../core/ports/outbound.js'

/** Graph's envelope of an error, as far as people are helped by it. */
interface GraphError {
  readonly message?: unknown
  readonly code?: unknown
  readonly error_subcode?: unknown
  readonly error_user_msg?: unknown
}

/** Nothing may have happened at the other side before it was connected to. */
const neverSent = new Set(['dns', 'not-allowed', 'no-route', 'refused', 'overloaded'])

/** The code of the link that was made or changed. Throws what the answer says otherwise. */
export function codeIn(reply: OutboundReply): LinkCode {
  const { code } = bodyOf(accepted(reply))
  // A code becomes part of an address: nothing but letters and digits may ever get there.
  if (typeof code === 'string' && /^[A-Z0-9]{14}$/.test(code)) return code as LinkCode
  throw unreachable('Meta answered something that is no link.', 'unknown')
}

/** Throws unless the link is gone, by this or before. */
export function requireRemoved(reply: OutboundReply): void {
  if (reply.kind !== 'answered' || reply.status !== 404) accepted(reply)
}

function accepted(reply: OutboundReply): Answered {
  if (reply.kind === 'unreachable') {
    throw unreachable(`Meta: ${unreachableText[reply.why]}`, neverSent.has(reply.why) ? 'none' : 'unknown')
  }
  if (reply.status >= 200 && reply.status < 300) return reply
  throw refusal(reply.status, bodyOf(reply).error ?? {})
}

/** In Meta's own words and numbers, which are what its documentation and its support go by. */
function refusal(status: number, error: GraphError): GatewayError {
  const numbers = [`status ${status}`, ...numbered('code', error.code), ...numbered('subcode', error.error_subcode)]
  const said = `Meta: ${text(error.message) ?? 'no reason was given'} (${numbers.join(', ')})`
  const hint = text(error.error_user_msg)
  const more = hint === undefined ? {} : { hint }
  if (status === 429 || error.code === 4) return new GatewayError('rate-limited', said, more)
  // It may have been done all the same.
  if (status >= 500) return new GatewayError('issuer-unreachable', said, { ...more, effect: 'unknown' })
  return new GatewayError('issuer-refused', said, more)
}

function bodyOf({ body }: Answered): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString())
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function numbered(name: string, value: unknown): string[] {
  return typeof value === 'number' ? [`${name} ${value}`] : []
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 300) : undefined
}

function unreachable(message: string, effect: Effect): GatewayError {
  return new GatewayError('issuer-unreachable', message, { effect })
}
