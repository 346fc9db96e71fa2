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

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A message is handed over now. */
  left(): void {
    this.#leftAt = this.#clock.monotonic()
  }

  /**
   * Resolves when the next message may leave, or after `interrupt` when it is no longer the next. The last of the wait is
   * spent writing, so that a gap which is long enough for that grows no longer.
   */
  async turn(
    { gap, typing }: { readonly gap: number; readonly typing: Typing | null },
    isNext: () => boolean,
    show: (as: Typing['as']) => void,
  ): Promise<void> {
    const free = this.#leftAt === undefined ? 0 : this.#leftAt + gap - this.#clock.monotonic()
    const writing = typing?.ms ?? 0
    if (isNext()) await this.#sleep(free - writing)
    for (let left = writing; typing && left > 0 && isNext(); left -= shownFor) {
      show(typing.as)
      await this.#sleep(Math.min(left, shownFor))
    }
  }

  /** Whatever is waited for is looked at again. */
  interrupt(): void {
    this.#wake()
  }

  async #sleep(delay: number): Promise<void> {
    if (delay <= 0) return
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
