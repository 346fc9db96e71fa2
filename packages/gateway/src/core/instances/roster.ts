import { requireScope } from '../access/access-service.js'
import type { Caller, Scope } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { InstanceId } from '../ids.js'
import type { ClaimedInstance } from '../ports/store.js'
import type { Instance } from './instance.js'
import { InstanceActor, type ActorWorld } from './instance-actor.js'

/** Told of instances as they are made and removed. */
export interface RosterWatcher {
  added(record: Instance): void
  dropped(id: InstanceId): void
}

/** The instances that this process owns, each with its actor. */
export class Roster {
  readonly #world: ActorWorld
  readonly #actors = new Map<InstanceId, InstanceActor>()
  readonly #watchers = new Set<RosterWatcher>()

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
    for (const watcher of this.#watchers) watcher.added(actor.record)
    return actor
  }

  /** The caller's instance. What belongs to somebody else, or to a network this key does not reach, is not there. */
  find(caller: Caller, scope: Scope, id: InstanceId): InstanceActor {
    requireScope(caller, scope)
    const actor = this.#actors.get(id)
    if (actor === undefined || !reaches(caller, actor.record))
      throw new GatewayError('instance-not-found', 'There is no such instance.')
    return actor
  }

  /** Whether there is such an instance for this caller. */
  has(caller: Caller, id: InstanceId): boolean {
    const actor = this.#actors.get(id)
    return actor !== undefined && reaches(caller, actor.record)
  }

  /** As it is now, whoever asks; undefined for one that this process does not own. */
  record(id: InstanceId): Instance | undefined {
    return this.#actors.get(id)?.record
  }

  /** The actor itself, whoever asks; undefined for an instance that this process does not own. */
  actor(id: InstanceId): InstanceActor | undefined {
    return this.#actors.get(id)
  }

  async drop(id: InstanceId): Promise<void> {
    const actor = this.#actors.get(id)
    this.#actors.delete(id)
    for (const watcher of this.#watchers) watcher.dropped(id)
    await actor?.close()
  }

  /** The returned function ends it. */
  watch(watcher: RosterWatcher): () => void {
    this.#watchers.add(watcher)
    return () => {
      this.#watchers.delete(watcher)
    }
  }

  actors(): IterableIterator<InstanceActor> {
    return this.#actors.values()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#actors.values()].map((actor) => actor.close()))
  }
}

/** What belongs to another workspace, or to a network or instance that the caller is kept from, is out of reach. */
export function reaches(caller: Caller, { workspace, network, id }: Instance): boolean {
  return workspace === caller.workspace && (caller.network ?? network) === network && (caller.instance ?? id) === id
}
