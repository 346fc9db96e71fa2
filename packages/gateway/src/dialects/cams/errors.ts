import type { FastifyInstance } from 'fastify'
import { type ErrorCode, GatewayError } from '../../core/errors/gateway-error.js'
import { newRequestId } from './replies.js'

export interface Face {
  readonly http: number
  readonly code: string
  readonly message: string
}

/** What the vendor's gateway says before an action is reached, and what its actions say: codes with a page of their own. */
export const refusals = {
  MissingParameter: [400, 'bad-request', 'A mandatory parameter is missing.'],
  InvalidParameter: [400, 'bad-request', 'The specified parameter is not valid.'],
  UnsupportedMediaType: [415, 'bad-request', 'The body is application/x-www-form-urlencoded.'],
  'InvalidAction.NotFound': [
    404,
    'route-not-found',
    'The specified API is not found. Check the action and the version.',
  ],
  InvalidVersion: [400, 'bad-request', 'The specified parameter Version is not valid.'],
  IncompleteSignature: [400, 'unauthorized', 'The request signature does not conform to the standards.'],
  SignatureDoesNotMatch: [400, 'unauthorized', 'The specified signature does not match our calculation.'],
  'InvalidAccessKeyId.NotFound': [404, 'unauthorized', 'The specified AccessKey ID is not found.'],
  'InvalidAccessKeyId.Inactive': [403, 'unauthorized', 'The specified AccessKey ID is disabled.'],
  'InvalidTimeStamp.Format': [400, 'bad-request', 'The specified time stamp is not well formatted.'],
  'InvalidTimeStamp.Expired': [
    400,
    'unauthorized',
    'The specified time stamp is expired: it may be off by 15 minutes.',
  ],
  SignatureNonceUsed: [400, 'unauthorized', 'The specified signature nonce was used already.'],
  'Ram.PermissionDeny': [400, 'forbidden', 'You are not authorized to perform the operation.'],
  'Unknown.ResourceOwnerId': [400, 'message-link-not-found', 'The resource does not belong to the current user.'],
} as const satisfies Record<string, readonly [http: number, core: ErrorCode, message: string]>
export type RefusalCode = keyof typeof refusals

/** A refusal in the vendor's words, finer than those of the core. */
export class Refused extends GatewayError {
  readonly face: Face

  constructor(code: RefusalCode, said?: string, more: { cause?: unknown } = {}) {
    const [http, core, usual] = refusals[code]
    const message = said ?? usual
    super(core, message, more)
    this.face = { http, code, message }
  }
}

const notOwned = {
  http: 400,
  code: 'Unknown.ResourceOwnerId',
  message: refusals['Unknown.ResourceOwnerId'][2],
} as const
const notSubscribed = {
  http: 400,
  code: 'Product.Unsubscript',
  message: 'You have not subscribed to the specified product.',
} as const
const away = { http: 503, code: 'ServiceUnavailable', message: 'The service is unavailable. Try again later.' } as const
/** What linking and sending come to; no action of this dialect asks for either. */
const denied = { http: 400, code: 'OperationDenied', message: 'The operation is not possible now.' } as const

/**
 * Total on purpose: a new core code does not compile until this vendor has an answer for it. The four business codes are
 * those of the vendor's pages, with their status 400; the others are those of its platform.
 */
export const faces: Record<ErrorCode, Face> = {
  'bad-request': { http: 400, code: 'InvalidParameter', message: refusals.InvalidParameter[2] },
  'body-too-large': { http: 413, code: 'RequestBodyTooLarge', message: 'The body has more than 64 KiB.' },
  unauthorized: { http: 400, code: 'SignatureDoesNotMatch', message: refusals.SignatureDoesNotMatch[2] },
  // The key is good and its action permitted, so what lacks is the right of its workspace to message links.
  forbidden: notSubscribed,
  'route-not-found': { http: 404, code: 'InvalidAction.NotFound', message: refusals['InvalidAction.NotFound'][2] },
  'method-not-allowed': { http: 405, code: 'UnsupportedHTTPMethod', message: 'The method is GET or POST.' },
  'instance-not-found': notOwned,
  'key-not-found': notOwned,
  'access-key-not-found': notOwned,
  'message-not-found': notOwned,
  'phone-not-found': notOwned,
  'attempt-not-found': notOwned,
  'link-page-not-found': notOwned,
  'subscription-not-found': notOwned,
  'event-not-found': notOwned,
  'chat-not-found': notOwned,
  'contact-not-found': notOwned,
  'group-not-found': notOwned,
  'media-not-found': notOwned,
  'message-link-not-found': notOwned,
  'link-import-not-found': notOwned,
  // The product is Meta's Cloud API, which the number of the link has left.
  'meta-number-not-found': notSubscribed,
  'already-linked': denied,
  'not-linked': denied,
  'instance-busy': denied,
  'instance-banned': denied,
  'instance-restricted': denied,
  'storage-error': away,
  'storage-full': away,
  'stale-owner': away,
  'wrong-account': denied,
  'link-expired': denied,
  'link-cancelled': denied,
  'link-abandoned': denied,
  'link-interrupted': denied,
  'whatsapp-unreachable': away,
  'whatsapp-refused': denied,
  'client-outdated': denied,
  'recipient-not-found': denied,
  'content-too-large': denied,
  'file-unreachable': denied,
  'media-unavailable': denied,
  'not-in-group': denied,
  'not-group-admin': denied,
  'message-expired': denied,
  'message-cancelled': denied,
  'number-taken': denied,
  'message-links-full': {
    http: 400,
    code: 'QuotaExceeded',
    message: 'The number has 2,000 QR codes, and may have no more.',
  },
  'issuer-refused': { http: 400, code: 'OperationDenied.Meta', message: 'Meta refused the operation.' },
  'issuer-unreachable': away,
  'sandbox-refused': denied,
  'sandbox-off': notSubscribed,
  'not-supported': notSubscribed,
  'rate-limited': { http: 400, code: 'System.LimitControl', message: 'The system is under flow control.' },
  'send-timed-out': away,
  'internal-error': { http: 500, code: 'InternalError', message: 'The request processing has failed.' },
}

/** What the core calls by another name than this vendor. */
const fields = new Map([
  ['text', 'PrefilledMessage'],
  ['phone', 'PhoneNumber'],
])

export interface FailureReply {
  readonly RequestId: string
  readonly HostId: string
  readonly Code: string
  readonly Message: string
  readonly Recommend: string
}

/** `publicUrl`: base of the addresses that are given to others, without a slash at the end. */
export function answerFailures(scope: FastifyInstance, publicUrl: string): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = asGatewayError(thrown)
    if (error.code === 'internal-error') request.log.error({ err: thrown }, 'request failed')
    if (error.code === 'rate-limited') reply.header('retry-after', '1')
    const { http, code, message } = faceOf(error)
    const body: FailureReply = {
      RequestId: newRequestId(),
      HostId: new URL(publicUrl).host,
      Code: code,
      Message: message,
      Recommend: `${publicUrl}/docs/errors#${error.code}`,
    }
    return reply.code(http).send(body)
  })
}

function faceOf(error: GatewayError): Face {
  if (error instanceof Refused) return error.face
  const face = faces[error.code]
  const field = error.code === 'bad-request' && error.field !== undefined ? fields.get(error.field) : undefined
  if (field === undefined) return face
  return { ...face, message: `The specified parameter ${field} is not valid: ${error.message}` }
}

/** What Fastify itself refuses, in the core's words; anything else that is not a refusal is our own fault. */
function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500
  if (status === 413) return new GatewayError('body-too-large', 'body too large', { cause: thrown })
  if (status === 415) return new Refused('UnsupportedMediaType', undefined, { cause: thrown })
  if (status >= 400 && status < 500) return new GatewayError('bad-request', 'bad request', { cause: thrown })
  return new GatewayError('internal-error', 'internal error', { cause: thrown })
}
