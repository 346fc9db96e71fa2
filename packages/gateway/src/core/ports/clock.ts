/** Time and waiting, passed in so that a test can own them. */
export interface Clock {
  /** Wall clock, for what people read and what is stored. */
  now(): Date
  /** Milliseconds that never jump, for measuring how long something took or has been silent. */
  monotonic(): number
  /** Calls back once after `delay` ms; the returned function cancels. Does not keep the process alive. */
  after(delay: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, delay)
    timer.unref()
    return () => {
      clearTimeout(timer)
    }
  },
}
