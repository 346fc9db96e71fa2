import { randomUUID } from 'node:crypto'
import type { Caller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { Gateway, InstanceFigures } from '#gateway/core/gateway.js'
import type { InstanceId, PhoneNumber, WorkspaceId } from '#gateway/core/ids.js'
import type { Instance, InstanceState } from '#gateway/core/instances/instance.js'
import type { LinkStep } from '#gateway/core/linking/link-step.js'
import { fakeGateway } from '../native/fake-gateway.js'
import { recipientOf } from './every-event.js'

export const key = 'key-of-ours'
export const strangerKey = 'key-of-a-stranger'
export const readerKey = 'key-that-only-reads'

export interface Credentials {
  readonly id: InstanceId
  readonly wid: string
  readonly serial: number
  readonly token: string
}

/** The core in memory, with every instance wherever a test puts it. */
export interface StagedGateway extends Gateway {
  /** A new instance of ours, and what opens it in each dialect. */
  stage(as?: Partial<Instance>): Promise<Credentials>
  become(id: InstanceId, changes: Partial<Instance>): Promise<void>
  step(id: InstanceId, step: LinkStep): void
  /** Rejects the next question about an instance. */
  failNext(error: unknown): void
  /** What every start of an attempt is rejected with. */
  refusal: GatewayError | undefined
  instancesOf(asKey: string): Promise<Instance[]>
  /** What happens when an instance is resumed, in place of being linked at once. */
  onResume: ((id: InstanceId) => Promise<void>) | undefined
  figured: InstanceFigures
  /** The step at which every attempt is found, in place of a QR or code. */
  offered: LinkStep | undefined
  /** Settings as they were last written, by instance and dialect, and how often any were. */
  readonly stored: Map<string, object>
  writes: number
  /** Where the events of an instance are sent, for the settings of which dialect. */
  readonly managed: Map<string, string | null>
  /** Each URL as it was said, and what was kept then. */
  readonly moves: { readonly url: string | null; readonly settings: unknown }[]
}

/** States in which the real core holds the identity of an account, and therefore offers nothing to scan. */
const withIdentity: readonly InstanceState[] = ['starting', 'linked', 'reconnecting', 'paused', 'restricted']

/** As slow as a store, so that two calls can meet. */
async function aMoment(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

export function stagedGateway(): StagedGateway {
  const fake = fakeGateway({
    [key]: {},
    [strangerKey]: { workspace: 'ws-2' as WorkspaceId },
    [readerKey]: { scopes: ['instances:read'] },
  })
  const opened = new Map<string, { caller: Caller; instance: InstanceId }>()
  const stored = new Map<string, object>()
  const managed = new Map<string, string | null>()
  const arriving = new Set<InstanceId>()

  function requireWrite(caller: Caller): void {
    if (caller.scopes.includes('admin') || caller.scopes.includes('instances:write')) return
    throw new GatewayError('forbidden', 'This key lacks a scope.')
  }

  async function requireAccount(caller: Caller, id: InstanceId): Promise<void> {
    const { state } = await fake.instances.get(caller, id)
    if (!withIdentity.includes(state)) throw new GatewayError('not-linked', 'There is no account.')
  }

  const staged: StagedGateway = {
    ...fake,
    stored,
    managed,
    moves: [],
    writes: 0,
    onResume: undefined,
    offered: undefined,
    refusal: undefined,
    figured: { chats: 0, contacts: 0, sentBytes: 0, receivedBytes: 0 },
    async stage(as = {}) {
      const caller = await fake.access.authenticate(key)
      const { instance, secrets } = await fake.instances.create(caller, { name: 'shop', phone: as.phone ?? null })
      await staged.become(instance.id, as)
      const { wid, instanceToken: token } = secrets
      const { id, serial } = instance
      for (const secret of [wid, `${serial} ${token}`]) {
        opened.set(secret, { caller: { ...caller, instance: id }, instance: id })
      }
      return { id, wid, serial, token }
    },
    async become(id, changes) {
      await fake.instances.edit(await fake.access.authenticate(key), id, changes)
    },
    async instancesOf(asKey) {
      return fake.instances.list(await fake.access.authenticate(asKey), { limit: 1000 })
    },
    access: {
      ...fake.access,
      async byWid(wid) {
        const found = opened.get(wid.toUpperCase())
        if (!found) throw new GatewayError('unauthorized', 'The access key is unknown.')
        return found
      },
      async byInstanceToken(serial, token) {
        const found = opened.get(`${serial} ${token}`)
        if (!found) throw new GatewayError('unauthorized', 'The instance token is wrong.')
        return found
      },
    },
    instances: {
      ...fake.instances,
      async create(caller, wish) {
        requireWrite(caller)
        await aMoment()
        const made = await fake.instances.create(caller, wish)
        // Committed, and not taken over by an actor yet: found by its row, and absent.
        arriving.add(made.instance.id)
        await aMoment()
        arriving.delete(made.instance.id)
        return made
      },
      async byPhone(caller, phone) {
        const found = await fake.instances.byPhone(caller, phone)
        if (found && arriving.has(found.id)) throw new GatewayError('instance-not-found', 'There is no such instance.')
        return found
      },
      async pause(caller, id) {
        await requireAccount(caller, id)
        return fake.instances.pause(caller, id)
      },
      async resume(caller, id) {
        await requireAccount(caller, id)
        if (!staged.onResume) return fake.instances.resume(caller, id)
        await staged.onResume(id)
        return fake.instances.get(caller, id)
      },
      async logout(caller, id) {
        await fake.instances.logout(caller, id)
        await staged.become(id, { account: null })
        return fake.instances.get(caller, id)
      },
      async figures(caller, id) {
        await fake.instances.get(caller, id)
        return staged.figured
      },
    },
    links: {
      ...fake.links,
      async start(caller, id, how, options) {
        requireWrite(caller)
        if (staged.refusal) throw staged.refusal
        const { state } = await fake.instances.get(caller, id)
        if (state === 'storage-error') throw new GatewayError('storage-error', 'The identity cannot be read.')
        if (withIdentity.includes(state)) throw new GatewayError('already-linked', 'This instance is linked already.')
        const snapshot = await fake.links.start(caller, id, how, options)
        return { ...snapshot, step: staged.offered ?? snapshot.step }
      },
    },
    subscriptions: {
      ...fake.subscriptions,
      async manage(caller, id, format, { url }) {
        const instance = await fake.instances.get(caller, id)
        await aMoment()
        if (url?.includes('forbidden') === true) {
          throw new GatewayError('bad-request', "'url' leads where nothing may be sent.", { field: 'url' })
        }
        managed.set(`${id} ${format}`, url)
        staged.moves.push({ url, settings: stored.get(`${id} ${format}`) })
        return recipientOf(undefined, url, instance).subscription
      },
      async unmanage(caller, id, format) {
        await fake.instances.get(caller, id)
        await aMoment()
        managed.delete(`${id} ${format}`)
      },
    },
    settings: {
      async read(caller, id, dialect) {
        await fake.instances.get(caller, id)
        await aMoment()
        return stored.get(`${id} ${dialect}`)
      },
      async write(caller, id, dialect, settings) {
        await fake.instances.get(caller, id)
        await aMoment()
        staged.writes++
        stored.set(`${id} ${dialect}`, settings)
      },
    },
  }
  return staged
}

export const anAccount = {
  phone: '628123456789' as PhoneNumber,
  jid: '628123456789:7@s.whatsapp.net',
  lid: null,
  name: 'Atendimento Maria',
}

export const nobodysWid = randomUUID().toUpperCase()
