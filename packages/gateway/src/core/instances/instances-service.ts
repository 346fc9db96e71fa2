import { requireScope } from '../access/access-service.js'
import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { Instances, InstanceSecrets, NewInstanceWish } from '../gateway.js'
import { newInstanceId, newInstanceToken, newWid, secretDigest } from '../identifiers.js'
import type { InstanceId, PhoneNumber } from '../ids.js'
import type { Clock } from '../ports/clock.js'
import type { InstanceStore } from '../ports/store.js'
import type { Instance } from './instance.js'
import type { Roster } from './roster.js'

export class InstancesService implements Instances {
  readonly #roster: Roster
  readonly #store: InstanceStore
  readonly #clock: Clock

  constructor(roster: Roster, store: InstanceStore, clock: Clock) {
    this.#roster = roster
    this.#store = store
    this.#clock = clock
  }

  async create(caller: Caller, wish: NewInstanceWish): Promise<{ instance: Instance; secrets: InstanceSecrets }> {
    requireScope(caller, 'instances:write')
    if (caller.network !== null && wish.network !== undefined && wish.network !== caller.network) {
      throw new GatewayError('forbidden', 'A test key makes instances in the sandbox only.', { field: 'network' })
    }
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
    return { instance, secrets }
  }

  async list(caller: Caller, page: { afterSerial?: number; limit: number }): Promise<Instance[]> {
    requireScope(caller, 'instances:read')
    return this.#store.list(caller.workspace, { ...page, ...(caller.network ? { network: caller.network } : {}) })
  }

  async get(caller: Caller, id: InstanceId): Promise<Instance> {
    return this.#roster.find(caller, 'instances:read', id).record
  }

  async edit(
    caller: Caller,
    id: InstanceId,
    changes: { name?: string; phone?: PhoneNumber | null },
  ): Promise<Instance> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    const edited = await this.#store.update(caller.workspace, id, changes)
    if (!edited) throw new GatewayError('instance-not-found', 'There is no such instance.')
    actor.refresh(edited)
    return actor.record
  }

  async remove(caller: Caller, id: InstanceId): Promise<void> {
    const actor = this.#roster.find(caller, 'instances:write', id)
    await actor.logout()
    await this.#roster.drop(id)
    await this.#store.remove(caller.workspace, id)
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
}
