import type { InstanceRef, Network } from '../instances/instance.js'
import type { Clock } from '../ports/clock.js'
import type { Connection, Engine, Intent, ProtocolStep } from '../ports/engine.js'
import type { ConnectionGate } from './connection-gate.js'

export interface LineParts {
  readonly instance: InstanceRef
  readonly network: Network
  readonly engine: (network: Network) => Engine
  readonly gate: (network: Network) => ConnectionGate
  readonly clock: Clock
}

/** What the owner of a line is told. */
export interface LineOwner {
  /** A step of a connection; `isCurrent` says, whenever it is asked, whether that connection is still the line's. */
  accept(step: ProtocolStep, isCurrent: () => boolean): Promise<void>
  /** Its turn came, but nothing of this network connects any more. */
  halted(): void
}

/** Timers count no further than this, in ms. */
const longestTimer = 2 ** 31 - 1

/**
 * The one connection that an instance may have: waiting for its turn, open, being closed, or to be tried again later.
 * A new one is made only after the one before is closed, so a device is never seen twice.
 */
export class Line {
  readonly #parts: LineParts
  readonly #owner: LineOwner
  #connection: Connection | undefined
  /** Counts the connections; a step of an earlier one comes from one that was given up. */
  #number = 0
  #entering = new AbortController()
  #leaveGate: () => void = () => undefined
  #cancelRetry: () => void = () => undefined
  #closing: Promise<void> = Promise.resolve()
  #ended = false

  constructor(parts: LineParts, owner: LineOwner) {
    this.#parts = parts
    this.#owner = owner
  }

  get connection(): Connection | undefined {
    return this.#connection
  }

  /** Gives up what there is and connects anew, once the gate lets it through; `urgent` goes before those that are not. */
  open(intent: Intent, urgent: boolean): void {
    if (this.#ended) return
    this.hangUp()
    this.#entering = new AbortController()
    void this.#connect(this.#number, intent, urgent, this.#entering.signal)
  }

  /** The same after `delay` ms, unless something else happens to the line before. */
  openLater(delay: number, intent: () => Intent): void {
    this.#cancelRetry = this.#parts.clock.after(Math.min(Math.max(delay, 0), longestTimer), () => {
      if (delay > longestTimer) this.openLater(delay - longestTimer, intent)
      else this.open(intent(), false)
    })
  }

  /** The connection is made, or has failed: the next one may go through the gate. */
  settled(): void {
    this.#leaveGate()
  }

  /** Ends the connection there is, or the wait for one. */
  hangUp(): void {
    this.#number++
    this.#cancelRetry()
    this.#entering.abort()
    this.#leaveGate()
    const connection = this.#connection
    this.#connection = undefined
    if (connection) this.#closing = this.#closing.then(() => connection.close()).catch(() => undefined)
  }

  /** Hangs up for good and resolves when the connection is closed. */
  async end(): Promise<void> {
    this.#ended = true
    this.hangUp()
    await this.#closing
  }

  async #connect(number: number, intent: Intent, urgent: boolean, signal: AbortSignal): Promise<void> {
    const { network, instance } = this.#parts
    const gate = this.#parts.gate(network)
    await this.#closing
    const leave = await gate.enter(urgent, signal)
    if (!leave) return
    if (signal.aborted) {
      leave()
      return
    }
    this.#leaveGate = leave
    if (gate.halted) {
      this.#owner.halted()
      return
    }
    const isCurrent = (): boolean => number === this.#number
    const inbox = { accept: (step: ProtocolStep) => this.#owner.accept(step, isCurrent) }
    this.#connection = this.#parts.engine(network).open(instance, intent, inbox)
  }
}
