import type { Call } from '../calls/call.js'
import type { CallState, VirtualCall } from '../virtual-call.js'
import type { Phone } from './phone.js'

/** A call in the hand of who made it. */
export class OutgoingCall implements VirtualCall {
  readonly #phone: Phone
  readonly #call: Call

  constructor(phone: Phone, call: Call) {
    this.#phone = phone
    this.#call = call
  }

  get id(): string {
    return this.#call.id
  }

  get from(): string {
    return this.#call.from
  }

  get to(): string {
    return this.#call.to
  }

  get video(): boolean {
    return this.#call.video
  }

  get state(): CallState {
    return this.#call.state
  }

  async cancel(): Promise<void> {
    this.#phone.mustBeOnline()
    this.#phone.network.calls.end(this.#call, 'cancelled')
  }

  async timeOut(): Promise<void> {
    this.#phone.network.calls.end(this.#call, 'timed-out')
  }

  async relayLatency(milliseconds: number): Promise<void> {
    this.#phone.network.calls.relayLatency(this.#call, milliseconds)
  }

  answered(timeout = 10_000): Promise<Exclude<CallState, 'ringing'>> {
    return this.#call.decided(timeout)
  }
}
