import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Caller } from '#gateway/core/access/access.js'
import { createCore, type Core, type CoreParts } from '#gateway/core/create-gateway.js'
import type { EventKind, GatewayEvent, ReceivedEvent } from '#gateway/core/events/event.js'
import type { Gateway } from '#gateway/core/gateway.js'
import type { InstanceId, PhoneNumber } from '#gateway/core/ids.js'
import type { Account } from '#gateway/core/instances/instance.js'
import type { CloseReason } from '#gateway/core/connection/close-reason.js'
import type { EngineActName, EngineActs } from '#gateway/core/ports/engine-acts.js'
import type {
  Connection,
  Engine,
  EngineMessage,
  EngineReport,
  Inbox,
  Intent,
  ProtocolStep,
} from '#gateway/core/ports/engine.js'
import { ManualClock } from '../manual-clock.js'
import { newFolder, openSqlite, type SqliteOpened } from '../store/sqlite-folder.js'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

export const account: Account = {
  phone: '491700000001' as PhoneNumber,
  jid: '491700000001:2@s.whatsapp.net',
  lid: '5001@lid',
  name: 'Shop',
}

/** Something that was done besides sending, as the engine was asked for it. */
export interface Performed {
  readonly name: EngineActName
  readonly wish: unknown
}

/** WhatsApp as the test wants it: notes what it is handed and answers as told. */
export class StagedWhatsApp implements Engine {
  readonly network = 'whatsapp'
  readonly sent: EngineMessage[] = []
  readonly performed: Performed[] = []
  /** Connections so far. */
  opened = 0
  /** What becomes of each message that is sent; taken by the server unless told. */
  onSend: (message: EngineMessage) => Promise<void> = () => Promise.resolve()
  onPerform: (act: Performed) => Promise<unknown> = () => Promise.resolve(null)
  readonly #inboxes = new Map<InstanceId, Inbox>()

  open({ id }: { id: InstanceId }, _intent: Intent, inbox: Inbox): Connection {
    this.#inboxes.set(id, inbox)
    this.opened++
    let open = true
    return {
      send: (message) => {
        this.sent.push(message)
        return this.onSend(message)
      },
      perform: async <Name extends EngineActName>(name: Name, wish: EngineActs[Name]['wish']) => {
        this.performed.push({ name, wish })
        return (await this.onPerform({ name, wish })) as EngineActs[Name]['result']
      },
      traffic: () => Promise.resolve({ sentBytes: 0, receivedBytes: 0 }),
      close: async () => {
        if (!open) return
        open = false
        await inbox.accept({ report: { kind: 'closed', reason: { kind: 'requested' } }, credentials: [] })
      },
    }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async report(id: InstanceId, report: EngineReport, credentials: ProtocolStep['credentials'] = []): Promise<void> {
    const inbox = this.#inboxes.get(id)
    if (inbox === undefined) throw new Error('this instance has no connection')
    await inbox.accept({ report, credentials })
  }

  acts<Name extends EngineActName>(name: Name): EngineActs[Name]['wish'][] {
    return this.performed.filter((act) => act.name === name).map(({ wish }) => wish as EngineActs[Name]['wish'])
  }
}

export interface CoreWorld {
  readonly core: Core
  readonly gateway: Gateway
  readonly whatsapp: StagedWhatsApp
  readonly clock: ManualClock
  readonly caller: Caller
  readonly database: SqliteOpened
  /** An instance of `account` that is linked and connected. */
  readonly linked: () => Promise<InstanceId>
  /** Has a phone scan the code of one that is not linked: that of `account`, unless told. */
  readonly link: (id: InstanceId, as?: Account) => Promise<void>
  readonly tell: (id: InstanceId, ...events: readonly ReceivedEvent[]) => Promise<void>
  readonly hangUp: (id: InstanceId, reason: CloseReason) => Promise<void>
  /** The connection that follows a hang-up is ready. */
  readonly connected: (id: InstanceId) => Promise<void>
  readonly events: <Kind extends EventKind>(
    id: InstanceId,
    ...kinds: Kind[]
  ) => Promise<(GatewayEvent & { kind: Kind })[]>
  /** The process ends, and another one begins with what is on disk. */
  readonly restart: () => Promise<CoreWorld>
  /** The same, without warning: what was not on disk is lost, and who was waiting is never answered. */
  readonly kill: () => Promise<CoreWorld>
}

export type WorldParts = Partial<CoreParts> & { readonly whatsapp?: StagedWhatsApp; readonly clock?: ManualClock }

/** With its accounts connecting again. */
async function awake(world: CoreWorld): Promise<CoreWorld> {
  world.core.wake()
  const instances = await world.gateway.instances.list(world.caller, { limit: 10 })
  const linked = instances.filter(({ account: one }) => one !== null).length
  await expect.poll(() => world.whatsapp.opened >= linked, { interval: 2 }).toBe(true)
  return world
}

/** The real core and store; only WhatsApp and the clock are the test's own. */
export async function coreWorld(parts: WorldParts = {}, database?: SqliteOpened): Promise<CoreWorld> {
  const opened = database ?? (await openSqlite())
  const { store } = opened
  const { clock = new ManualClock(), whatsapp = new StagedWhatsApp(), ...more } = parts
  onTestFinished(() => store.close())
  const core = createCore({
    store,
    engine: () => whatsapp,
    clock,
    log: silent,
    random: () => 0,
    publicUrl: 'http://gateway.test',
    ...more,
  })
  onTestFinished(() => core.close())
  await core.claim()
  const caller: Caller = { workspace: await store.access.ensureWorkspace('shop'), scopes: ['admin'], network: null }
  const { gateway } = core
  const link = async (id: InstanceId, as = account): Promise<void> => {
    const before = whatsapp.opened
    await gateway.links.start(caller, id, { method: 'qr' }, { wait: 0 })
    await expect.poll(() => whatsapp.opened, { interval: 2 }).toBe(before + 1)
    const identity = { kind: 'new-identity', bytes: Buffer.from('identity') } as const
    await whatsapp.report(id, { kind: 'paired', account: as }, [identity])
    await whatsapp.report(id, { kind: 'connected', account: as })
  }
  return {
    core,
    gateway,
    whatsapp,
    clock,
    caller,
    database: opened,
    async linked() {
      const { instance } = await gateway.instances.create(caller, { name: 'shop' })
      await link(instance.id)
      return instance.id
    },
    link,
    tell: (id, ...events) => whatsapp.report(id, { kind: 'received', events }),
    hangUp: (id, reason) => whatsapp.report(id, { kind: 'closed', reason }),
    connected: (id) => whatsapp.report(id, { kind: 'connected', account }),
    async events<Kind extends EventKind>(id: InstanceId, ...kinds: Kind[]) {
      const events = await store.events.read(id, { after: 0, limit: 10_000, kinds })
      return events as (GatewayEvent & { kind: Kind })[]
    },
    async restart() {
      await core.close()
      return awake(await coreWorld({ ...parts, clock, whatsapp }, await opened.reopen()))
    },
    async kill() {
      const copy = join(newFolder(), 'gangway.db')
      opened.edit((database) => {
        database.exec(`vacuum into '${copy}'`)
      })
      // The one before goes on in the dark, over a file and a network that nobody looks at any more.
      const next = await openSqlite({ path: copy, secretKey: opened.secretKey })
      return awake(await coreWorld({ ...parts, clock: new ManualClock() }, next))
    },
  }
}
