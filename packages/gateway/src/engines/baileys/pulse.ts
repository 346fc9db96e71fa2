import type { Clock } from '../../core/ports/clock.js'

/** When a silent connection is asked for a sign of life, and when it is given up, in ms of the monotonic clock. */
export interface PulseLimits {
  readonly probeAfter: number
  readonly deadAfter: number
}

/** The library's own check runs by the wall clock, every 30 s, so a clock jump ends a healthy link and a dead one lasts a minute. */
export const pulseLimits: PulseLimits = { probeAfter: 15_000, deadAfter: 34_000 }

export interface Patient {
  /** Asks the server for any answer. */
  probe(): void
  /** Nothing was heard for `deadAfter`. */
  giveUp(): void
}

interface Vitals {
  heardAt: number
  probedAt: number
}

/** Finds connections that went deaf, all of them with one timer. */
export class Pulse {
  readonly #clock: Clock
  readonly #limits: PulseLimits
  readonly #patients = new Map<Patient, Vitals>()
  #cancel: (() => void) | undefined

  constructor(clock: Clock, limits: PulseLimits = pulseLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  watch(patient: Patient): void {
    const now = this.#clock.monotonic()
    this.#patients.set(patient, { heardAt: now, probedAt: now })
    if (!this.#cancel) this.#schedule()
  }

  /** Something arrived. */
  heard(patient: Patient): void {
    const vitals = this.#patients.get(patient)
    if (vitals) vitals.heardAt = this.#clock.monotonic()
  }

  forget(patient: Patient): void {
    this.#patients.delete(patient)
    if (this.#patients.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  #schedule(): void {
    // Looked at often enough that a death is noticed within a twentieth of the limit.
    this.#cancel = this.#clock.after(this.#limits.deadAfter / 20, () => {
      this.#look()
      if (this.#patients.size > 0) this.#schedule()
      else this.#cancel = undefined
    })
  }

  #look(): void {
    const now = this.#clock.monotonic()
    const { probeAfter, deadAfter } = this.#limits
    for (const [patient, vitals] of this.#patients) {
      if (now - vitals.heardAt >= deadAfter) {
        this.#patients.delete(patient)
        patient.giveUp()
      } else if (now - Math.max(vitals.heardAt, vitals.probedAt) >= probeAfter) {
        vitals.probedAt = now
        patient.probe()
      }
    }
  }
}
