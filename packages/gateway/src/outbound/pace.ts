import type { Clock } from '../core/ports/clock.js'
import type { Unreachable } from '../core/ports/outbound.js'

/** Something that can be cut off. */
export interface Paced {
  /** Bytes so far. */
  readonly received: number
  /** Whether it has stood still because nobody read, since this was asked last. */
  takeHeld(): boolean
  breakOff(why: Unreachable): void
}

/** How often it is looked at, in ms, and how many bytes have to have come by then. */
const window = 30_000
const leastPerWindow = 16_384

/**
 * Cuts off what gets nowhere: a byte now and then keeps a connection for ever, and is worth none. One whose reader is slow
 * is left alone. The returned function ends it.
 */
export function keepPace(clock: Clock, paced: Paced): () => void {
  let before = 0
  let stop: () => void = () => undefined
  const look = (): void => {
    stop = clock.after(window, () => {
      if (!paced.takeHeld() && paced.received - before < leastPerWindow) {
        paced.breakOff('timed-out')
        return
      }
      before = paced.received
      look()
    })
  }
  look()
  return () => {
    stop()
  }
}
