import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'
import { mostLinksPerNumber } from '../../core/message-links/message-link.js'

/** How Graph tells an error, as far as it is the same each time. */
export interface Face {
  readonly http: number
  readonly type: 'OAuthException' | 'GraphMethodException'
  readonly code: number
  readonly subcode?: number
  readonly message: string
  /** For the people who use the client. The text is the core's hint where it has one; without either there is no title. */
  readonly title?: string
  readonly text?: string
  /** Whether the same request may succeed later. */
  readonly transient?: true
}

export interface GraphErrorReply {
  readonly error: {
    readonly message: string
    readonly type: Face['type']
    readonly code: number
    readonly error_subcode?: number
    readonly is_transient?: boolean
    readonly error_user_title?: string
    readonly error_user_msg?: string
    readonly fbtrace_id: string
  }
}

const refusal = { http: 400, type: 'OAuthException', code: 100 } as const
const missing = { http: 404, type: 'GraphMethodException', code: 803 } as const
/** Graph's own words for a name that means nothing. */
const notFound = { ...missing, message: 'Some of the aliases you requested do not exist' } as const
const outage = { http: 503, type: 'OAuthException', code: 2, transient: true } as const
const away = { ...outage, message: 'Service temporarily unavailable' } as const
/** What linking and sending end with, which this API does not do. */
const elsewhere = { ...refusal, message: 'The request cannot be carried out' } as const

/**
 * Total on purpose: a new core code does not compile until this vendor has an answer for it. Numbers and words are those of
 * Meta's OpenAPI document where it has some.
 */
export const faces: Record<ErrorCode, Face> = {
  'bad-request': { ...refusal, message: 'Invalid parameter' },
  'body-too-large': { ...refusal, http: 413, message: 'The request is too large' },
  unauthorized: {
    http: 401,
    type: 'OAuthException',
    code: 190,
    subcode: 463,
    message: 'Invalid OAuth access token',
  },
  forbidden: {
    http: 403,
    type: 'OAuthException',
    code: 200,
    subcode: 1349174,
    message: "Your app doesn't have permission to manage QR codes for this phone number",
    title: 'Permission Denied',
    text: "Your app doesn't have permission to access this resource",
  },
  'route-not-found': { http: 404, type: 'OAuthException', code: 2500, message: 'Unknown path components' },
  'method-not-allowed': { http: 405, type: 'GraphMethodException', code: 100, message: 'Unsupported request' },
  'instance-not-found': notFound,
  'key-not-found': notFound,
  'access-key-not-found': notFound,
  'message-not-found': notFound,
  'phone-not-found': notFound,
  'attempt-not-found': notFound,
  'link-page-not-found': notFound,
  'subscription-not-found': notFound,
  'event-not-found': notFound,
  'chat-not-found': notFound,
  'contact-not-found': notFound,
  'group-not-found': notFound,
  'media-not-found': notFound,
  'message-link-not-found': {
    ...missing,
    message: 'QR code not found',
    title: 'QR Code Not Found',
    text: "The QR code you're trying to access doesn't exist or has been deleted",
  },
  'link-import-not-found': notFound,
  'meta-number-not-found': { ...missing, message: 'Phone number not found', title: 'Phone Number Not Found' },
  'already-linked': elsewhere,
  'not-linked': elsewhere,
  'instance-busy': away,
  'instance-banned': elsewhere,
  'instance-restricted': elsewhere,
  'storage-error': { ...outage, message: 'What is stored cannot be read' },
  'storage-full': { ...outage, message: 'Storage is full' },
  'stale-owner': away,
  'wrong-account': elsewhere,
  'link-expired': elsewhere,
  'link-cancelled': elsewhere,
  'link-abandoned': elsewhere,
  'link-interrupted': elsewhere,
  'whatsapp-unreachable': away,
  'whatsapp-refused': elsewhere,
  'client-outdated': elsewhere,
  'recipient-not-found': notFound,
  'content-too-large': { ...refusal, http: 413, message: 'The request is too large' },
  'file-unreachable': elsewhere,
  'media-unavailable': notFound,
  'not-in-group': elsewhere,
  'not-group-admin': elsewhere,
  'message-expired': elsewhere,
  'message-cancelled': elsewhere,
  'number-taken': elsewhere,
  'message-links-full': {
    ...refusal,
    message: `A phone number has at most ${mostLinksPerNumber} QR codes and short links`,
    title: 'QR Code Limit Reached',
  },
  'issuer-refused': { ...refusal, message: 'Refused by Meta', title: 'Refused by Meta' },
  'issuer-unreachable': { ...outage, message: 'Meta cannot be reached' },
  'sandbox-refused': elsewhere,
  'sandbox-off': elsewhere,
  'not-supported': elsewhere,
  'rate-limited': {
    http: 429,
    type: 'OAuthException',
    code: 4,
    subcode: 2446079,
    message: 'Too many API calls. Please try again later',
    transient: true,
  },
  'send-timed-out': away,
  'internal-error': {
    http: 500,
    type: 'GraphMethodException',
    code: 2,
    message: 'An unexpected error occurred. Please retry your request',
    transient: true,
  },
}

/** A refusal that says more than the face of its code. */
export class Refused extends GatewayError {}

/** Names the parameter, and what is wrong with it. */
export function invalid(parameter: string, why: string, cause?: unknown): Refused {
  return new Refused('bad-request', `Invalid ${parameter} parameter. ${why}`, { field: parameter, cause })
}

export function answerAsGraph(scope: FastifyInstance): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = asGatewayError(thrown)
    const { http } = faces[error.code]
    // By this the line in the log is found for an answer that somebody has.
    const trace = `A${randomBytes(16).toString('base64url')}`
    if (error.code === 'internal-error') request.log.error({ err: thrown, trace }, 'request failed')
    if (http === 401) reply.header('www-authenticate', 'Bearer realm="gangway"')
    return reply.code(http).send(errorReply(error, request, trace))
  })
  scope.setNotFoundHandler(() => {
    throw new GatewayError('route-not-found', 'no such path')
  })
}

function errorReply(error: GatewayError, request: FastifyRequest, trace: string): GraphErrorReply {
  const face = faces[error.code]
  const text = error.hint ?? face.text
  return {
    error: {
      message: messageOf(error, request),
      type: face.type,
      code: face.code,
      ...(face.subcode !== undefined && { error_subcode: face.subcode }),
      // Whoever repeats what may have been done already makes it twice.
      ...(face.transient && { is_transient: error.effect === 'none' }),
      ...(face.title !== undefined && text !== undefined && { error_user_title: face.title, error_user_msg: text }),
      fbtrace_id: trace,
    },
  }
}

/** What the core calls what this vendor names otherwise. */
const parameters = new Map([['text', 'prefilled_message']])

function messageOf(error: GatewayError, request: FastifyRequest): string {
  const { code, message, field } = error
  if (error instanceof Refused) return message
  if (code === 'forbidden') return faces.forbidden.message.replace('manage', verbOf(request))
  if (code === 'method-not-allowed') return `Unsupported ${request.method.toLowerCase()} request`
  // In Meta's own words and numbers.
  if (code === 'issuer-refused') return message
  if (code !== 'bad-request') return faces[code].message
  const parameter = field === undefined ? undefined : parameters.get(field)
  return parameter === undefined ? message : invalid(parameter, message).message
}

/** As Meta's document words the refusal of each call. */
function verbOf({ method, params }: FastifyRequest): string {
  if (method === 'DELETE') return 'delete'
  if (method === 'POST') return 'manage'
  return (params as { code?: string }).code === undefined ? 'list' : 'access'
}

/** What Fastify itself refuses, in the core's words; anything else that is not a refusal is our own fault. */
function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500
  if (status === 413) return new GatewayError('body-too-large', 'too large', { cause: thrown })
  if (status === 415) {
    const types = 'application/json, application/x-www-form-urlencoded or multipart/form-data'
    return new Refused('bad-request', `Invalid Content-Type header. It must be ${types}`, { cause: thrown })
  }
  if (status >= 400 && status < 500) return new GatewayError('bad-request', 'Invalid request', { cause: thrown })
  return new GatewayError('internal-error', 'the request failed', { cause: thrown })
}
