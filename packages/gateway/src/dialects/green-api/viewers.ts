import type { WebSocket } from 'ws'
import type { Clock } from '../../core/ports/clock.js'

/** What may wait for one slow client. A whole attempt of QRs is a hundredth of it. */
const mostBuffered = 1024 * 1024
const pingEvery = 10_000
/** A client that has not answered this long does not read; the next look at it comes within `pingEvery` of this. */
const silence = 20_000
/** What a client gets to say goodbye when the server closes. */
const grace = 1_000

/**
 * The sockets that watch. Small frames vanish into buffers of the system, so a client that never reads is known only by
 * not answering pings: it is cut 20 to 30 seconds after it was last heard (faults F28).
 */
export class Viewers {
  readonly #clock: Clock
  readonly #heardAt = new Map<WebSocket, number>()
  #closing = false
  #stopLooking: () => void = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get closing(): boolean {
    return this.#closing
  }

  get size(): number {
    return this.#heardAt.size
  }

  add(socket: WebSocket): void {
    if (this.#heardAt.size === 0) this.#lookLater()
    const heard = () => {
      if (this.#heardAt.has(socket)) this.#heardAt.set(socket, this.#clock.monotonic())
    }
    this.#heardAt.set(socket, this.#clock.monotonic())
    socket.on('pong', heard)
    socket.once('close', () => {
      this.#heardAt.delete(socket)
      if (this.#heardAt.size === 0) this.#stopLooking()
    })
  }

  /** The same bytes go to every socket; none is copied. */
  send(socket: WebSocket, frame: Buffer): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount + frame.length > mostBuffered) socket.terminate()
    else socket.send(frame, { binary: false })
  }

  end(socket: WebSocket, frame: Buffer): void {
    this.send(socket, frame)
    socket.close(1000)
  }

  /** Tells everybody that the server goes away, and waits for nobody. */
  close(): void {
    this.#closing = true
    for (const socket of this.#heardAt.keys()) socket.close(1001)
    setTimeout(() => {
      for (const socket of this.#heardAt.keys()) socket.terminate()
    }, grace).unref()
  }

  #lookLater(): void {
    this.#stopLooking = this.#clock.after(pingEvery, () => {
      const now = this.#clock.monotonic()
      for (const [socket, heardAt] of this.#heardAt) {
        if (now - heardAt > silence) socket.terminate()
        else if (socket.readyState === socket.OPEN) socket.ping()
      }
      if (this.#heardAt.size > 0) this.#lookLater()
    })
  }
}
