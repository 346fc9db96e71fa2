import type { Fault } from './api.js'

export type FaultKind = Fault['kind']
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>

/** What a fault is looked up for. Connections that are still linking have no number. */
interface Subject {
  readonly number?: string | undefined
}

interface Armed {
  readonly fault: Fault
  left: number
}

/** Trouble that was scripted and has not happened yet. */
export class Faults {
  readonly #armed: Armed[] = []
  readonly #listeners: ((fault: Fault) => void)[] = []

  add(fault: Fault): void {
    // A delay is a property of the line rather than an event, so without `times` it lasts until it is cleared;
    // silence falls on all connections that exist, so without `times` it is not counted either.
    const uncounted = fault.kind === 'delay' || fault.kind === 'silence'
    const armed = { fault, left: fault.times ?? (uncounted ? Number.POSITIVE_INFINITY : 1) }
    this.#armed.push(armed)
    for (const listener of this.#listeners) listener(fault)
    if (fault.kind === 'silence') this.#disarm(armed)
  }

  clear(): void {
    this.#armed.length = 0
  }

  onAdd(listener: (fault: Fault) => void): void {
    this.#listeners.push(listener)
  }

  /** One happening of a fault of this kind, if one is armed for the subject. */
  take<Kind extends FaultKind>(kind: Kind, subject: Subject): FaultOf<Kind> | undefined {
    const index = this.#armed.findIndex(({ fault }) => fault.kind === kind && concerns(fault, subject))
    const armed = this.#armed[index]
    if (armed === undefined) return undefined
    armed.left--
    if (armed.left <= 0) this.#disarm(armed)
    return armed.fault as FaultOf<Kind>
  }

  #disarm(armed: Armed): void {
    const index = this.#armed.indexOf(armed)
    if (index >= 0) this.#armed.splice(index, 1)
  }
}

function concerns(fault: Fault, { number }: Subject): boolean {
  return fault.number === undefined || fault.number === number
}
