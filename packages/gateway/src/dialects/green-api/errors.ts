import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'
import type { Clock } from '../../core/ports/clock.js'

const starting = 'instance in starting process try later'
const notAuthorized = 'instance is starting or not authorized'
const suspended = 'Your account is suspended'
const badData = 'bad request data'
const badGateway = 'Bad Gateway'
const broken = 'Internal Server Error'

/** Total on purpose: a new core code does not compile until this vendor has an answer for it. */
export const answers: Record<ErrorCode, readonly [status: number, message: string]> = {
  'bad-request': [400, badData],
  // The vendor says this with 500. What a caller did wrong is never a 5xx here, so that nobody repeats it.
  'body-too-large': [413, 'request entity too large'],
  unauthorized: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  'route-not-found': [404, 'Not Found'],
  // The vendor's router knows a path only together with its verb.
  'method-not-allowed': [404, 'Not Found'],
  'instance-not-found': [403, 'Forbidden'],
  'key-not-found': [401, 'Unauthorized'],
  'access-key-not-found': [401, 'Unauthorized'],
  'message-not-found': [400, 'Message not found by id'],
  'phone-not-found': [400, badData],
  'attempt-not-found': [400, notAuthorized],
  // Link pages are Gangway's own; this vendor has none.
  'link-page-not-found': [403, 'Forbidden'],
  'subscription-not-found': [403, 'Forbidden'],
  'event-not-found': [400, badData],
  'chat-not-found': [400, badData],
  'contact-not-found': [400, badData],
  'group-not-found': [400, badData],
  'media-not-found': [400, badData],
  // Message links too are not this vendor's.
  'message-link-not-found': [403, 'Forbidden'],
  'link-import-not-found': [403, 'Forbidden'],
  'meta-number-not-found': [403, 'Forbidden'],
  'already-linked': [400, 'Instance has auth. You need to make log out'],
  'not-linked': [400, notAuthorized],
  'instance-busy': [400, starting],
  'instance-banned': [403, suspended],
  'instance-restricted': [403, suspended],
  // The state of such an instance reads `starting` (replies.ts), and this is what goes with it.
  'storage-error': [400, starting],
  'storage-full': [500, broken],
  'stale-owner': [502, badGateway],
  'wrong-account': [400, notAuthorized],
  'link-expired': [400, notAuthorized],
  'link-cancelled': [400, notAuthorized],
  'link-abandoned': [400, notAuthorized],
  'link-interrupted': [400, notAuthorized],
  'whatsapp-unreachable': [502, badGateway],
  'whatsapp-refused': [502, badGateway],
  'client-outdated': [502, badGateway],
  'recipient-not-found': [400, badData],
  'content-too-large': [
    400,
    "Validation failed. Details: 'message' length must be less than or equal to 20000 characters long",
  ],
  'file-unreachable': [400, badData],
  'media-unavailable': [400, badData],
  'not-in-group': [400, badData],
  'not-group-admin': [400, badData],
  'message-expired': [400, badData],
  'message-cancelled': [400, badData],
  'number-taken': [400, badData],
  'message-links-full': [400, badData],
  'issuer-refused': [400, badData],
  'issuer-unreachable': [502, badGateway],
  'sandbox-refused': [400, badData],
  'sandbox-off': [400, badData],
  'not-supported': [403, 'Forbidden'],
  'rate-limited': [429, 'Too Many Requests'],
  'send-timed-out': [502, badGateway],
  'internal-error': [500, broken],
}

/** A refusal in words of this vendor, where its answer says more than the one of the code. */
export class Refused extends GatewayError {}

/** `complaint` begins with the field in single quotes, as the vendor's validator writes it. */
export function invalid(complaint: string, cause?: unknown): Refused {
  return new Refused('bad-request', `Validation failed. Details: ${complaint}`, { cause })
}

/** Has a message that is not there refused with its id, as the vendor does. */
export async function finding<T>(idMessage: string | undefined, ask: Promise<T>): Promise<T> {
  try {
    return await ask
  } catch (error) {
    if (idMessage === undefined || !(error instanceof GatewayError) || error.code !== 'message-not-found') throw error
    throw new Refused('message-not-found', `Message not found by id ${idMessage}`, { cause: error })
  }
}

/** What the vendor's web framework says of a path that it does not know, or not with this verb. */
export function noRoute(request: FastifyRequest): Refused {
  return new Refused('route-not-found', `Cannot ${request.method} ${request.url}`)
}

/** Too many calls; worth a try again after that many milliseconds. */
export class RateLimited extends GatewayError {
  readonly retryAfter: number

  constructor(wait: number) {
    super('rate-limited', 'too many calls of this method')
    this.retryAfter = Math.ceil(wait / 1000)
  }
}

export function answerAsVendor(scope: FastifyInstance, clock: Clock): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = asGatewayError(thrown)
    if (error.code === 'internal-error') request.log.error({ err: thrown }, 'request failed')
    const [status] = answers[error.code]
    reply.code(status)
    // Seen without a body at the vendor; its clients take anything else for an answer.
    if (status === 401) return reply.send()
    if (error instanceof RateLimited) reply.header('retry-after', error.retryAfter)
    return reply.send({
      statusCode: status,
      timestamp: clock.now().toISOString(),
      path: request.url,
      message: messageOf(error),
    })
  })
}

/** The vendor's words for a refusal. */
export function messageOf(error: GatewayError): string {
  if (error instanceof Refused) return error.message
  if (error.code === 'bad-request' && error.cause instanceof SyntaxError) return jsonFault(error.cause.message)
  return answers[error.code][1]
}

/** The engine's complaint about JSON as engines of the vendor's days wrote it, without the piece of the body in it. */
function jsonFault(complaint: string): string {
  if (complaint.includes('end of JSON')) return 'Unexpected end of JSON input'
  const token = /Unexpected token '(.+?)',/su.exec(complaint)?.[1]
  const position = /at position (\d+)/.exec(complaint)?.[1]
  return (
    `Unexpected token${token === undefined ? '' : ` ${token}`} in JSON` +
    (position === undefined ? '' : ` at position ${position}`)
  )
}

/** What Fastify itself refuses, in the core's words; anything else that is not a refusal is our own fault. */
function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : 500
  if (status === 413) return new GatewayError('body-too-large', 'too large', { cause: thrown })
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new GatewayError('bad-request', 'refused by the server', { cause: thrown })
  }
  return new GatewayError('internal-error', 'the request failed', { cause: thrown })
}
