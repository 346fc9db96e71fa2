import type { WebSocket } from 'ws'
import type { Clock } from '../core/ports/clock.js'

/** What may wait for one slow client, in bytes: a hundred times a whole attempt of QRs. */
export const mostBuffered = 1024 * 1024
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
  readonly #onSilent = new WeakMap<WebSocket, () => void>()
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

  /** `onSilent` may end a socket that is not heard from in another way than by cutting it. */
  add(socket: WebSocket, onSilent?: () => void): void {
    if (this.#heardAt.size === 0) this.#lookLater()
    this.#heardAt.set(socket, this.#clock.monotonic())
    if (onSilent) this.#onSilent.set(socket, onSilent)
    socket.on('pong', () => {
      this.heard(socket)
    })
    socket.once('close', () => {
      this.#heardAt.delete(socket)
      if (this.#heardAt.size === 0) this.#stopLooking()
    })
  }

  /** It has taken something, as a slow one does long before it comes to the ping behind that. */
  heard(socket: WebSocket): void {
    if (this.#heardAt.has(socket)) this.#heardAt.set(socket, this.#clock.monotonic())
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
        if (now - heardAt > silence) this.#giveUp(socket)
        else if (socket.readyState === socket.OPEN) socket.ping()
      }
      if (this.#heardAt.size > 0) this.#lookLater()
    })
  }

  #giveUp(socket: WebSocket): void {
    const onSilent = this.#onSilent.get(socket)
    // Asked once: who is still not heard from at the next look is cut.
    this.#onSilent.delete(socket)
    if (onSilent) onSilent()
    else socket.terminate()
  }
}
