import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { pipeline, Transform, type Readable } from 'node:stream'
import { GatewayError } from '../core/errors/gateway-error.js'
import { unreachableText, type OutboundFile, type Unreachable } from '../core/ports/outbound.js'
import { TooMuchAnswered } from './connection.js'
import { openSocket, type SocketRules } from './open-socket.js'
import { hostOf, portOf } from './target-url.js'
import { whyUnreachable } from './why-unreachable.js'

/** What one URL of a chain of redirects leads to. */
export type Stop =
  | { readonly kind: 'moved'; readonly location: string }
  | Pick<OutboundFile & { kind: 'found' }, 'kind' | 'headers' | 'bytes'>
  | Exclude<OutboundFile, { kind: 'found' }>

export interface DownloadWish {
  readonly url: URL
  /** In bytes. */
  readonly most: number
  readonly headers: Readonly<Record<string, string>>
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const mostHeader = 16 * 1024
/** What may be read besides the body, in bytes, and how many times as much as the body: a chunk of one byte takes six. */
const mostElse = 512 * 1024
const framing = 6

/**
 * One request for a file, on a connection of its own: told once what there is, then its bytes as they are read. Through
 * Node's own client: undici's ends the process when a connection breaks off while its reader pauses.
 */
export class Download {
  readonly #wish: DownloadWish
  readonly #told: (stop: Stop) => void
  readonly #request: ClientRequest
  #socket: Socket | undefined
  #response: IncomingMessage | undefined
  #bytes: Transform | undefined
  #isTold = false
  #received = 0
  #held = false

  constructor(wish: DownloadWish, rules: SocketRules, told: (stop: Stop) => void) {
    this.#wish = wish
    this.#told = told
    this.#request = this.#ask(rules)
  }

  /** Of the body, so far. */
  get received(): number {
    return this.#received
  }

  /** Whether it has stood still because nobody read, since this was asked last. */
  takeHeld(): boolean {
    const held = this.#held
    this.#held = this.#bytes !== undefined && (isFull(this.#bytes) || this.#bytes.writableNeedDrain)
    return held || this.#held
  }

  breakOff(why: Unreachable): void {
    this.#end({ kind: 'unreachable', why }, new GatewayError('file-unreachable', unreachableText[why]))
  }

  #ask(rules: SocketRules): ClientRequest {
    const { url, headers } = this.#wish
    const target = { host: hostOf(url), port: portOf(url), secure: url.protocol === 'https:' }
    const request = httpRequest({
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, ...headers },
      maxHeaderSize: mostHeader,
      createConnection: (_, opened) => {
        this.#socket = openSocket(target, rules, (error, socket) => {
          opened(error, socket)
        })
        return undefined
      },
    })
    request.on('socket', (socket) => {
      socket.on('data', () => {
        if (socket.bytesRead > mostElse + framing * this.#received)
          this.#fail(new TooMuchAnswered('too much was answered'))
      })
    })
    request.on('response', (response) => {
      this.#answered(response)
    })
    request.on('error', (error) => {
      // What comes after a whole file is of no interest.
      if (this.#response?.complete !== true) this.#fail(error)
    })
    request.end()
    return request
  }

  #answered(response: IncomingMessage): void {
    this.#response = response
    response.on('error', () => undefined)
    const stop = this.#read(response)
    if (stop.kind === 'found') this.#tell(stop)
    else this.#end(stop)
  }

  #read(response: IncomingMessage): Stop {
    const { statusCode = 0, headers } = response
    if (redirects.has(statusCode) && headers.location !== undefined)
      return { kind: 'moved', location: headers.location }
    if (statusCode !== 200) return { kind: 'refused', status: statusCode }
    const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
    if (encoding !== 'identity' && encoding !== '') return { kind: 'unreachable', why: 'compressed' }
    if (Number(headers['content-length'] ?? 0) > this.#wish.most) return { kind: 'too-large' }
    return {
      kind: 'found',
      headers: { contentType: headers['content-type'], contentDisposition: headers['content-disposition'] },
      bytes: this.#flow(response),
    }
  }

  #flow(response: IncomingMessage): Readable {
    const bytes = new Transform({
      transform: (chunk: Uint8Array, _, done) => {
        this.#received += chunk.length
        const { most } = this.#wish
        if (this.#received > most) {
          done(new GatewayError('content-too-large', `The file has more than ${most} bytes.`))
          return
        }
        done(null, chunk)
        this.#held ||= isFull(bytes)
      },
      destroy: (error, done) => {
        this.#close()
        done(error === null || error instanceof GatewayError ? error : brokenOff(error))
      },
    })
    // Whoever was to read it may have gone before it fails; then nobody else hears of it.
    bytes.on('error', () => undefined)
    this.#bytes = bytes
    pipeline(response, bytes, () => undefined)
    return bytes
  }

  #fail(error: Error): void {
    this.breakOff(whyUnreachable(error))
  }

  #end(stop: Stop, error?: GatewayError): void {
    this.#tell(stop)
    if (this.#bytes?.readableEnded === false) this.#bytes.destroy(error)
    this.#close()
  }

  #tell(stop: Stop): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#told(stop)
  }

  #close(): void {
    this.#request.destroy()
    this.#socket?.destroy()
  }
}

function isFull(bytes: Readable): boolean {
  return bytes.readableLength >= bytes.readableHighWaterMark
}

function brokenOff(error: Error): GatewayError {
  return new GatewayError('file-unreachable', unreachableText[whyUnreachable(error)])
}
