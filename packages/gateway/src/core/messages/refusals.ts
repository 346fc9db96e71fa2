import type { ErrorCode } from '../errors/gateway-error.js'

/** Refusals of a message that no later attempt would change. */
export const finalRefusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'recipient-not-found',
  'content-too-large',
  'not-supported',
  'bad-request',
  'not-in-group',
  'not-group-admin',
  'group-not-found',
  'message-not-found',
  'media-not-found',
  'media-unavailable',
  'instance-restricted',
  'whatsapp-refused',
])
