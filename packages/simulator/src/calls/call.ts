import { EventEmitter, once } from 'node:events'
import { SimulatorError } from '../errors.js'
import type { CallState } from '../virtual-call.js'

export type CallEnd = Exclude<CallState, 'ringing'>

/** A call, from when it begins to ring until somebody decides about it. */
export class Call {
  readonly id: string
  /** Numbers. */
  readonly from: string
  readonly to: string
  readonly video: boolean
  #state: CallState = 'ringing'
  readonly #events = new EventEmitter()

  constructor(id: string, from: string, to: string, video: boolean) {
    this.id = id
    this.from = from
    this.to = to
    this.video = video
  }

  get state(): CallState {
    return this.#state
  }

  /** A call that was accepted can still be hung up; every other end is the last. */
  become(state: CallEnd): void {
    if (this.#state !== 'ringing' && !(this.#state === 'accepted' && state === 'cancelled')) {
      throw new SimulatorError('call-ended', `the call ${this.id} is ${this.#state}`)
    }
    this.#state = state
    this.#events.emit('decided')
  }

  async decided(timeout: number): Promise<CallEnd> {
    if (this.#state === 'ringing') await once(this.#events, 'decided', { signal: AbortSignal.timeout(timeout) })
    // Only `become` gets here, and it never makes a call ring.
    return this.#state as CallEnd
  }
}
