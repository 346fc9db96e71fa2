import { requireScope } from '../access/access-service.js'
import type { Caller, Scope } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { InstanceId } from '../ids.js'
import type { ClaimedInstance } from '../ports/store.js'
import { InstanceActor, type ActorWorld } from './instance-actor.js'

/** The instances that this process owns, each with its actor. */
export class Roster {
  readonly #world: ActorWorld
  readonly #actors = new Map<InstanceId, InstanceActor>()

  constructor(world: ActorWorld) {
    this.#world = world
  }

  get size(): number {
    return this.#actors.size
  }

  /** Takes over everything that is stored. Nothing connects yet, and no instance claims to be what it no longer is. */
  async claim(): Promise<void> {
    const claimed = await this.#world.store.instances.claimAll()
    await Promise.all(claimed.map((one) => this.add(one).takeOver()))
  }

  /** Sets everything going again, most recently active first: each takes its place in the queue for a connection. */
  wake(): void {
    for (const actor of this.#actors.values()) actor.wake()
  }

  add(claimed: ClaimedInstance): InstanceActor {
    const actor = new InstanceActor(this.#world, claimed)
    this.#actors.set(claimed.instance.id, actor)
    return actor
  }

  /** The caller's instance. What belongs to somebody else, or to a network this key does not reach, is not there. */
  find(caller: Caller, scope: Scope, id: InstanceId): InstanceActor {
    requireScope(caller, scope)
    const actor = this.#actors.get(id)
    const record = actor?.record
    const mine =
      record?.workspace === caller.workspace &&
      (caller.network ?? record.network) === record.network &&
      (caller.instance ?? record.id) === record.id
    if (!actor || !mine) throw new GatewayError('instance-not-found', 'There is no such instance.')
    return actor
  }

  async drop(id: InstanceId): Promise<void> {
    const actor = this.#actors.get(id)
    this.#actors.delete(id)
    await actor?.close()
  }

  actors(): IterableIterator<InstanceActor> {
    return this.#actors.values()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#actors.values()].map((actor) => actor.close()))
  }
}
