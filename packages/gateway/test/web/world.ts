import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import pino from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { buildHttpServer } from '#gateway/app/http/server.js'
import { createCore } from '#gateway/core/create-gateway.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import type { InstanceRef } from '#gateway/core/instances/instance.js'
import type { Connection, Engine, Inbox, Intent } from '#gateway/core/ports/engine.js'
import { nativeApi } from '#gateway/dialects/native/index.js'
import { ManualClock } from '../manual-clock.js'
import { serverSentEvents, type ServerSentEvent } from '../native/server-sent-events.js'
import { openSqlite } from '../store/sqlite-folder.js'

/** A connection to a WhatsApp that does what the test says. */
export class StagedConnection implements Connection {
  readonly intent: Intent
  readonly #inbox: Inbox
  closed = false

  constructor(intent: Intent, inbox: Inbox) {
    this.intent = intent
    this.#inbox = inbox
  }

  qr(text: string): Promise<void> {
    const expiresAt = new Date(Date.now() + 20_000)
    return this.#inbox.accept({ report: { kind: 'qr', text, expiresAt }, credentials: [] })
  }

  code(code: string): Promise<void> {
    const expiresAt = new Date(Date.now() + 150_000)
    return this.#inbox.accept({ report: { kind: 'code', code, expiresAt }, credentials: [] })
  }

  async accepted(phone: string): Promise<void> {
    const account = { phone: phone as PhoneNumber, jid: `${phone}:1@s.whatsapp.net`, lid: null, name: null }
    const credentials = [{ kind: 'new-identity', bytes: new Uint8Array([1]) }] as const
    await this.#inbox.accept({ report: { kind: 'paired', account }, credentials })
    await this.#inbox.accept({ report: { kind: 'connected', account }, credentials: [] })
  }

  async runsOut(): Promise<void> {
    await this.#inbox.accept({ report: { kind: 'closed', reason: { kind: 'link-expired' } }, credentials: [] })
  }

  send = () => Promise.reject(new Error('nothing is sent here'))
  perform = () => Promise.reject(new Error('nothing is done here'))
  traffic = () => Promise.resolve({ sentBytes: 0, receivedBytes: 0 })

  async close(): Promise<void> {
    this.closed = true
  }
}

class StagedEngine implements Engine {
  readonly network = 'whatsapp'
  readonly connections: StagedConnection[] = []

  open(_instance: InstanceRef, intent: Intent, inbox: Inbox): Connection {
    const connection = new StagedConnection(intent, inbox)
    this.connections.push(connection)
    return connection
  }

  close = () => Promise.resolve()
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Record<string, unknown>
}

/** The real core and store behind the real server; only WhatsApp and the clock are the test's own. */
export async function startLinkWorld() {
  const { store, edit } = await openSqlite()
  onTestFinished(() => store.close())
  const clock = new ManualClock()
  const engine = new StagedEngine()
  const log: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => log.push(line) })
  const publicUrl = 'http://gateway.test'
  const core = createCore({ store, engine: () => engine, clock, log: logger, random: Math.random, publicUrl })
  onTestFinished(() => core.close())
  const workspace = await store.access.ensureWorkspace('default')
  const key = 'admin-key-of-the-test'
  await core.access.admit(workspace, key, 'admin')
  const server = buildHttpServer({
    gateway: core.gateway,
    dialects: [nativeApi({ version: '0', publicUrl, clock })],
    logger,
    checks: {},
    metrics: new Registry(),
    version: '0',
    publicUrl,
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())

  async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const json = body === undefined ? {} : { 'content-type': 'application/json', origin: publicUrl }
    const response = await fetch(url + path, {
      method,
      headers: { ...json, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return read(response)
  }

  async function api(method: string, path: string, body?: unknown, as = key): Promise<Answer> {
    return ask(method, `/api/v1${path}`, body, { authorization: `Bearer ${as}` })
  }

  /** A page of a new instance, and the path that it is at. */
  async function page(wish: object = {}, instanceWish: object = {}) {
    const { body: instance } = await api('POST', '/instances', { name: 'shop', ...instanceWish })
    const id = String(instance.id)
    const { body } = await api('POST', `/instances/${id}/link-pages`, wish)
    const path = String(body.url).replace(publicUrl, '')
    return { instance: id, id: String(body.id), path, token: path.replace('/link/', '') }
  }

  /** The connection opened last, once there are so many. */
  async function connection(number: number): Promise<StagedConnection> {
    for (;;) {
      const found = engine.connections[number - 1]
      if (found) return found
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async function steps(path: string, more = '', headers: Record<string, string> = {}): Promise<Steps> {
    const stop = new AbortController()
    onTestFinished(() => {
      stop.abort()
    })
    const response = await fetch(`${url}${path}/steps${more}`, { signal: stop.signal, headers })
    return new Steps(response, stop)
  }

  return { store, edit, clock, core, log, url, publicUrl, key, ask, api, page, connection, steps, engine }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status, headers: response.headers, text, body }
}

/** A stream of steps as a browser reads it. */
export class Steps {
  readonly status: number
  readonly #events: AsyncGenerator<ServerSentEvent>
  readonly #stop: AbortController

  constructor(response: Response, stop: AbortController) {
    this.status = response.status
    this.#events = serverSentEvents(response)
    this.#stop = stop
  }

  /** The next step, with the id it came under; undefined at the end of the stream. */
  async next(): Promise<{ id: string; data: Record<string, unknown> } | undefined> {
    for (;;) {
      const result = await this.#events.next()
      if (result.done === true) return undefined
      const { event, id, data } = result.value
      if (event === 'step') return { id, data: data as Record<string, unknown> }
    }
  }

  /** Reads on to the step of that name. */
  async until(step: string): Promise<{ id: string; data: Record<string, unknown> }> {
    for (;;) {
      const found = await this.next()
      if (found === undefined) throw new Error(`the stream ended before ${step}`)
      if (found.data.step === step) return found
    }
  }

  leave(): void {
    this.#stop.abort()
  }
}

/** A request as no browser would make it: what `fetch` will not send. */
export async function raw(url: string, method: string, headers: Record<string, string>, body = ''): Promise<number> {
  const request = httpRequest(url, { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } })
  request.end(body)
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
  response.resume()
  return response.statusCode ?? 0
}
