import { setMaxListeners } from 'node:events'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { GatewayError } from '../core/errors/gateway-error.js'
import type { Clock } from '../core/ports/clock.js'
import type {
  Outbound,
  OutboundFile,
  OutboundGet,
  OutboundReply,
  OutboundRequest,
  Unreachable,
} from '../core/ports/outbound.js'
import { Connections, type ConnectionLimits } from './connections.js'
import { Download, type Stop } from './download.js'
import { Exchange } from './exchange.js'
import { follow } from './follow.js'
import { Journey } from './journey.js'
import { keepPace } from './pace.js'
import type { SocketRules } from './open-socket.js'
import { publicNames, systemNames, type Names } from './names.js'
import { readTarget } from './target-url.js'

export interface OutboundOptions {
  readonly clock: Clock
  /** Sent with each request. */
  readonly userAgent: string
  /** GANGWAY_ALLOW_PRIVATE_TARGETS: addresses are no longer filtered, and names are looked up as this machine knows them. */
  readonly allowPrivate: boolean
  readonly names?: Names
  /** Certificates in PEM, trusted in place of the system's authorities. */
  readonly authorities?: string
  readonly limits?: ConnectionLimits
}

/** Every connection is a file to the system, and takes memory on both sides. */
const defaultLimits: ConnectionLimits = { origins: 1_000, perOrigin: 100 }

/** What the connection decides: a Host of the caller's would even change the name in the TLS handshake. */
const notForCallers: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])

export function createOutbound(options: OutboundOptions): Outbound {
  return new FilteredOutbound(options)
}

class FilteredOutbound implements Outbound {
  readonly #options: OutboundOptions
  readonly #rules: SocketRules
  readonly #limits: ConnectionLimits
  readonly #names: Names
  readonly #connections: Connections
  readonly #underWay = new Set<{ breakOff(why: Unreachable): void }>()
  /** How many files each lane has on their way. */
  readonly #files = new Map<string, number>()
  #closed = false

  constructor(options: OutboundOptions) {
    const { allowPrivate, authorities, limits = defaultLimits } = options
    this.#options = options
    this.#names = options.names ?? (allowPrivate ? systemNames() : publicNames())
    this.#limits = limits
    this.#rules = { names: this.#names, allowPrivate, ...(authorities === undefined ? {} : { authorities }) }
    this.#connections = new Connections(this.#rules, limits)
  }

  checkUrl(url: string, field: string): URL {
    const target = readTarget(url, this.#options.allowPrivate)
    if (target.kind === 'refused') throw new GatewayError('bad-request', target.why, { field })
    return target.url
  }

  async post(request: OutboundRequest): Promise<OutboundReply> {
    checkHeaders(request.headers)
    if (this.#closed || request.signal?.aborted === true) return { kind: 'unreachable', why: 'cancelled' }
    // Again, because what was stored may be older than these rules, or have been added to by a dialect.
    const target = readTarget(request.url, this.#options.allowPrivate)
    if (target.kind === 'refused') return { kind: 'unreachable', why: 'not-allowed' }
    return this.#send(target.url, request)
  }

  async get(request: OutboundGet): Promise<OutboundFile> {
    const { timeout, signal, lane = '' } = request
    if (this.#closed || signal?.aborted === true) return { kind: 'unreachable', why: 'cancelled' }
    const sameLane = this.#files.get(lane) ?? 0
    if (sameLane >= this.#limits.perOrigin) return { kind: 'unreachable', why: 'overloaded' }
    this.#files.set(lane, sameLane + 1)
    const { clock, allowPrivate } = this.#options
    const journey = new Journey()
    const cancel = (): void => {
      journey.breakOff('cancelled')
    }
    const stopDeadline = clock.after(timeout, () => {
      journey.breakOff('timed-out')
    })
    const stopPace = keepPace(clock, journey)
    if (signal) listenForAbort(signal, cancel)
    this.#underWay.add(journey)
    const end = (): void => {
      stopDeadline()
      stopPace()
      signal?.removeEventListener('abort', cancel)
      this.#underWay.delete(journey)
      const left = (this.#files.get(lane) ?? 1) - 1
      if (left > 0) this.#files.set(lane, left)
      else this.#files.delete(lane)
    }
    const file = await follow(request.url, allowPrivate, (url) => this.#ask(url, request, journey))
    if (file.kind === 'found' && !file.bytes.closed) file.bytes.once('close', end)
    else end()
    return file
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const one of this.#underWay) one.breakOff('cancelled')
    this.#names.close()
    await this.#connections.close()
  }

  #send(
    url: URL,
    { method = 'POST', headers, body, timeout, lane = '', signal }: OutboundRequest,
  ): Promise<OutboundReply> {
    const { clock, userAgent } = this.#options
    const loan = this.#connections.take(url, lane)
    if (!loan) return Promise.resolve({ kind: 'unreachable', why: 'overloaded' })
    return new Promise((resolve) => {
      const start = clock.monotonic()
      const exchange = new Exchange((outcome, reusable) => {
        stopDeadline()
        signal?.removeEventListener('abort', cancel)
        this.#underWay.delete(exchange)
        if (reusable) loan.giveBack()
        else loan.discard()
        resolve(outcome.kind === 'answered' ? { ...outcome, ms: clock.monotonic() - start } : outcome)
      })
      const cancel = (): void => {
        exchange.breakOff('cancelled')
      }
      const stopDeadline = clock.after(timeout, () => {
        exchange.breakOff('timed-out')
      })
      if (signal) listenForAbort(signal, cancel)
      this.#underWay.add(exchange)
      const path = `${url.pathname}${url.search}`
      loan.connection.dispatch({ method, path, headers: { ...headers, 'user-agent': userAgent }, body }, exchange)
    })
  }

  /** The connection is not kept: a file may have been anything, and seldom is another one fetched from the same place. */
  #ask(url: URL, { most, accept = '*/*' }: OutboundGet, journey: Journey): Promise<Stop> {
    const headers = { accept, 'accept-encoding': 'identity', 'user-agent': this.#options.userAgent }
    return new Promise((resolve) => {
      journey.enter(new Download({ url, most, headers }, this.#rules, resolve))
    })
  }
}

function listenForAbort(signal: AbortSignal, cancel: () => void): void {
  // One signal may be for any number of requests, which Node takes for a leak from ten on.
  setMaxListeners(0, signal)
  signal.addEventListener('abort', cancel)
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (notForCallers.has(name.toLowerCase())) throw badHeader('A header that belongs to the connection cannot be set.')
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      // The reason is left behind: it may quote what is secret.
      throw badHeader('A header contains what HTTP does not allow in it.')
    }
  }
}

function badHeader(message: string): GatewayError {
  return new GatewayError('bad-request', message, { field: 'headers' })
}
