import type { Clock } from '../ports/clock.js'

/** How long whoever logs out waits for WhatsApp to be told, in ms; the goodbye itself goes on behind that. */
const patience = 5_000

/** The news that WhatsApp has been told of a logout, for those who wait for it. */
export class Goodbye {
  readonly #clock: Clock
  #pending: { readonly said: Promise<void>; readonly done: () => void } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** One is on its way. */
  expect(): void {
    if (this.#pending) return
    let done: () => void = () => undefined
    const said = new Promise<void>((resolve) => {
      done = resolve
      this.#clock.after(patience, resolve)
    })
    this.#pending = { said, done }
  }

  /** Resolves when it was said, when waiting has been long enough, or at once when none is on its way. */
  async said(): Promise<void> {
    await this.#pending?.said
  }

  done(): void {
    this.#pending?.done()
    this.#pending = undefined
  }
}
