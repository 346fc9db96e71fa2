import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import { openSocket, type SocketRules } from './open-socket.js'

/** What came back for one request was too much to be an answer. */
export class TooMuchAnswered extends Error {}

/**
 * All that may be read for one request, in bytes. Of a body only 64 KiB are read; this is for what never becomes body or
 * header: a status line without end, chunks that are all framing, one provisional answer after another. A body that is
 * cut into chunks of single bytes still fits.
 */
const mostRead = 512 * 1024
const mostHeader = 16 * 1024
/** Below the 5 s after which many servers close an idle connection, in ms. */
const idle = 4_000
/** However long a server offers to keep an idle connection, in ms. */
const longestIdle = 10_000
/** A connection that is always busy is renewed once in a while, so that it follows the name to a new address. */
const requestsPerConnection = 1_000

/**
 * One connection to one origin, for one request at a time: opened when it is first needed, and again when a kept one has
 * been closed by the other side. A pool would do the same, but it cannot break off one connection that is being made.
 */
export class Connection {
  readonly #client: Client
  #socket: Socket | undefined
  #readBefore = 0

  /** @param onClose told whenever its socket has closed, in the middle of a request or not */
  constructor(origin: string, rules: SocketRules, onClose: () => void) {
    this.#client = new Client(origin, {
      pipelining: 1,
      // The exchange has one deadline for everything.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: mostHeader,
      keepAliveTimeout: idle,
      keepAliveMaxTimeout: longestIdle,
      maxRequestsPerClient: requestsPerConnection,
      connect: ({ hostname, port, protocol }, callback) => {
        const secure = protocol === 'https:'
        const target = { host: hostname, port: port === '' ? (secure ? 443 : 80) : Number(port), secure }
        this.#socket = openSocket(target, rules, (error, socket) => {
          if (error !== null) {
            callback(error, null)
            return
          }
          this.#watch(socket)
          callback(null, socket)
        })
      },
    })
    this.#client.on('disconnect', onClose)
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#readBefore = this.#socket?.bytesRead ?? 0
    this.#client.dispatch(options, handler)
  }

  /** Ends it in whatever state it is; a request under way fails. */
  async destroy(): Promise<void> {
    this.#socket?.destroy()
    await this.#client.destroy()
  }

  #watch(socket: Socket): void {
    this.#readBefore = 0
    socket.on('readable', () => {
      if (socket.bytesRead - this.#readBefore > mostRead) socket.destroy(new TooMuchAnswered('too much was answered'))
    })
  }
}
