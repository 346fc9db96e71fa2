import { GatewayError } from '../core/errors/gateway-error.js'
import type { EncodedDelivery, VendorRules } from '../core/ports/event-format.js'
import { type Outbound, type OutboundReply, unreachableText } from '../core/ports/outbound.js'
import type { Outcome } from './next-attempt.js'

/** How long one attempt may take unless the vendor says otherwise, in ms. */
const usualTimeout = 15_000

export interface Attempt {
  /** `not-made`: stopped, or there was no room. It says nothing about the endpoint, and does not count. */
  readonly outcome: Outcome | { readonly kind: 'not-made' }
  /** For the owner of the endpoint; null when it was accepted. */
  readonly error: string | null
  /** For logs: a status or a code. */
  readonly why: number | string
}

export interface AttemptOptions {
  /** Endpoints share no connections: by id of the subscription. */
  readonly lane: string
  readonly rules?: VendorRules | undefined
  readonly signal?: AbortSignal
}

/** Sends a delivery once. Never rejects. */
export async function attempt(
  outbound: Outbound,
  { url, body, contentType, headers }: EncodedDelivery,
  { lane, rules, signal }: AttemptOptions,
): Promise<Attempt> {
  try {
    const reply = await outbound.post({
      url,
      body,
      headers: { ...headers, 'content-type': contentType },
      timeout: rules?.timeout ?? usualTimeout,
      lane,
      ...(signal && { signal }),
    })
    return readReply(reply, rules?.accepts ?? isSuccess)
  } catch (error) {
    // The settings of a dialect can ask for headers that HTTP does not know; nothing went out then.
    const code = error instanceof GatewayError ? error.code : 'internal-error'
    return { outcome: { kind: 'unreachable' }, error: 'The delivery could not be put into a request.', why: code }
  }
}

function readReply(reply: OutboundReply, accepts: (status: number) => boolean): Attempt {
  if (reply.kind === 'unreachable') {
    const notMade = reply.why === 'cancelled' || reply.why === 'overloaded'
    return {
      outcome: { kind: notMade ? 'not-made' : 'unreachable' },
      error: unreachableText[reply.why],
      why: reply.why,
    }
  }
  const { status, headers } = reply
  if (accepts(status)) return { outcome: { kind: 'accepted' }, error: null, why: status }
  const outcome = { kind: 'refused', status, retryAfter: headers.retryAfter } as const
  return { outcome, error: `The endpoint answered ${status}.`, why: status }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}
