import { once } from 'node:events'
import { connect } from 'node:net'
import pino from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { buildHttpServer } from '#gateway/app/http/server.js'
import type { AccessKey } from '#gateway/core/access/access-key.js'
import type { Caller } from '#gateway/core/access/access.js'
import { createCore, type Core } from '#gateway/core/create-gateway.js'
import type { Gateway } from '#gateway/core/gateway.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import type { Instance, Network } from '#gateway/core/instances/instance.js'
import { cams } from '#gateway/dialects/cams/index.js'
import type { ManualClock } from '../manual-clock.js'
import { MemoryIssuer, noonClock } from '../message-links/world.js'
import { newInstance } from '../store/sample.js'
import { openSqlite, type SqliteOpened } from '../store/sqlite-folder.js'
import { type Ask, type Key, signAcs3, type Signed } from './signer.js'

export const publicUrl = 'https://links.shop.example'
export const shop = '4915112345678' as PhoneNumber

export interface Answer {
  readonly status: number
  readonly head: string
  readonly text: string
  /** The body as JSON; a test reads it as the shape that it expects. */
  readonly body: Record<string, unknown>
}

export interface CamsWorld {
  readonly url: string
  readonly host: string
  readonly core: Core
  readonly clock: ManualClock
  readonly issuer: MemoryIssuer
  readonly log: string[]
  readonly callerOf: (workspace: string, more?: Partial<Caller>) => Promise<Caller>
  /** Of the workspace `shop`, for everything, unless told. */
  readonly key: (workspace?: string, wish?: KeyWish) => Promise<Key & { record: AccessKey }>
  /** Signed in the newer way, a moment after the one before: nobody is stopped for calling too often. */
  readonly call: (key: Key, action: string, form?: Record<string, string>, more?: Partial<Ask>) => Promise<Answer>
  readonly send: (signed: Signed) => Promise<Answer>
  readonly sendBytes: (bytes: Uint8Array) => Promise<Answer>
  readonly restart: () => Promise<CamsWorld>
}

export interface KeyWish {
  readonly permissions?: readonly string[]
  readonly network?: 'sandbox'
}

/** An instance that is linked with a number, as a gateway finds it at its start. */
export interface LinkedWish {
  readonly workspace: string
  readonly phone: string
  readonly network?: Network
}

interface Wishes {
  readonly linked?: readonly LinkedWish[]
  /** What the dialect sees in place of the core. */
  readonly disguise?: (gateway: Gateway) => Gateway
  readonly over?: { readonly database: SqliteOpened; readonly clock: ManualClock; readonly issuer: MemoryIssuer }
}

/** The dialect over the real core and store, on a real socket. */
export async function startCams({
  linked = [],
  disguise = (gateway) => gateway,
  over,
}: Wishes = {}): Promise<CamsWorld> {
  const { database, clock, issuer } = over ?? {
    database: await openSqlite(),
    clock: noonClock(),
    issuer: new MemoryIssuer(),
  }
  for (const wish of linked) await link(database, wish)
  const log: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => log.push(line) })
  const dialect = cams({ publicUrl, clock })
  const core = createCore({
    store: database.store,
    engine: () => {
      throw new Error('nobody connects here')
    },
    clock,
    log: logger,
    random: () => 0.5,
    publicUrl,
    permissions: dialect.permissions ?? [],
    links: { issuer },
  })
  await core.claim()
  const server = buildHttpServer({
    gateway: disguise(core.gateway),
    dialects: [dialect],
    logger,
    checks: {},
    metrics: new Registry(),
    version: '0.1.0',
    publicUrl,
  })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  let ended: Promise<void> | undefined
  const close = (): Promise<void> => (ended ??= Promise.resolve(server.close()).then(() => core.close()))
  onTestFinished(async () => {
    await close()
    await database.store.close()
  })
  const { host } = new URL(url)
  const callerOf: CamsWorld['callerOf'] = async (name, more = {}) => ({
    workspace: await database.store.access.ensureWorkspace(name),
    scopes: ['admin'],
    network: null,
    ...more,
  })
  const sendBytes = (bytes: Uint8Array) => exchange(host, bytes)
  const send = (signed: Signed) => sendBytes(bytesOf(signed))
  return {
    url,
    host,
    core,
    clock,
    issuer,
    log,
    callerOf,
    send,
    sendBytes,
    async key(workspace = 'shop', { permissions = ['cams:*'], ...wish } = {}) {
      const { secret, record } = await core.gateway.accessKeys.create(await callerOf(workspace), {
        permissions,
        ...wish,
      })
      return { id: record.accessKeyId, secret, record }
    },
    async call(key, action, form = {}, more = {}) {
      clock.advance(200)
      return send(signAcs3(key, host, { action, form, at: clock.now(), ...more }))
    },
    async restart() {
      await close()
      return startCams({ disguise, over: { database: await database.reopen(), clock, issuer } })
    },
  }
}

/** As it goes over the wire, each part where a test can find it. */
export function bytesOf({ method, path, headers, body }: Signed): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = `content-length: ${Buffer.byteLength(body)}\r\n`
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}connection: close\r\n\r\n${body}`)
}

/** What no HTTP client would send, too. */
async function exchange(host: string, bytes: Uint8Array): Promise<Answer> {
  const [name = '', port = ''] = host.split(':')
  const socket = connect(Number(port), name)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(bytes)
  await once(socket, 'close')
  const [head = '', text = ''] = Buffer.concat(chunks)
    .toString()
    .split(/\r\n\r\n(.*)/s)
  const isJson = /^content-type: application\/json/im.test(head)
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    head,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  }
}

async function link(
  { store }: SqliteOpened,
  { workspace, phone, network = 'whatsapp' }: LinkedWish,
): Promise<Instance> {
  const wish = { ...newInstance(await store.access.ensureWorkspace(workspace)), network }
  await store.instances.create(wish)
  const account = { phone: phone as PhoneNumber, jid: `${phone}:1@s.whatsapp.net`, lid: null, name: 'Shop' }
  const step = { at: wish.createdAt, changes: { account, state: 'paused', desired: 'paused' } } as const
  return (await store.instances.commit({ id: wish.id, epoch: 1 }, step)).instance
}
