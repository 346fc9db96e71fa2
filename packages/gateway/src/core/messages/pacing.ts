import type { Clock } from '../ports/clock.js'
import type { InstanceOptions } from '../instances/options.js'
import type { OutgoingMessage, Typing } from './message.js'

/** WhatsApp's clients stop showing that somebody writes about this long after they were last told, in ms. */
const shownFor = 10_000

/** The waits before a message leaves: the gap since the one before it, and while somebody is shown to be writing. */
export class Pacing {
  readonly #clock: Clock
  /** On the clock that never jumps. */
  #leftAt: number | undefined
  #wake: () => void = () => undefined
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A message is handed over now. */
  left(): void {
    this.#leftAt = this.#clock.monotonic()
  }

  /**
   * Resolves when the next message may leave, or at once when `stop` is called. The last of the wait is spent writing,
   * so that a gap which is long enough for that grows no longer.
   */
  async turn(gap: number, typing: Typing | null, show: (as: Typing['as']) => void): Promise<void> {
    this.#stopped = false
    const free = this.#leftAt === undefined ? 0 : this.#leftAt + gap - this.#clock.monotonic()
    const writing = typing?.ms ?? 0
    await this.#sleep(free - writing)
    for (let left = writing; typing && left > 0 && !this.#isStopped(); left -= shownFor) {
      show(typing.as)
      await this.#sleep(Math.min(left, shownFor))
    }
  }

  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  /** Asked anew after each wait. */
  #isStopped(): boolean {
    return this.#stopped
  }

  async #sleep(delay: number): Promise<void> {
    if (delay <= 0 || this.#stopped) return
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(delay, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

/** As the message says, or as its instance usually does. */
export function typingOf({ typing, content }: OutgoingMessage, options: InstanceOptions): Typing | null {
  if (typing !== null || options.typing === 0) return typing
  return { as: content.kind === 'voice' ? 'recording' : 'composing', ms: options.typing }
}
