import type { Dispatcher } from 'undici'
import type { Answered, Unreachable } from '../core/ports/outbound.js'
import { BoundedBytes } from './bounded-bytes.js'
import { whyUnreachable } from './why-unreachable.js'

export type Outcome = Omit<Answered, 'ms'> | { readonly kind: 'unreachable'; readonly why: Unreachable }

const mostBody = 64 * 1024

/** One request and what comes back, told once. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #told: (outcome: Outcome, reusable: boolean) => void
  readonly #body = new BoundedBytes(mostBody)
  #head: Pick<Answered, 'status' | 'headers'> | undefined
  #over = false

  /** @param told `reusable` says whether another request may follow on the same connection */
  constructor(told: (outcome: Outcome, reusable: boolean) => void) {
    this.#told = told
  }

  /** Ends it from this side. Where the status is known already, it holds. */
  breakOff(why: Unreachable): void {
    this.#end(this.#answered(false) ?? { kind: 'unreachable', why }, false)
  }

  onRequestStart(): void {
    // Undici takes a handler without this method for one of its older kind.
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    // Below 200 it is a provisional answer, and the real one follows.
    if (status < 200) return
    const retryAfter = headers['retry-after']
    this.#head = { status, headers: { retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined } }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.#over && !this.#body.add(chunk)) this.breakOff('invalid-answer')
  }

  onResponseEnd(): void {
    const answered = this.#answered(true)
    if (answered) this.#end(answered, true)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.breakOff(whyUnreachable(error))
  }

  #answered(complete: boolean): Outcome | undefined {
    return this.#head && { kind: 'answered', ...this.#head, body: this.#body.read(), complete }
  }

  #end(outcome: Outcome, reusable: boolean): void {
    if (this.#over) return
    this.#over = true
    this.#told(outcome, reusable)
  }
}
