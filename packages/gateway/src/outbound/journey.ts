import type { Unreachable } from '../core/ports/outbound.js'
import type { Download } from './download.js'
import type { Paced } from './pace.js'

/** Everything that is asked for one file: each redirect, and where they lead in the end. */
export class Journey implements Paced {
  #download: Download | undefined
  #why: Unreachable | undefined

  get received(): number {
    return this.#download?.received ?? 0
  }

  takeHeld(): boolean {
    return this.#download?.takeHeld() ?? false
  }

  /** The next request; one that was broken off meanwhile takes no further step. */
  enter(download: Download): void {
    this.#download = download
    if (this.#why !== undefined) download.breakOff(this.#why)
  }

  breakOff(why: Unreachable): void {
    this.#why ??= why
    this.#download?.breakOff(why)
  }
}
