import type { Cursor } from '../core/subscriptions/subscription.js'
import type { VendorRules } from '../core/ports/event-format.js'
import { retryAfter } from './retry-after.js'

/** How one attempt ended, as far as it decides what comes next. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfter?: string | undefined }
  | { readonly kind: 'unreachable' }

export type Decision =
  /** To the next event. */
  | { readonly do: 'go-on' }
  | { readonly do: 'retry'; readonly at: Date; readonly attempts: number; readonly refusals: number }
  /** It is given up, shown as a dead letter, and the stream goes on behind it. */
  | { readonly do: 'park'; readonly reason: 'refused' | 'expired' }
  /** The endpoint is gone for good: nothing more is sent there until its owner says so. */
  | { readonly do: 'stop' }

export interface Circumstances {
  readonly now: Date
  /** Until then nothing is given up because nobody took it. */
  readonly deadline: Date
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: number
  readonly rules?: VendorRules | undefined
}

/** How long, in ms, an event that nobody takes is held and tried again. */
export const horizon = 30 * 86_400_000

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
/** What waits after each failed attempt: the example schedule of Standard Webhooks 1.0, and its last step for ever. */
const waits: readonly [first: number, ...others: number[]] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]
/** Either way, so that what failed together does not come back together. */
const jitter = 0.2

/**
 * Pure: everything it depends on is passed in. `past` is how it went before this attempt.
 *
 * An event that is refused must not hold up those behind it, and an endpoint that refuses everything must not have its
 * events given up one by one. So a 4xx is the end of an event only after it has been repeated: four times where the status
 * speaks of the event (about half an hour), seven times where it speaks of the endpoint (about a day). If the next event is
 * refused too, with nothing accepted in between, it is the endpoint that does not work: it takes seven, and where the status
 * says as much, nothing is given up any more before the horizon. Whatever else fails waits until the horizon in any case.
 */
export function nextAttempt(
  past: Pick<Cursor, 'attempts' | 'refusals' | 'barren'>,
  outcome: Outcome,
  { now, deadline, random, rules }: Circumstances,
): Decision {
  if (outcome.kind === 'accepted') return { do: 'go-on' }
  const status = outcome.kind === 'refused' ? outcome.status : undefined
  if (status === 410 && rules === undefined) return { do: 'stop' }
  if (now >= deadline) return { do: 'park', reason: 'expired' }
  const attempts = past.attempts + 1
  const refusal = rules === undefined && status !== undefined && isRefusal(status)
  const refusals = past.refusals + (refusal ? 1 : 0)
  if (refusal && refusals >= patience(status, past.barren)) return { do: 'park', reason: 'refused' }
  const asked = outcome.kind === 'refused' ? retryAfter(outcome.retryAfter, now) : undefined
  const wait = rules?.retryEvery ?? asked ?? scheduled(refusal ? refusals : attempts, random)
  const at = new Date(Math.min(now.getTime() + wait, deadline.getTime()))
  return { do: 'retry', at, attempts, refusals }
}

/** What comes after so many failures, at least one. */
function scheduled(failures: number, random: number): number {
  const wait = waits[failures - 1] ?? waits.at(-1) ?? waits[0]
  return Math.round(wait * (1 - jitter + 2 * jitter * random))
}

/** Timeouts, haste and rate limits are no word on the event, nor is whatever went wrong on the other side. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 410, 425, 429].includes(status)
}

function patience(status: number, barren: boolean): number {
  // Not let in, or nothing there: also what a proxy answers while the service behind it restarts.
  const ofEndpoint = [401, 403, 404, 405, 407].includes(status)
  if (ofEndpoint) return barren ? Infinity : 7
  return barren ? 7 : 4
}
