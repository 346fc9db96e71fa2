import { chatAddress } from '#gateway/core/chats/chat-address.js'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import pino from 'pino'
import { Registry } from 'prom-client'
import { expect, onTestFinished } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { buildHttpServer } from '#gateway/app/http/server.js'
import type { Caller } from '#gateway/core/access/access.js'
import { createCore, type CoreParts } from '#gateway/core/create-gateway.js'
import type { ReceivedEvent } from '#gateway/core/events/event.js'
import type { NewKey } from '#gateway/core/gateway.js'
import type { InstanceId } from '#gateway/core/ids.js'
import type { InstanceRef, Network } from '#gateway/core/instances/instance.js'
import type { Connection, Engine, Inbox, Intent } from '#gateway/core/ports/engine.js'
import { greenApi } from '#gateway/dialects/green-api/index.js'
import { nativeApi } from '#gateway/dialects/native/index.js'
import { ManualClock } from '../manual-clock.js'
import { serverSentEvents } from '../native/server-sent-events.js'
import { openSqlite } from '../store/sqlite-folder.js'

export interface StreamWorld {
  readonly url: string
  readonly clock: ManualClock
  readonly log: readonly string[]
  readonly metrics: Registry
  readonly core: ReturnType<typeof createCore>
  readonly store: Awaited<ReturnType<typeof openSqlite>>['store']
  readonly edit: Awaited<ReturnType<typeof openSqlite>>['edit']
  /** Of the first workspace, with every right. */
  readonly key: string
  readonly newKey: (wish?: Partial<NewKey>, of?: string) => Promise<string>
  /** Key of another workspace. */
  readonly stranger: (name: string) => Promise<string>
  readonly instance: (as?: string, network?: Network) => Promise<Source>
  readonly get: (path: string, as?: string) => Promise<{ status: number; body: Record<string, unknown> }>
  readonly connect: (as?: string, options?: ClientOptions) => Promise<StreamClient>
  readonly sse: (path: string, headers?: Record<string, string>) => Promise<SseClient>
  readonly close: () => Promise<void>
}

/** An instance whose log the test writes, through the core as an engine does. */
export interface Source {
  readonly id: InstanceId
  /** The newest `seq`. */
  readonly last: () => Promise<number>
  /** One event each, committed together in this order. */
  readonly happen: (...texts: readonly string[]) => Promise<void>
  readonly tell: (...events: readonly ReceivedEvent[]) => Promise<void>
}

/** The real core, store and server; only WhatsApp and the clock are the test's own. */
export async function startStreamWorld(more: Pick<CoreParts, 'retention'> = {}): Promise<StreamWorld> {
  const { store, edit } = await openSqlite()
  onTestFinished(() => store.close())
  const clock = new ManualClock()
  const log: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => log.push(line) })
  const inboxes = new Map<InstanceId, Inbox>()
  const engine = (network: Network): Engine => ({
    network,
    open(instance: InstanceRef, _intent: Intent, inbox: Inbox) {
      inboxes.set(instance.id, inbox)
      return stillConnection
    },
    close: () => Promise.resolve(),
  })
  const publicUrl = 'http://gateway.test'
  const core = createCore({ store, engine, clock, log: logger, random: Math.random, publicUrl, ...more })
  onTestFinished(() => core.close())
  const { gateway, access } = core
  const metrics = new Registry()
  const server = buildHttpServer({
    gateway,
    dialects: [nativeApi({ version: '0', publicUrl, clock }), greenApi({ clock })],
    logger,
    checks: {},
    metrics,
    version: '0',
    publicUrl,
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  let closed: Promise<void> | undefined
  const close = () => (closed ??= Promise.resolve(server.close()).then(() => undefined))
  onTestFinished(close)

  const stranger = async (name: string): Promise<string> => {
    const key = `admin-key-of-${name}`
    await access.admit(await store.access.ensureWorkspace(name), key, 'admin')
    return key
  }
  const key = await stranger('default')
  const callerOf = (as: string): Promise<Caller> => access.authenticate(as)

  return {
    url,
    clock,
    log,
    metrics,
    core,
    store,
    edit,
    key,
    stranger,
    close,
    async newKey(wish = {}, of = key) {
      return (await gateway.access.createKey(await callerOf(of), { name: 'reader', ...wish })).key
    },
    async instance(as = key, network = 'whatsapp') {
      const caller = await callerOf(as)
      const { instance } = await gateway.instances.create(caller, { name: 'shop', network })
      await gateway.links.start(caller, instance.id, { method: 'qr' }, { wait: 0 })
      const inbox = inboxes.get(instance.id)
      if (inbox === undefined) throw new Error('the link opened no connection')
      // What came over a connection counts when that is over, too, and an attempt that is over writes no more events.
      await gateway.links.cancel(caller, instance.id)
      const tell = (...events: readonly ReceivedEvent[]) =>
        inbox.accept({ report: { kind: 'received', events }, credentials: [] })
      return {
        id: instance.id,
        last: () => store.events.last(instance.id),
        tell,
        happen: (...texts) => tell(...texts.map(message)),
      }
    },
    async get(path, as = key) {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${as}` } })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    connect: async (as = key, options = {}) =>
      StreamClient.open(`${url}/api/v1/stream`, { headers: { authorization: `Bearer ${as}` }, ...options }),
    async sse(path, headers = {}) {
      const stop = new AbortController()
      onTestFinished(() => {
        stop.abort()
      })
      const all = { authorization: `Bearer ${key}`, ...headers }
      const response = await fetch(url + path, { headers: all, signal: stop.signal })
      return new SseClient(response, stop)
    },
  }
}

const stillConnection: Connection = {
  send: () => Promise.reject(new Error('nothing is sent here')),
  perform: () => Promise.reject(new Error('nothing is done here')),
  traffic: () => Promise.resolve({ sentBytes: 0, receivedBytes: 0 }),
  close: () => Promise.resolve(),
}

export function message(text: string): ReceivedEvent {
  const chat = '4915112345678@s.whatsapp.net'
  const phone = '4915112345678'
  const person = { sender: chat, phone, lid: null, name: null, fromMe: false }
  const origin = { id: 'AB', ...chatAddress(chat), ...person }
  return {
    kind: 'message.received',
    data: { ...origin, sentAt: '2026-01-02T03:04:05.000Z', content: { kind: 'text', text } },
  }
}

export function call(id: string): ReceivedEvent {
  const from = '4915112345678@s.whatsapp.net'
  return {
    kind: 'call',
    data: { id, from, phone: '4915112345678', lid: null, status: 'offered', video: false, group: null },
  }
}

export interface EventFrame {
  readonly seq: number
  readonly id: string
  readonly instance: string
  readonly kind: string
  readonly data: { readonly content?: { readonly text?: string } }
}

export interface FrameContents {
  readonly event: EventFrame
  readonly caughtUp: { readonly instance: string; readonly seq: number }
  readonly expired: { readonly instance: string; readonly from: number; readonly to: number }
  readonly gone: { readonly instance: string }
  readonly following: number
  readonly heartbeat: string
  readonly error: { readonly code: string; readonly field?: string; readonly detail: string }
}

/** Each has exactly one of them. */
export type Frame = Partial<FrameContents>

/** A client of the stream that notes what it is told. */
export class StreamClient {
  readonly socket: WebSocket
  readonly frames: Frame[] = []
  readonly closed: Promise<{ code: number; reason: string }>

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) throw new Error('a binary frame')
      this.frames.push(JSON.parse(data.toString()) as Frame)
    })
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() })
      })
    })
  }

  static async open(url: string, options: ClientOptions, protocols: string[] = []): Promise<StreamClient> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols, options)
    onTestFinished(() => {
      socket.terminate()
    })
    const client = new StreamClient(socket)
    await once(socket, 'open')
    return client
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Says it and waits until it has taken effect. */
  async follow(message: object): Promise<number> {
    const before = this.told('following').length
    this.say(message)
    await expect.poll(() => this.told('following').length, { interval: 2 }).toBe(before + 1)
    return this.told('following').at(-1) ?? 0
  }

  told<Name extends keyof FrameContents>(name: Name): FrameContents[Name][] {
    return this.frames.flatMap((frame) => {
      const content = frame[name]
      return content === undefined ? [] : [content]
    })
  }

  events(instance?: string): EventFrame[] {
    const all = this.told('event')
    return instance === undefined ? all : all.filter((event) => event.instance === instance)
  }

  seqs(instance?: string): number[] {
    return this.events(instance).map(({ seq }) => seq)
  }

  /** Until it has an event of this instance with this `seq`. */
  async upTo(instance: string, seq: number): Promise<void> {
    await expect.poll(() => this.events(instance).at(-1)?.seq, { interval: 2 }).toBe(seq)
  }

  /** Until the server has heard everything that was sent so far, and this client all that was on its way. */
  async roundTrip(): Promise<void> {
    if (this.socket.readyState !== this.socket.OPEN) return
    const pong = once(this.socket, 'pong')
    this.socket.ping()
    await pong
  }
}

export class SseClient {
  readonly response: Response
  readonly #events: ReturnType<typeof serverSentEvents>
  readonly #stop: AbortController

  constructor(response: Response, stop: AbortController) {
    this.response = response
    this.#stop = stop
    this.#events = serverSentEvents(response)
  }

  /** The next one that is not a comment. */
  async next(): Promise<{ id: string; event: string; data: unknown } | undefined> {
    for (;;) {
      const result = await this.#events.next()
      if (result.done === true) return undefined
      if (result.value.event !== 'comment') return result.value
    }
  }

  leave(): void {
    this.#stop.abort()
  }
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** A client that shakes hands, says what it follows, and then never reads. */
export async function deaf(world: StreamWorld, follow: object): Promise<Socket> {
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.on('error', () => undefined)
  socket.write(handshake(world.key))
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.pause()
  expect(chunk.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /)
  socket.write(maskedText(JSON.stringify(follow)))
  return socket
}

export function handshake(key: string, more = ''): string {
  return (
    `GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Authorization: Bearer ${key}\r\n${more}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
  )
}

/** A text frame as a client sends it (RFC 6455, 5.2), with a mask of zeros. */
export function maskedText(text: string | Buffer): Buffer {
  const payload = Buffer.from(text)
  const head = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255]
  return Buffer.concat([Buffer.from([0x81, 0x80 | (head[0] ?? 0), ...head.slice(1), 0, 0, 0, 0]), payload])
}
