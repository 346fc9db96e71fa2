import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { GatewayError } from '../core/errors/gateway-error.js'
import { unreachableText, type OutboundFile, type Unreachable } from '../core/ports/outbound.js'
import { whyUnreachable } from './why-unreachable.js'

/** What one URL of a chain of redirects leads to. */
export type Stop =
  | { readonly kind: 'moved'; readonly location: string }
  | Pick<OutboundFile & { kind: 'found' }, 'kind' | 'headers' | 'bytes'>
  | Exclude<OutboundFile, { kind: 'found' }>

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** A chunk of a single byte travels as six. */
const framing = 6

/** One request for a file: told once what there is, then its bytes as they are read. */
export class Download implements Dispatcher.DispatchHandler {
  readonly #most: number
  readonly #told: (stop: Stop) => void
  readonly #ended: () => void
  #controller: Dispatcher.DispatchController | undefined
  #bytes: Readable | undefined
  #isTold = false
  #over = false
  #received = 0
  #held = false

  /** @param ended told once, when the connection is of no more use to this download */
  constructor(most: number, told: (stop: Stop) => void, ended: () => void) {
    this.#most = most
    this.#told = told
    this.#ended = ended
  }

  /** Of the body, so far. */
  get received(): number {
    return this.#received
  }

  /** Whether it has stood still because nobody read, since this was asked last. */
  takeHeld(): boolean {
    const held = this.#held
    this.#held = this.#controller?.paused === true
    return held
  }

  /** How much more than the usual may have been read of the connection. */
  readonly allowance = (): number => framing * this.#received

  breakOff(why: Unreachable): void {
    this.#tell({ kind: 'unreachable', why })
    this.#end(new GatewayError('file-unreachable', unreachableText[why]))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    // Below 200 it is a provisional answer, and the real one follows.
    if (status < 200 || this.#over) return
    const stop = this.#read(status, headers)
    this.#tell(stop)
    if (stop.kind !== 'found') this.#end(null)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#over || !this.#bytes) return
    this.#received += chunk.length
    if (this.#received > this.#most) {
      this.#end(new GatewayError('content-too-large', `The file has more than ${this.#most} bytes.`))
      return
    }
    if (this.#bytes.push(chunk)) return
    this.#held = true
    controller.pause()
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#over = true
    this.#bytes?.push(null)
    this.#ended()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.breakOff(whyUnreachable(error))
  }

  #read(status: number, headers: Record<string, unknown>): Stop {
    const text = (name: string): string | undefined => {
      const value = headers[name]
      return typeof value === 'string' ? value : undefined
    }
    const location = text('location')
    if (redirects.has(status) && location !== undefined) return { kind: 'moved', location }
    if (status !== 200) return { kind: 'refused', status }
    const encoding = text('content-encoding')?.trim().toLowerCase() ?? ''
    if (encoding !== 'identity' && encoding !== '') return { kind: 'unreachable', why: 'compressed' }
    if (Number(text('content-length') ?? 0) > this.#most) return { kind: 'too-large' }
    return {
      kind: 'found',
      headers: { contentType: text('content-type'), contentDisposition: text('content-disposition') },
      bytes: this.#open(),
    }
  }

  #open(): Readable {
    const bytes = new Readable({
      read: () => {
        if (this.#controller?.paused === true) this.#controller.resume()
      },
      destroy: (error, callback) => {
        this.#end(error)
        callback(error)
      },
    })
    // Whoever was to read it may have gone before it fails; then nobody else hears of it.
    bytes.on('error', () => undefined)
    this.#bytes = bytes
    return bytes
  }

  #tell(stop: Stop): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#told(stop)
  }

  #end(error: Error | null): void {
    if (this.#over) return
    this.#over = true
    if (error) this.#bytes?.destroy(error)
    this.#ended()
  }
}
