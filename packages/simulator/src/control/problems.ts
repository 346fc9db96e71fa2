import { STATUS_CODES } from 'node:http'
import { SimulatorError, type SimulatorErrorCode } from '../errors.js'

/** Total on purpose: a new code of the simulator does not compile until it has a status here. */
const simulatorStatuses: Readonly<Record<SimulatorErrorCode, number>> = {
  'phone-not-found': 404,
  'number-taken': 409,
  'bad-number': 422,
  'phone-offline': 409,
  'no-qr-in-image': 422,
  'image-too-large': 413,
  'qr-not-valid': 422,
  'qr-expired': 410,
  'code-not-valid': 422,
  'recipient-not-found': 422,
  'device-not-found': 404,
  'companion-refused': 409,
  // The request was fine: somebody else did not answer in time.
  'companion-silent': 504,
  'group-not-found': 404,
  'not-a-member': 403,
  'not-an-admin': 403,
  'bad-subject': 422,
  'member-refused': 409,
  'call-not-found': 404,
  'message-not-found': 404,
  'call-ended': 409,
  'bad-choice': 422,
  'media-not-found': 404,
  'media-damaged': 422,
  'media-too-large': 413,
  'state-unreadable': 409,
  // Not refused, and not done either: somebody else decides.
  'join-requested': 409,
  'invitation-not-valid': 410,
  'picture-not-readable': 422,
  'bad-setting': 422,
}

const requestStatuses = {
  'malformed-json': 400,
  'bad-request': 400,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'body-too-large': 413,
  'internal-error': 500,
} as const

type ProblemCode = SimulatorErrorCode | keyof typeof requestStatuses
const statuses: Readonly<Record<ProblemCode, number>> = { ...simulatorStatuses, ...requestStatuses }

/** A request that is answered with something other than what it asked for. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'Problem'
    this.code = code
    this.status = statuses[code]
    this.headers = headers
  }
}

/** What a caller is told about an error. Only the simulator's own refusals are repeated word for word. */
export function problemFor(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof SimulatorError) return new Problem(error.code, error.message)
  return new Problem('internal-error', 'The simulator failed.')
}

/** RFC 9457 problem document. */
export function toDocument({ code, status, message }: Problem) {
  return { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, code }
}
