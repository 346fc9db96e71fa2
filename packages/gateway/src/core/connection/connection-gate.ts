/**
 * Limits how many connections of one network are being made at a time, over all instances: a gateway that starts with
 * hundreds of accounts, or comes back from an outage, must not open them all at once. Someone waiting for a QR goes first.
 */
export class ConnectionGate {
  readonly #width: number
  readonly #urgent: (() => void)[] = []
  readonly #waiting: (() => void)[] = []
  #open = 0
  #halted = false

  constructor(width: number) {
    this.#width = width
  }

  /** True once WhatsApp said that this client is outdated: nothing connects until the process is started anew. */
  get halted(): boolean {
    return this.#halted
  }

  /**
   * Resolves when one more connection may be made, in the order of asking, `urgent` ones first. The connection counts
   * until the returned function is called (safe to call twice). Resolves undefined when `signal` aborts before that.
   */
  async enter(urgent: boolean, signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined
    if (this.#open < this.#width) {
      this.#open++
      return this.#leave()
    }
    const queue = urgent ? this.#urgent : this.#waiting
    return new Promise((resolve) => {
      const turn = () => {
        signal.removeEventListener('abort', abandon)
        resolve(this.#leave())
      }
      const abandon = () => {
        queue.splice(queue.indexOf(turn), 1)
        resolve(undefined)
      }
      signal.addEventListener('abort', abandon, { once: true })
      queue.push(turn)
    })
  }

  halt(): void {
    this.#halted = true
  }

  #leave(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      const next = this.#urgent.shift() ?? this.#waiting.shift()
      if (next) next()
      else this.#open--
    }
  }
}
