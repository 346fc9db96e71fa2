/**
 * What is being asked of a connection. When it ends the library forgets who waits for an answer, and each would be left to
 * its time limit.
 */
export class UnderWay {
  readonly #waiting = new Set<(error: Error) => void>()

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      const settled = (): void => {
        this.#waiting.delete(reject)
      }
      work().then(resolve, reject).finally(settled)
    })
  }

  /** Nobody will answer any of it any more. */
  fail(error: Error): void {
    for (const reject of this.#waiting) reject(error)
    this.#waiting.clear()
  }
}
