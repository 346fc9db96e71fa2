import { requireScope } from '../access/access-service.js'
import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { InstanceChanges, InstanceFigures, Instances, InstanceSecrets, NewInstanceWish } from '../gateway.js'
import { newInstanceId, newInstanceToken, newWid, secretDigest } from '../identifiers.js'
import type { InstanceId, PhoneNumber } from '../ids.js'
import type { Clock } from '../ports/clock.js'
import type { EventStore, InstanceStore } from '../ports/store.js'
import { Turns } from '../turns.js'
import type { Instance } from './instance.js'
import { requireValidOptions } from './options.js'
import type { Roster } from './roster.js'

export class InstancesService implements Instances {
  readonly #roster: Roster
  readonly #store: InstanceStore
  readonly #events: EventStore
  readonly #clock: Clock
  readonly #onTokenGone: () => void
  /** Edits of one instance, so that none undoes what another has just set. */
  readonly #edits = new Turns()

  /** `onTokenGone` is called when a token that was good until now no longer is. */
  constructor(
    roster: Roster,
    store: { readonly instances: InstanceStore; readonly events: EventStore },
    clock: Clock,
    onTokenGone: () => void,
  ) {
    this.#roster = roster
    this.#store = store.instances
    this.#events = store.events
    this.#clock = clock
    this.#onTokenGone = onTokenGone
  }

  async create(caller: Caller, wish: NewInstanceWish): Promise<{ instance: Instance; secrets: InstanceSecrets }> {
    requireScope(caller, 'instances:write')
    if (caller.instance) throw new GatewayError('forbidden', "An instance's own token makes no other instance.")
    if (caller.network !== null && wish.network !== undefined && wish.network !== caller.network) {
      throw new GatewayError('forbidden', 'A test key makes instances in the sandbox only.', { field: 'network' })
    }
    if (wish.options !== undefined) requireValidOptions(wish.options)
    const secrets = { instanceToken: newInstanceToken(), wid: newWid() }
    const instance = await this.#store.create({
      id: newInstanceId(),
      workspace: caller.workspace,
      name: wish.name,
      network: wish.network ?? caller.network ?? 'whatsapp',
      phone: wish.phone ?? null,
      tokenHash: secretDigest(secrets.instanceToken),
      widHash: secretDigest(secrets.wid),
      createdAt: this.#clock.now(),
    })
    this.#roster.add({ instance, epoch: 1, hasIdentity: false })
    if (wish.options === undefined) return { instance, secrets }
    return { instance: await this.edit(caller, instance.id, { options: wish.options }), secrets }
  }

  async list(caller: Caller, page: { afterSerial?: number; limit: number }): Promise<Instance[]> {
    requireScope(caller, 'instances:read')
    if (caller.instance) return [await this.get(caller, caller.instance)]
    return this.#store.list(caller.workspace, { ...page, ...(caller.network ? { network: caller.network } : {}) })
  }

  async get(caller: Caller, id: InstanceId): Promise<Instance> {
    return this.#roster.find(caller, 'instances:read', id).record
  }

  async edit(caller: Caller, id: InstanceId, { options, ...changes }: InstanceChanges): Promise<Instance> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    if (options !== undefined) requireValidOptions(options)
    return this.#edits.run(id, async () => {
      const all = options && { options: { ...actor.record.options, ...options } }
      const edited = await this.#store.update(caller.workspace, id, { ...changes, ...all })
      if (!edited) throw new GatewayError('instance-not-found', 'There is no such instance.')
      actor.refresh(edited)
      return actor.record
    })
  }

  async remove(caller: Caller, id: InstanceId): Promise<void> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    await actor.logout()
    await this.#roster.drop(id)
    await this.#store.remove(caller.workspace, id)
    this.#onTokenGone()
  }

  async pause(caller: Caller, id: InstanceId): Promise<Instance> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    await actor.pause()
    return actor.record
  }

  async resume(caller: Caller, id: InstanceId): Promise<Instance> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    await actor.resume()
    return actor.record
  }

  async logout(caller: Caller, id: InstanceId): Promise<Instance> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    await actor.logout()
    return actor.record
  }

  async restart(caller: Caller, id: InstanceId): Promise<Instance> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    await actor.restart()
    return actor.record
  }

  async byPhone(caller: Caller, phone: PhoneNumber): Promise<Instance | undefined> {
    requireScope(caller, 'instances:read')
    const found = await this.#store.findByPhone(caller.workspace, phone, caller.network)
    return found && this.get(caller, found.id)
  }

  async isElsewhere(caller: Caller, phone: PhoneNumber): Promise<boolean> {
    requireScope(caller, 'instances:read')
    const linked = [...this.#roster.actors()]
      .map(({ record }) => record)
      .filter(({ account, network }) => account?.phone === phone && (caller.network ?? network) === network)
    return linked.length > 0 && linked.every(({ workspace }) => workspace !== caller.workspace)
  }

  async newToken(caller: Caller, id: InstanceId): Promise<string> {
    this.#roster.find(caller, 'instances:write', id)
    const token = newInstanceToken()
    const replaced = await this.#store.replaceToken(caller.workspace, id, secretDigest(token))
    if (!replaced) throw new GatewayError('instance-not-found', 'There is no such instance.')
    this.#onTokenGone()
    return token
  }

  async figures(caller: Caller, id: InstanceId): Promise<InstanceFigures> {
    const actor = this.#roster.find(caller, 'instances:read', id)
    const [counted, traffic] = await Promise.all([this.#events.figures(id), actor.traffic()])
    return { ...counted, ...traffic }
  }
}
