/** Named after what happened to the caller, never after an HTTP status or a vendor. */
export const errorCodes = [
  'bad-request',
  'body-too-large',
  'unauthorized',
  'forbidden',
  'route-not-found',
  'method-not-allowed',
  'instance-not-found',
  'key-not-found',
  'access-key-not-found',
  'message-not-found',
  'phone-not-found',
  'attempt-not-found',
  'link-page-not-found',
  'subscription-not-found',
  'event-not-found',
  'chat-not-found',
  'contact-not-found',
  'group-not-found',
  'media-not-found',
  'message-link-not-found',
  'link-import-not-found',
  'meta-number-not-found',
  'already-linked',
  'not-linked',
  'instance-busy',
  'instance-banned',
  'instance-restricted',
  'storage-error',
  'storage-full',
  'stale-owner',
  'wrong-account',
  'link-expired',
  'link-cancelled',
  'link-abandoned',
  'link-interrupted',
  'whatsapp-unreachable',
  'whatsapp-refused',
  'client-outdated',
  'recipient-not-found',
  'content-too-large',
  'file-unreachable',
  'media-unavailable',
  'not-in-group',
  'not-group-admin',
  'message-expired',
  'message-cancelled',
  'number-taken',
  'message-links-full',
  'issuer-refused',
  'issuer-unreachable',
  'sandbox-refused',
  'sandbox-off',
  'not-supported',
  'rate-limited',
  'send-timed-out',
  'internal-error',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** `unknown` means the other side may have acted: a caller must not blindly repeat. */
export type Effect = 'none' | 'unknown'

export class GatewayError extends Error {
  readonly code: ErrorCode
  readonly effect: Effect
  /** Name of the offending field of a request, as the caller wrote it. */
  readonly field: string | undefined
  /** What the caller can do about it, one sentence. */
  readonly hint: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { effect?: Effect; field?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.name = 'GatewayError'
    this.code = code
    this.effect = more.effect ?? 'none'
    this.field = more.field
    this.hint = more.hint
  }
}
