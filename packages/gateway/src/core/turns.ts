/** Runs jobs of one name one after the other, whatever becomes of each. Remembers only names that have a job. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  async run<T>(name: string, job: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(job)
    const ended = turn.catch(() => undefined)
    this.#last.set(name, ended)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === ended) this.#last.delete(name)
    }
  }

  /** How many names have a job. */
  get size(): number {
    return this.#last.size
  }
}
