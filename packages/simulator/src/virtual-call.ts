/** A call that a phone made. It rings on every device of the callee until it ends. */
export interface VirtualCall {
  readonly id: string
  /** Numbers. */
  readonly from: string
  readonly to: string
  readonly video: boolean
  readonly state: CallState
  /** Hangs up. Like the two below, rejects with `call-ended` when there is nothing left to end. */
  cancel(): Promise<void>
  /** Nobody answered: the callee sees a missed call. */
  timeOut(): Promise<void>
  /** Tells the callee's devices how far away the relay is, as happens while it rings. */
  relayLatency(milliseconds: number): Promise<void>
  /** Resolves with how the call ended, or that it was accepted; rejects after `timeout` ms (10 s unless told). */
  answered(timeout?: number): Promise<Exclude<CallState, 'ringing'>>
}

export type CallState = 'ringing' | 'accepted' | 'rejected' | 'cancelled' | 'timed-out'
