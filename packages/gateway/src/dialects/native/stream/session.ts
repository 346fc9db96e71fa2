import type { FastifyBaseLogger } from 'fastify'
import type { WebSocket } from 'ws'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { EventReader } from '../../../core/gateway.js'
import type { Clock } from '../../../core/ports/clock.js'
import type { Viewers } from '../../viewers.js'
import type { MediaUrl } from '../content-replies.js'
import { asGatewayError, problem, type ProblemType } from '../errors.js'
import { errorFrame, heartbeatFrame, newsFrame } from './frames.js'
import { readWish } from './messages.js'
import { Outlet } from './outlet.js'

const heartbeatEvery = 15_000

/** Beyond those of RFC 6455, 7.4.1. Reasons have at most 123 bytes. */
const endings = {
  tooSlow: [4008, 'too slow: reconnect and follow after the last seq you have'],
  badMessage: [4400, 'bad message: see the error before this'],
  keyRevoked: [4401, 'the key is not valid any more'],
  binary: [1003, 'messages are JSON text'],
  failed: [1011, 'the gateway failed: reconnect and follow after the last seq you have'],
} as const

export interface SessionParts {
  readonly reader: EventReader
  readonly viewers: Viewers
  readonly clock: Clock
  readonly typeOf: ProblemType
  readonly mediaUrl: MediaUrl
  readonly log: FastifyBaseLogger
  /** Rejects with `unauthorized` once the key of this client has been revoked. */
  readonly recheck: () => Promise<unknown>
}

/** One client of the stream, from the handshake to its end. */
export class StreamSession {
  readonly #socket: WebSocket
  readonly #parts: SessionParts
  readonly #outlet: Outlet
  /** Messages that came together; nothing more is read before the last of them has been answered. */
  readonly #inbox: string[] = []
  #answered: () => void = () => undefined
  #stopBeating: () => void = () => undefined
  #wasCut = false

  constructor(socket: WebSocket, parts: SessionParts) {
    this.#socket = socket
    this.#parts = parts
    this.#outlet = new Outlet(socket, () => {
      parts.viewers.heard(socket)
    })
  }

  /** It took nothing for too long. */
  get wasCut(): boolean {
    return this.#wasCut
  }

  begin(): void {
    const { viewers, reader } = this.#parts
    viewers.add(this.#socket, () => {
      this.#wasCut = true
      this.#end('tooSlow')
    })
    // A client that breaks the protocol or its connection: the socket closes by itself.
    this.#socket.on('error', () => undefined)
    this.#socket.on('ping', (data) => {
      this.#outlet.pong(data)
    })
    this.#socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#end('binary')
      else if (this.#inbox.push(data.toString()) === 1) void this.#takeMessages()
    })
    this.#socket.once('close', () => {
      this.#stopBeating()
      reader.close()
      this.#answered()
    })
    this.#beatLater()
    void this.#pump()
  }

  async #pump(): Promise<void> {
    const { reader } = this.#parts
    try {
      for (let news = await reader.next(); news.length > 0; news = await reader.next()) {
        for (const one of news) {
          if (!(await this.#outlet.write(newsFrame(one, this.#parts.mediaUrl)))) return
          if (one.kind === 'following') this.#answered()
        }
      }
    } catch (error) {
      this.#fail(error, 'failed')
    } finally {
      reader.close()
    }
  }

  /** Reading stops meanwhile, so a client that asks and never listens is not held more for than one answer. */
  async #takeMessages(): Promise<void> {
    this.#socket.pause()
    try {
      for (let text = this.#inbox[0]; text !== undefined && this.#isOpen(); text = this.#inbox[0]) {
        const answered = new Promise<void>((resolve) => {
          this.#answered = resolve
        })
        await this.#obey(text)
        if (this.#isOpen()) await answered
        this.#inbox.shift()
      }
    } catch (error) {
      this.#fail(error, error instanceof GatewayError && error.code === 'bad-request' ? 'badMessage' : 'failed')
    } finally {
      this.#socket.resume()
    }
  }

  async #obey(text: string): Promise<void> {
    const { reader } = this.#parts
    const wish = readWish(text)
    if (wish.kind === 'follow') await reader.follow(wish.wishes)
    else if (wish.kind === 'follow-all') await reader.followAll(wish.wish)
    else reader.stop(wish.instances)
  }

  #beatLater(): void {
    const { clock, reader, recheck } = this.#parts
    this.#stopBeating = clock.after(heartbeatEvery, () => {
      this.#beatLater()
      this.#outlet.offer(heartbeatFrame(clock.now()))
      reader.recap()
      recheck().catch((error: unknown) => {
        if (error instanceof GatewayError && error.code === 'unauthorized') this.#fail(error, 'keyRevoked')
      })
    })
  }

  #fail(thrown: unknown, ending: keyof typeof endings): void {
    const { log, typeOf } = this.#parts
    const error = asGatewayError(thrown)
    if (error.code === 'internal-error') log.error({ err: thrown }, 'a stream failed')
    this.#outlet.offer(errorFrame(problem(error, typeOf)))
    this.#end(ending)
  }

  #end(ending: keyof typeof endings): void {
    const [code, reason] = endings[ending]
    this.#socket.close(code, reason)
    this.#parts.reader.close()
    // The client's own close is still to be read.
    this.#answered()
  }

  #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }
}
