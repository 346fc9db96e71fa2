import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createHash, randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import { createCore, type Core } from '#gateway/core/create-gateway.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { GatewayEvent } from '#gateway/core/events/event.js'
import type { InstanceId, PhoneNumber } from '#gateway/core/ids.js'
import type { InstanceRef } from '#gateway/core/instances/instance.js'
import type { MediaLimits } from '#gateway/core/media/media-retention.js'
import type { Content } from '#gateway/core/messages/content.js'
import type { Clock } from '#gateway/core/ports/clock.js'
import type { Connection, Engine, Inbox, Intent } from '#gateway/core/ports/engine.js'
import type { Store } from '#gateway/core/ports/store.js'
import type { MediaStorage } from '#gateway/core/ports/media-storage.js'
import { openFolderStorage } from '#gateway/media/folder-storage.js'
import { createInspector } from '#gateway/media/inspector/inspector.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'
import { ManualClock } from '../manual-clock.js'
import { localNames } from '../outbound/endpoint.js'
import { openSqlite } from '../store/sqlite-folder.js'
import { received } from './media-store-contract.js'

/** What WhatsApp has under a handle: bytes, a refusal, or whatever a test waits with. */
export type Held = Buffer | GatewayError | (() => Promise<Buffer>)

/** A WhatsApp that keeps files, and tells of messages when the test says so. */
export class FileEngine implements Engine {
  readonly network = 'sandbox'
  readonly held = new Map<string, Held>()
  /** Handles that were asked for, in order. */
  readonly asked: string[] = []
  readonly #inboxes = new Map<InstanceId, Inbox>()

  open({ id }: InstanceRef, _: Intent, inbox: Inbox): Connection {
    this.#inboxes.set(id, inbox)
    return {
      send: () => Promise.reject(new Error('nothing is sent here')),
      perform: ((_: string, wish: { handle: string; path: string }) => this.#download(wish)) as Connection['perform'],
      traffic: () => Promise.resolve({ sentBytes: 0, receivedBytes: 0 }),
      close: () => Promise.resolve(),
    }
  }

  close = (): Promise<void> => Promise.resolve()

  inbox(id: InstanceId): Inbox {
    const inbox = this.#inboxes.get(id)
    if (!inbox) throw new Error('this instance never connected')
    return inbox
  }

  async #download({ handle, path }: { handle: string; path: string }): Promise<{ size: number; sha256: string }> {
    this.asked.push(handle)
    const held = this.held.get(handle) ?? new GatewayError('media-unavailable', 'gone')
    if (held instanceof GatewayError) throw held
    const bytes = typeof held === 'function' ? await held() : held
    await writeFile(path, bytes)
    return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
}

export interface MediaWorld {
  readonly core: Core
  readonly store: Store
  readonly engine: FileEngine
  readonly clock: ManualClock
  readonly storage: MediaStorage
  readonly folder: string
  readonly caller: Caller
  readonly log: string[]
  /** An instance that is linked and connected. */
  readonly linked: (options?: { files?: 'eager' | 'lazy' }, as?: Caller) => Promise<InstanceId>
  /** Has a message with this content arrive. */
  readonly receive: (id: InstanceId, content: Content, message?: string) => Promise<void>
  readonly connect: (id: InstanceId) => Promise<void>
  readonly disconnect: (id: InstanceId) => Promise<void>
  readonly newCaller: () => Promise<Caller>
}

export async function startMediaWorld(
  more: { limits?: MediaLimits; allowPrivate?: boolean; clock?: Clock } = {},
): Promise<MediaWorld> {
  const { store } = await openSqlite()
  onTestFinished(() => store.close())
  const folder = mkdtempSync(join(tmpdir(), 'gangway-media-world-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const clock = new ManualClock()
  const storage = await openFolderStorage(folder)
  const inspector = createInspector()
  const outbound = createOutbound({
    clock: more.clock ?? clock,
    userAgent: 'Gangway/test',
    allowPrivate: more.allowPrivate ?? true,
    names: localNames,
  })
  onTestFinished(async () => {
    inspector.close()
    await outbound.close()
  })
  const engine = new FileEngine()
  const log: string[] = []
  const note = (fields: object, message: string): void => void log.push(`${message} ${JSON.stringify(fields)}`)
  const core = createCore({
    store,
    engine: () => engine,
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    random: Math.random,
    publicUrl: 'http://gateway.test',
    media: { storage, inspector, outbound, ...(more.limits && { limits: more.limits }) },
  })
  onTestFinished(() => core.close())

  const newCaller = async (): Promise<Caller> => ({
    workspace: await store.access.ensureWorkspace(randomUUID()),
    scopes: ['admin'],
    network: null,
  })
  const caller = await newCaller()
  const account = {
    phone: '491700000001' as PhoneNumber,
    jid: '491700000001:1@s.whatsapp.net',
    lid: null,
    name: null,
  }

  async function linked(options: { files?: 'eager' | 'lazy' } = {}, as = caller): Promise<InstanceId> {
    const { instances, links } = core.gateway
    const { instance } = await instances.create(as, { name: 'shop', network: 'sandbox' })
    if (options.files) await instances.edit(as, instance.id, { options: { files: options.files } })
    const attempt = links.start(as, instance.id, { method: 'qr' }, { wait: 0 })
    await attempt
    await settled(() => Promise.resolve(core.roster.record(instance.id)?.state === 'opening'))
    const inbox = engine.inbox(instance.id)
    const credentials = [{ kind: 'new-identity', bytes: new Uint8Array([1]) }] as const
    await inbox.accept({ report: { kind: 'paired', account }, credentials })
    await inbox.accept({ report: { kind: 'connected', account }, credentials: [] })
    return instance.id
  }

  return {
    core,
    store,
    engine,
    clock,
    storage,
    folder,
    caller,
    log,
    linked,
    newCaller,
    async receive(id, content, message = randomUUID()) {
      const event = received(content, message) as Extract<GatewayEvent, { kind: 'message.received' }>
      await engine.inbox(id).accept({ report: { kind: 'received', events: [event] }, credentials: [] })
    },
    async connect(id) {
      await core.gateway.instances.resume(caller, id)
      await settled(() => Promise.resolve(core.roster.record(id)?.desired === 'linked'))
      await engine.inbox(id).accept({ report: { kind: 'connected', account }, credentials: [] })
    },
    async disconnect(id) {
      await core.gateway.instances.pause(caller, id)
    },
  }
}

/** Waits for a condition. */
export async function settled(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate)
}

export async function* chunks(...parts: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part))
}

export const contentsOf = (path: string): Promise<string> => readFile(path, 'utf8')
