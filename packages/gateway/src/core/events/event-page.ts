import type { GatewayEvent } from './event.js'

/** A piece of one instance's log, and what was known of the log around it at that moment. */
export interface EventPage {
  readonly events: readonly GatewayEvent[]
  /** The log was looked at up to here, so this is where to go on; the `after` that was asked for when there was nothing. */
  readonly upTo: number
  /** The newest `seq` of the log; 0 when there is no such instance. */
  readonly last: number
  /** What was asked for and is no longer kept; null when nothing is missing. */
  readonly expired: SeqRange | null
}

/** Both ends included. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}
