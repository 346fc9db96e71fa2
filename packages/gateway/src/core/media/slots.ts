import { GatewayError } from '../errors/gateway-error.js'

/** Lets so many jobs of one name run at a time, and so many more wait for their turn. Remembers only names that have a job. */
export class Slots {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #names = new Map<string, { running: number; readonly waiting: (() => void)[] }>()

  constructor(limits: { atOnce: number; mostWaiting: number }) {
    this.#atOnce = limits.atOnce
    this.#mostWaiting = limits.mostWaiting
  }

  /** Rejects with `rate-limited` when too many wait already. */
  async run<T>(name: string, job: () => Promise<T>): Promise<T> {
    const queue = this.#names.get(name) ?? { running: 0, waiting: [] }
    this.#names.set(name, queue)
    if (queue.running >= this.#atOnce) {
      if (queue.waiting.length >= this.#mostWaiting) {
        throw new GatewayError('rate-limited', 'Too many files are on their way already.', {
          hint: 'Try again when some of them have arrived.',
        })
      }
      await new Promise<void>((resolve) => {
        queue.waiting.push(resolve)
      })
    } else queue.running++
    try {
      return await job()
    } finally {
      // Whoever waits takes the place over, so that nobody comes in between.
      const next = queue.waiting.shift()
      if (next) next()
      else if (--queue.running === 0) this.#names.delete(name)
    }
  }
}
