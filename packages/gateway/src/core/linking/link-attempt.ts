import { Bell } from '../bell.js'
import type { AttemptId, InstanceId } from '../ids.js'
import type { Clock } from '../ports/clock.js'
import type { LinkMethod, LinkSnapshot, LinkStep } from './link-step.js'

/** An attempt that nobody reads or watches for this long is closed, so that its socket is free for somebody else. */
export const abandonedAfter = 60_000

/** One try at linking an instance, shared by everybody who reads it: pollers, sockets and pages see the same step. */
export class LinkAttempt {
  readonly id: AttemptId
  readonly how: LinkMethod
  readonly #instance: InstanceId
  readonly #clock: Clock
  readonly #onAbandoned: () => void
  readonly #startedAt: Date
  readonly #changed = new Bell()
  #snapshot: LinkSnapshot
  #watchers = 0
  #readAt: number
  #cancelIdle: () => void = () => undefined

  /** `onAbandoned` is called once when nobody has looked for a minute. */
  constructor(about: { id: AttemptId; instance: InstanceId; how: LinkMethod; clock: Clock; onAbandoned: () => void }) {
    this.id = about.id
    this.how = about.how
    this.#instance = about.instance
    this.#clock = about.clock
    this.#onAbandoned = about.onAbandoned
    this.#startedAt = about.clock.now()
    this.#readAt = about.clock.monotonic()
    this.#snapshot = this.#picture({ kind: 'opening' })
    this.#watchIdleness(abandonedAfter)
  }

  get ended(): boolean {
    const { kind } = this.#snapshot.step
    return kind === 'linked' || kind === 'failed'
  }

  get step(): LinkStep {
    return this.#snapshot.step
  }

  /** Goes to the next step; nothing follows `linked` or `failed`. */
  show(step: LinkStep): void {
    if (this.ended) return
    this.#snapshot = this.#picture(step)
    if (step.kind === 'linked' || step.kind === 'failed') this.#cancelIdle()
    this.#changed.ring()
  }

  /** What a reader sees now. Keeps the attempt alive. */
  read(): LinkSnapshot {
    this.#readAt = this.#clock.monotonic()
    return this.#snapshot
  }

  /** The same, once there is something to do for the person with the phone, or after `wait` ms. */
  async readWhenReady(wait: number): Promise<LinkSnapshot> {
    const deadline = this.#clock.monotonic() + wait
    for (;;) {
      const snapshot = this.read()
      const left = deadline - this.#clock.monotonic()
      if ((snapshot.step.kind !== 'opening' && snapshot.step.kind !== 'starting') || left <= 0) return snapshot
      this.#watchers++
      await this.#changed.next({ timeout: left })
      this.#watchers--
    }
  }

  /** The current step, then each later one; a reader slower than the steps sees the newest. Ends with the attempt. */
  async *watch(signal: AbortSignal): AsyncGenerator<LinkSnapshot> {
    this.#watchers++
    try {
      let seen: LinkSnapshot | undefined
      while (!signal.aborted) {
        const snapshot = this.read()
        if (snapshot === seen) await this.#changed.next({ signal })
        else yield (seen = snapshot)
        if (seen === this.#snapshot && this.ended) return
      }
    } finally {
      this.#watchers--
      this.#readAt = this.#clock.monotonic()
    }
  }

  #picture(step: LinkStep): LinkSnapshot {
    return { instance: this.#instance, attempt: this.id, method: this.how.method, startedAt: this.#startedAt, step }
  }

  #watchIdleness(delay: number): void {
    this.#cancelIdle = this.#clock.after(delay, () => {
      const left = this.#watchers > 0 ? abandonedAfter : this.#readAt + abandonedAfter - this.#clock.monotonic()
      // A phone that has scanned is being set up: nobody needs to look for that to be worth finishing.
      if (left > 0 || this.step.kind === 'starting') this.#watchIdleness(Math.max(left, 1_000))
      else this.#onAbandoned()
    })
  }
}
