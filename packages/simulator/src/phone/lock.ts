/** Acts on one phone happen one after another, each with its own commit. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve()

  run<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(act)
    this.#last = result.catch(() => undefined)
    return result
  }

  /** Resolves when everything that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.#last
  }
}
