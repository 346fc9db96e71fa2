import type { Clock } from '#gateway/core/ports/clock.js'

interface Alarm {
  readonly at: number
  readonly ring: () => void
}

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #time = 0
  #alarms: Alarm[] = []

  now(): Date {
    return new Date(this.#time)
  }

  monotonic(): number {
    return this.#time
  }

  after(delay: number, callback: () => void): () => void {
    const alarm = { at: this.#time + delay, ring: callback }
    this.#alarms.push(alarm)
    return () => {
      this.#alarms = this.#alarms.filter((one) => one !== alarm)
    }
  }

  get pending(): number {
    return this.#alarms.length
  }

  advance(milliseconds: number): void {
    const end = this.#time + milliseconds
    for (;;) {
      const next = this.#alarms.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0]
      if (!next) break
      this.#alarms = this.#alarms.filter((one) => one !== next)
      this.#time = next.at
      next.ring()
    }
    this.#time = end
  }
}
