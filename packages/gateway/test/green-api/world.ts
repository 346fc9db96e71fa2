import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { InstanceCaller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { Gateway } from '#gateway/core/gateway.js'
import type { InstanceId, PhoneNumber, WorkspaceId } from '#gateway/core/ids.js'
import type { Account, Instance } from '#gateway/core/instances/instance.js'
import { type InstanceOptions, usualOptions } from '#gateway/core/instances/options.js'
import { greenApiEvents } from '#gateway/dialects/green-api/event-format.js'
import { greenApi } from '#gateway/dialects/green-api/index.js'
import { type ManagedQueues, managedQueues } from '../dialects/managed-queues.js'
import { type Answer, served } from '../dialects/served.js'
import { ManualClock } from '../manual-clock.js'
import { type FakeGateway, fakeGateway } from '../native/fake-gateway.js'
import { type FakeCore, fakeCore } from './fake-core.js'

export const key = 'key-of-ours'
export const strangerKey = 'key-of-a-stranger'
export const readerKey = 'key-that-only-reads'
export const testKey = 'key-of-the-sandbox'

export const account: Account = {
  phone: '79001234567' as PhoneNumber,
  jid: '79001234567:26@s.whatsapp.net',
  lid: '123456789012345@lid',
  name: 'Ana',
}

/** An instance as its owner knows it. */
export interface Owned {
  readonly id: InstanceId
  readonly idInstance: number
  readonly token: string
  /** `/waInstance…/{method}/…` */
  readonly path: (method: string) => string
}

/** The core of the native API's tests, but for what `FakeCore` has better. */
type StandIn = Gateway & Omit<FakeGateway, keyof Gateway>

export interface World {
  readonly gateway: StandIn
  readonly clock: ManualClock
  readonly url: string
  readonly log: readonly string[]
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  readonly instance: (as?: Partial<Instance>) => Promise<Owned>
  readonly become: (owned: Owned, changes: Partial<Instance>) => Promise<void>
  readonly optionsOf: (owned: Owned) => Promise<InstanceOptions>
  /** What the dialect keeps of an instance, as it was written last. */
  readonly kept: Map<string, object>
  readonly queues: ManagedQueues
  /** What the dialect asks of the part of the core that carries messages, and what that answers. */
  readonly core: FakeCore
  readonly scan: (owned: Owned) => Promise<ScanClient>
  readonly close: () => Promise<void>
}

/** The dialect on a real socket, over a core in memory whose tokens and settings work as the real one's do. */
export async function startWorld(): Promise<World> {
  const clock = new ManualClock()
  const fake = fakeGateway({
    [key]: {},
    [strangerKey]: { workspace: 'ws-2' as WorkspaceId },
    [readerKey]: { scopes: ['instances:read'] },
    [testKey]: { network: 'sandbox' },
  })
  const kept = new Map<string, object>()
  const tokens = new Map<number, { digest: string; known: InstanceCaller }>()
  const digest = (token: string): string => createHash('sha256').update(token).digest('hex')
  const requireWrite = (scopes: readonly string[]): void => {
    if (!scopes.includes('admin') && !scopes.includes('instances:write')) throw new GatewayError('forbidden', 'no')
  }
  const anyone = { workspace: 'ws-1' as WorkspaceId, scopes: ['admin'] as const, network: null }
  const queues = managedQueues({
    format: greenApiEvents,
    clock,
    instance: (id) => fake.instances.get(anyone, id),
    settings: (id) => kept.get(`${id} green-api`),
  })
  const core = fakeCore((caller, id) => fake.instances.get(caller, id))
  const { messages, media, chats, contacts, groups } = core
  const gateway: StandIn = {
    ...fake,
    messages,
    media,
    chats,
    contacts,
    groups,
    subscriptions: { ...fake.subscriptions, ...queues },
    access: {
      ...fake.access,
      async byInstanceToken(serial, token) {
        const found = tokens.get(serial)
        if (!found) throw new GatewayError('instance-not-found', 'no such serial')
        if (found.digest !== digest(token)) throw new GatewayError('unauthorized', 'wrong token')
        return found.known
      },
    },
    instances: {
      ...fake.instances,
      async create(caller, wish) {
        requireWrite(caller.scopes)
        const { instance, secrets } = await fake.instances.create(caller, {
          ...wish,
          ...(caller.network ? { network: caller.network } : {}),
        })
        await fake.instances.edit(caller, instance.id, { options: usualOptions })
        const instanceToken = randomBytes(25).toString('hex')
        const known = {
          caller: { ...caller, scopes: ['admin'] as const, instance: instance.id },
          instance: instance.id,
        }
        tokens.set(instance.serial, { digest: digest(instanceToken), known })
        return { instance, secrets: { ...secrets, instanceToken } }
      },
      async edit(caller, id, { options, ...changes }) {
        const { options: before } = await fake.instances.get(caller, id)
        return fake.instances.edit(caller, id, { ...changes, options: { ...before, ...options } })
      },
      async newToken(caller, id) {
        const { serial } = await fake.instances.get(caller, id)
        const found = tokens.get(serial)
        const token = randomBytes(25).toString('hex')
        if (found) tokens.set(serial, { ...found, digest: digest(token) })
        return token
      },
    },
    links: {
      ...fake.links,
      async start(caller, id, how, options) {
        const { state } = await fake.instances.get(caller, id)
        if (state === 'linked') throw new GatewayError('already-linked', 'This instance is linked already.')
        return fake.links.start(caller, id, how, options)
      },
    },
    settings: {
      async read(caller, id, dialect) {
        await fake.instances.get(caller, id)
        return kept.get(`${id} ${dialect}`)
      },
      async write(caller, id, dialect, settings) {
        await fake.instances.get(caller, id)
        kept.set(`${id} ${dialect}`, settings)
      },
    },
  }
  const { url, log, call, close } = await served(gateway, greenApi({ clock }))
  const ours = await gateway.access.authenticate(key)
  return {
    gateway,
    clock,
    url,
    log,
    kept,
    queues,
    core,
    close,
    call,
    async instance(as = {}) {
      const { instance, secrets } = await gateway.instances.create(ours, { name: 'shop' })
      await fake.instances.edit(ours, instance.id, as)
      const { serial: idInstance, id } = instance
      const token = secrets.instanceToken
      return { id, idInstance, token, path: (method) => `/waInstance${idInstance}/${method}/${token}` }
    },
    async become({ id }, changes) {
      await fake.instances.edit(ours, id, changes)
    },
    optionsOf: async ({ id }) => (await fake.instances.get(ours, id)).options,
    scan: (owned) => ScanClient.open(url + owned.path('scanqrcode')),
  }
}

export interface Frame {
  readonly type: string
  readonly message?: string
}

/** A client of the scan socket that notes what it is told. */
export class ScanClient {
  readonly socket: WebSocket
  readonly frames: Frame[] = []
  readonly closed: Promise<number>

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) throw new Error('a binary frame')
      this.frames.push(JSON.parse(data.toString()) as Frame)
    })
    this.closed = new Promise((resolve) => {
      socket.once('close', resolve)
    })
  }

  static async open(url: string): Promise<ScanClient> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'))
    onTestFinished(() => {
      socket.terminate()
    })
    const client = new ScanClient(socket)
    await once(socket, 'open')
    return client
  }
}

/** The status with which a handshake is refused. */
export async function refusedWith(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers })
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode)
    })
    socket.on('open', () => {
      socket.terminate()
      reject(new Error('the handshake was accepted'))
    })
    socket.on('error', () => undefined)
  })
}
