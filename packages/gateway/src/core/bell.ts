/** Lets any number of readers wait until something has happened, without a listener each to forget. */
export class Bell {
  #listeners = new Set<() => void>()

  get waiting(): number {
    return this.#listeners.size
  }

  /** Wakes everyone who waits now. */
  ring(): void {
    const listeners = this.#listeners
    this.#listeners = new Set()
    for (const wake of listeners) wake()
  }

  /** Resolves at the next ring, when `signal` aborts, or after `timeout` ms; never rejects. */
  async next(options: { signal?: AbortSignal | undefined; timeout?: number | undefined } = {}): Promise<void> {
    const { signal, timeout } = options
    if (signal?.aborted === true) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#listeners.delete(done)
        signal?.removeEventListener('abort', done)
        clearTimeout(timer)
        resolve()
      }
      const timer = timeout === undefined ? undefined : setTimeout(done, timeout)
      signal?.addEventListener('abort', done)
      this.#listeners.add(done)
    })
  }
}
