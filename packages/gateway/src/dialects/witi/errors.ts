import type { FastifyInstance } from 'fastify'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'

export interface Face {
  /** HTTP status. The vendor's pages show no other than 200: how a connection is, is told in the body. */
  readonly http: number
  readonly error: string
}

const wrongWid = { http: 401, error: 'Invalid wid' } as const
const notFound = { http: 404, error: 'Not found' } as const
const linkEnded = { http: 200, error: 'QR code generation was interrupted, try again' } as const

/**
 * Total on purpose: a new core code does not compile until this vendor has an answer for it. What became of a connection
 * is 200 with an error in the body, as the vendor's one documented failure; a request that is wrong in itself is a 4xx.
 */
export const faces: Record<ErrorCode, Face> = {
  'bad-request': { http: 400, error: 'Bad request' },
  'body-too-large': { http: 413, error: 'Request too large' },
  unauthorized: wrongWid,
  forbidden: { http: 403, error: 'Not allowed' },
  'route-not-found': { http: 404, error: 'Command not found' },
  'method-not-allowed': { http: 405, error: 'Method not allowed' },
  // An instance that is gone, or is somebody else's, is a key that is worth nothing.
  'instance-not-found': wrongWid,
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
  'message-link-not-found': notFound,
  'link-import-not-found': notFound,
  'meta-number-not-found': notFound,
  'already-linked': { http: 200, error: 'Connection already established' },
  'not-linked': { http: 200, error: 'No connection' },
  'instance-busy': { http: 200, error: 'Connection is busy, try again' },
  'instance-banned': { http: 200, error: 'WhatsApp has banned this account' },
  'instance-restricted': { http: 200, error: 'WhatsApp has restricted this account' },
  'storage-error': { http: 503, error: 'Stored session cannot be read' },
  'storage-full': { http: 507, error: 'Storage is full' },
  'stale-owner': { http: 503, error: 'Connection has moved, try again' },
  'wrong-account': { http: 200, error: 'Another number than the expected one was connected' },
  'link-expired': { http: 200, error: 'QR code expired, try again' },
  'link-cancelled': linkEnded,
  'link-abandoned': linkEnded,
  'link-interrupted': linkEnded,
  'whatsapp-unreachable': { http: 200, error: 'WhatsApp cannot be reached' },
  'whatsapp-refused': { http: 200, error: 'WhatsApp refused the connection' },
  'client-outdated': { http: 200, error: 'WhatsApp requires a newer client' },
  'recipient-not-found': { http: 200, error: 'Number is not on WhatsApp' },
  'content-too-large': { http: 413, error: 'Content too large' },
  'file-unreachable': { http: 200, error: 'File cannot be fetched' },
  'media-unavailable': { http: 200, error: 'File is no longer available' },
  'not-in-group': { http: 200, error: 'Not a member of the group' },
  'not-group-admin': { http: 200, error: 'Not an admin of the group' },
  'message-expired': { http: 200, error: 'Message expired' },
  'message-cancelled': { http: 200, error: 'Message cancelled' },
  'number-taken': { http: 409, error: 'Number is taken' },
  'message-links-full': { http: 409, error: 'Too many message links' },
  'issuer-refused': { http: 200, error: 'Meta refused' },
  'issuer-unreachable': { http: 200, error: 'Meta cannot be reached' },
  'sandbox-refused': { http: 200, error: 'The virtual phone refused' },
  'sandbox-off': { http: 200, error: 'No sandbox' },
  'not-supported': { http: 400, error: 'Not supported' },
  'rate-limited': { http: 429, error: 'Too many requests' },
  'send-timed-out': { http: 200, error: 'WhatsApp did not answer in time, try again' },
  'internal-error': { http: 500, error: 'Internal error' },
}

/** How the commands say that they failed: each kind has its own envelope. */
export const failureReplies = {
  /** The only failure that the vendor's page of connections shows. */
  status: (error: string) => ({ status: 0, error, ttl: 0 }),
  sucesso: (error: string) => ({ sucesso: false, error }),
  clear: (error: string) => ({ status: false, message: error }),
  /** Of the commands that send; `error` is ours, the vendor leaves its clients to guess. */
  success: (error: string) => ({ success: false, message: null, error }),
  /** Of the commands about one contact. */
  mensagem: (error: string) => ({ sucesso: false, mensagem: null, error }),
  /** Of the commands that list: "on error: empty". */
  list: (_error: string) => [],
} as const
export type FailureShape = keyof typeof failureReplies

export function answerFailures(scope: FastifyInstance, shapeOf: (params: unknown) => FailureShape): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = asGatewayError(thrown)
    if (error.code === 'internal-error') request.log.error({ err: thrown }, 'request failed')
    const face = faces[error.code]
    // A field that is wrong is named; any other words of the core stay inside.
    const text = error.code === 'bad-request' && error.field !== undefined ? error.message : face.error
    return reply.code(face.http).send(failureReplies[shapeOf(request.params)](text))
  })
}

/** What Fastify itself refuses, in the core's words; anything else that is not a refusal is our own fault. */
function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500
  if (status === 413) return new GatewayError('body-too-large', 'body too large', { cause: thrown })
  if (status >= 400 && status < 500) return new GatewayError('bad-request', 'bad request', { cause: thrown })
  return new GatewayError('internal-error', 'internal error', { cause: thrown })
}
