/**
 * Keeps one of something slow to make ready for whoever comes next. Each one is given away once; the next is made in the
 * background, after whoever took the last has had time to go on.
 */
export class Spare<T> {
  readonly #make: () => T | Promise<T>
  #ready: Promise<T> | undefined

  constructor(make: () => T | Promise<T>) {
    this.#make = make
  }

  /** The one that is ready, or one made now. */
  async take(): Promise<T> {
    const taken = this.#ready ?? Promise.resolve(this.#make())
    this.#ready = undefined
    try {
      return await taken
    } finally {
      setTimeout(() => {
        this.prepare()
      }, restockDelay).unref()
    }
  }

  /** Makes one, unless there is one. */
  prepare(): void {
    if (this.#ready) return
    this.#ready = Promise.resolve(this.#make())
    // Whoever takes it is told; until then a failure is nobody's.
    this.#ready.catch(() => undefined)
  }
}

/** Long enough for a link that has just begun to be through with its own work, in ms. */
const restockDelay = 100
