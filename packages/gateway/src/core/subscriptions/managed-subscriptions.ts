import type { Caller } from '../access/access.js'
import { newSubscriptionId } from '../identifiers.js'
import type { InstanceId } from '../ids.js'
import type { EventFormat } from '../ports/event-format.js'
import type { SubscriptionRecord } from '../ports/subscription-store.js'
import { PulledQueue } from './pulled-queue.js'
import type { Subscription, SubscriptionFormat } from './subscription.js'
import type { SubscriptionsParts } from './subscriptions-parts.js'
import type { ManagedWish, QueueHead } from './subscriptions.js'
import { Turns } from '../turns.js'

/** The subscriptions that dialects keep for their own settings: at most one for each instance and format. */
export class ManagedSubscriptions {
  readonly #parts: SubscriptionsParts
  readonly #queue: PulledQueue
  readonly #turns = new Turns()

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts
    this.#queue = new PulledQueue(parts)
  }

  async managed(caller: Caller, instance: InstanceId, format: SubscriptionFormat): Promise<Subscription | undefined> {
    this.#parts.roster.find(caller, 'instances:read', instance)
    return (await this.#parts.store.subscriptions.managed(instance, format))?.subscription
  }

  async manage(caller: Caller, instance: InstanceId, format: EventFormat, wish: ManagedWish): Promise<Subscription> {
    this.#parts.roster.find(caller, 'instances:write', instance)
    if (wish.url !== null) this.#parts.courier.checkUrl(wish.url)
    return this.#turns.run(`${instance} ${format.name}`, async () => {
      const known = await this.#parts.store.subscriptions.managed(instance, format.name)
      return known ? this.#change(known, wish) : this.#make(caller, instance, format, wish)
    })
  }

  async unmanage(caller: Caller, instance: InstanceId, format: SubscriptionFormat): Promise<void> {
    const { roster, store, courier } = this.#parts
    roster.find(caller, 'instances:write', instance)
    await this.#turns.run(`${instance} ${format}`, async () => {
      const known = await store.subscriptions.managed(instance, format)
      if (!known) return
      const { id, workspace } = known.subscription
      await courier.release(id)
      try {
        await store.subscriptions.remove(workspace, id)
      } finally {
        await courier.refresh(id)
      }
    })
  }

  async head(
    caller: Caller,
    instance: InstanceId,
    format: EventFormat,
    { wait = 0, signal }: { wait?: number; signal?: AbortSignal },
  ): Promise<QueueHead | null> {
    const { roster } = this.#parts
    const queueOf = async (): Promise<Subscription> => {
      // Asked anew after each wait: the instance may be gone by then, or the queue pushed.
      roster.find(caller, 'messages:read', instance)
      return this.#pulled(caller, instance, format)
    }
    return this.#queue.head(queueOf, instance, format, { wait, ...(signal && { signal }) })
  }

  async removeHead(caller: Caller, instance: InstanceId, format: EventFormat, seq: number): Promise<boolean> {
    this.#parts.roster.find(caller, 'messages:write', instance)
    return this.#turns.run(`${instance} ${format.name}`, async () => {
      const known = await this.#parts.store.subscriptions.managed(instance, format.name)
      return known?.subscription.url === null && this.#queue.removeHead(known.subscription, instance, format, seq)
    })
  }

  async #pulled(caller: Caller, instance: InstanceId, format: EventFormat): Promise<Subscription> {
    const known = await this.#parts.store.subscriptions.managed(instance, format.name)
    if (known) return known.subscription
    return this.#turns.run(`${instance} ${format.name}`, async () => {
      const made = await this.#parts.store.subscriptions.managed(instance, format.name)
      return made?.subscription ?? this.#make(caller, instance, format, { url: null, from: 'start' })
    })
  }

  async #make(caller: Caller, instance: InstanceId, format: EventFormat, wish: ManagedWish): Promise<Subscription> {
    const { roster, store, courier, clock } = this.#parts
    const { workspace, network } = roster.find(caller, 'messages:read', instance).record
    const { subscription } = await store.subscriptions.add({
      id: newSubscriptionId(),
      workspace,
      instance,
      network,
      format: format.name,
      url: wish.url,
      kinds: wish.kinds ?? null,
      managedBy: format.name,
      secrets: [],
      createdAt: clock.now(),
      from: wish.from ?? 'now',
    })
    await courier.refresh(subscription.id)
    return subscription
  }

  async #change({ subscription }: SubscriptionRecord, { url, kinds }: ManagedWish): Promise<Subscription> {
    const { store, courier } = this.#parts
    const { id, workspace } = subscription
    const moves = url !== subscription.url || (url !== null && subscription.state !== 'active')
    const filters = kinds !== undefined && JSON.stringify(kinds) !== JSON.stringify(subscription.kinds)
    if (!moves && !filters) return subscription
    if (moves) await courier.release(id)
    try {
      const changed = await store.subscriptions.change(workspace, id, {
        ...(moves ? { url, state: 'active' } : {}),
        ...(filters ? { kinds } : {}),
      })
      return changed?.subscription ?? subscription
    } finally {
      await courier.refresh(id)
    }
  }
}
