import type { FastifyInstance, FastifyReply } from 'fastify'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'
import type { ProblemReply } from './replies.js'

export interface Face {
  readonly status: number
  readonly title: string
  /** Said instead of the core's own words, so that an answer cannot tell an absent thing from a stranger's. */
  readonly detail?: string
}

/** Total on purpose: a new core code does not compile until the native API has an answer for it. */
export const faces: Record<ErrorCode, Face> = {
  'bad-request': { status: 400, title: 'The request cannot be read' },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    detail: 'A body has at most 1 MiB, and 8 MiB where a file in Base64 may be in it.',
  },
  unauthorized: {
    status: 401,
    title: 'A valid API key is needed',
    detail: 'Send `Authorization: Bearer <key>` with a key that is not revoked.',
  },
  forbidden: { status: 403, title: 'This key may not do that' },
  'route-not-found': { status: 404, title: 'No such path', detail: 'Nothing answers here; /docs lists every path.' },
  'method-not-allowed': { status: 405, title: 'The path does not answer this verb' },
  'instance-not-found': {
    status: 404,
    title: 'No such instance',
    detail: 'There is no instance with this id, or this key cannot see it.',
  },
  'key-not-found': {
    status: 404,
    title: 'No such API key',
    detail: 'There is no API key with this id, or this key cannot see it.',
  },
  'access-key-not-found': {
    status: 404,
    title: 'No such access key',
    detail: 'There is no access key with this id, or this key cannot see it.',
  },
  'message-not-found': {
    status: 404,
    title: 'No such message',
    detail: 'This instance knows of no message with this id.',
  },
  'phone-not-found': {
    status: 404,
    title: 'No such virtual phone',
    detail: 'There is no virtual phone with this number, or this key cannot see it.',
  },
  'attempt-not-found': { status: 404, title: 'No link attempt' },
  'link-page-not-found': {
    status: 404,
    title: 'No such link page',
    detail: 'This instance has no link page with this id.',
  },
  'subscription-not-found': {
    status: 404,
    title: 'No such subscription',
    detail: 'There is no subscription with this id, or this key cannot see it.',
  },
  'event-not-found': { status: 404, title: 'No such event' },
  'chat-not-found': { status: 404, title: 'No such chat', detail: 'This instance has no chat with this id.' },
  'contact-not-found': { status: 404, title: 'No such contact', detail: 'This instance has met nobody with this id.' },
  'group-not-found': { status: 404, title: 'No such group' },
  'media-not-found': {
    status: 404,
    title: 'No such file',
    detail: 'There is no file with this id, or it has expired.',
  },
  'message-link-not-found': {
    status: 404,
    title: 'No such message link',
    detail: 'There is no message link with this id or code, or this key cannot see it.',
  },
  'link-import-not-found': {
    status: 404,
    title: 'No such import',
    detail: 'There is no import with this id, or this key cannot see it.',
  },
  'meta-number-not-found': { status: 404, title: 'This number is not attached' },
  'already-linked': { status: 409, title: 'The instance is already linked' },
  'not-linked': { status: 409, title: 'The instance is not linked' },
  'instance-busy': { status: 409, title: 'The instance is busy' },
  'instance-banned': { status: 409, title: 'WhatsApp has banned the account' },
  'instance-restricted': { status: 409, title: 'WhatsApp restricts the account' },
  'storage-error': { status: 503, title: 'Stored credentials cannot be read' },
  'storage-full': { status: 507, title: 'The disk of the gateway is full' },
  'stale-owner': { status: 503, title: 'Another node has taken over the instance' },
  'wrong-account': { status: 409, title: 'Another account than the expected one was linked' },
  'link-expired': { status: 409, title: 'The link attempt expired' },
  'link-cancelled': { status: 409, title: 'The link attempt was cancelled' },
  'link-abandoned': { status: 409, title: 'Nobody watched the link attempt' },
  'link-interrupted': { status: 409, title: 'The link attempt was interrupted' },
  'whatsapp-unreachable': { status: 503, title: 'WhatsApp cannot be reached' },
  'whatsapp-refused': { status: 502, title: 'WhatsApp refused' },
  'client-outdated': { status: 502, title: 'WhatsApp asks for a newer client' },
  'recipient-not-found': { status: 422, title: 'The recipient is not on WhatsApp' },
  'content-too-large': { status: 413, title: 'The content is too large for WhatsApp' },
  'file-unreachable': { status: 422, title: 'The file could not be fetched' },
  'media-unavailable': { status: 410, title: 'WhatsApp does not have the file any more' },
  'not-in-group': { status: 409, title: 'The account is not in the group' },
  'not-group-admin': { status: 409, title: 'The account is no admin of the group' },
  'message-expired': { status: 409, title: 'The message waited too long' },
  'message-cancelled': { status: 409, title: 'The message was taken out of the queue' },
  'number-taken': { status: 409, title: 'The number is taken' },
  'message-links-full': { status: 409, title: 'The number has as many message links as it may have' },
  'issuer-refused': { status: 422, title: 'Meta refused' },
  'issuer-unreachable': { status: 502, title: 'Meta cannot be reached' },
  'sandbox-refused': { status: 422, title: 'The virtual phone refused' },
  'sandbox-off': { status: 409, title: 'This gateway runs without a sandbox' },
  'not-supported': { status: 422, title: 'Not supported' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'send-timed-out': { status: 504, title: 'WhatsApp did not confirm in time' },
  'internal-error': {
    status: 500,
    title: 'The gateway failed',
    detail: 'This is a fault of the gateway; its log has the details.',
  },
}

/** For the few answers whose status says more than the face of their code. */
export class Refused extends GatewayError {
  readonly status: number

  constructor(status: number, code: ErrorCode, message: string, more: { field?: string; hint?: string } = {}) {
    super(code, message, more)
    this.status = status
  }
}

/** Documentation of a code, which is also the `type` of its problems. */
export type ProblemType = (code: ErrorCode) => string

export function problemTypes(publicUrl: string): ProblemType {
  const base = `${publicUrl.replace(/\/$/, '')}/docs/errors`
  return (code) => `${base}#${code}`
}

/** An RFC 9457 problem document. */
export function problem(error: GatewayError, typeOf: ProblemType): ProblemReply {
  const face = faces[error.code]
  return {
    type: typeOf(error.code),
    title: face.title,
    status: error instanceof Refused ? error.status : face.status,
    code: error.code,
    detail: face.detail ?? error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.effect === 'unknown' ? { effect: error.effect } : {}),
  }
}

export function answerWithProblems(scope: FastifyInstance, typeOf: ProblemType): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = asGatewayError(thrown)
    if (error.code === 'internal-error') request.log.error({ err: thrown }, 'request failed')
    return sendProblem(reply, problem(error, typeOf))
  })
}

export function refuseUnknownPaths(scope: FastifyInstance): void {
  scope.setNotFoundHandler(() => {
    throw notFound()
  })
}

export function notFound(): GatewayError {
  return new GatewayError('route-not-found', 'no such path')
}

/** What Fastify itself refuses, in the core's words; anything else that is not a refusal is our own fault. */
export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  if (!(thrown instanceof Error))
    return new GatewayError('internal-error', 'thrown without an error', { cause: thrown })
  const status = 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 500
  if (status === 413) return new GatewayError('body-too-large', thrown.message, { cause: thrown })
  if (status === 415)
    return new Refused(415, 'bad-request', 'The body has a content type that is not read here.', {
      hint: 'Send `Content-Type: application/json`.',
    })
  if (status >= 400 && status < 500) return new GatewayError('bad-request', thrown.message, { cause: thrown })
  return new GatewayError('internal-error', thrown.message, { cause: thrown })
}

export function sendProblem(reply: FastifyReply, body: ProblemReply): FastifyReply {
  if (body.status === 401) reply.header('www-authenticate', 'Bearer realm="gangway"')
  return reply.code(body.status).type('application/problem+json').send(JSON.stringify(body))
}
