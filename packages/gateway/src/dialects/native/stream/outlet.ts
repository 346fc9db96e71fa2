import type { WebSocket } from 'ws'

/** Enough to keep the network busy while the next frame is fetched. */
const enough = 64 * 1024
/** Current and next frame together (faults F28). */
const mostBuffered = 1024 * 1024

/** Writes to one client no faster than it takes. */
export class Outlet {
  readonly #socket: WebSocket
  readonly #onProgress: () => void
  #waiting: (() => void)[] = []

  /**
   * `onProgress` is called when a client that is behind has taken something. Of one that is not behind this cannot be told:
   * whatever is sent vanishes into buffers of the system.
   */
  constructor(socket: WebSocket, onProgress: () => void) {
    this.#socket = socket
    this.#onProgress = onProgress
    socket.once('close', this.#goOn)
  }

  /** Resolves once there is room for another frame: false when the socket is of no more use. The bytes are not copied. */
  async write(frame: Buffer): Promise<boolean> {
    while (this.#isOpen() && this.#full(frame)) await this.#room()
    if (!this.#isOpen()) return false
    this.#socket.send(frame, { binary: false }, this.#flushed)
    while (this.#isOpen() && this.#socket.bufferedAmount > enough) await this.#room()
    return this.#isOpen()
  }

  /** Sends what is left out where the client is far behind. */
  offer(frame: Buffer): void {
    if (this.#isOpen() && this.#socket.bufferedAmount <= enough)
      this.#socket.send(frame, { binary: false }, this.#flushed)
  }

  /** The answer to a ping. A client that takes none gets no more of them. */
  pong(data: Buffer): void {
    if (this.#isOpen() && this.#socket.bufferedAmount <= enough) this.#socket.pong(data)
  }

  #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  #full(frame: Buffer): boolean {
    const { bufferedAmount } = this.#socket
    return bufferedAmount > 0 && bufferedAmount + frame.length > mostBuffered
  }

  async #room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  readonly #flushed = (): void => {
    if (this.#waiting.length === 0) return
    this.#onProgress()
    this.#goOn()
  }

  readonly #goOn = (): void => {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
