import { requireScope } from '../access/access-service.js'
import type { Caller, Scope } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import { newSubscriptionId } from '../identifiers.js'
import type { InstanceId, SubscriptionId } from '../ids.js'
import type { Network } from '../instances/instance.js'
import type { EventFormat } from '../ports/event-format.js'
import type { SubscriptionEdit, SubscriptionRecord } from '../ports/subscription-store.js'
import { ManagedSubscriptions } from './managed-subscriptions.js'
import { newSigningSecret, rotated } from './signing-secrets.js'
import {
  covers,
  type DeadLetter,
  type Stream,
  type StreamState,
  type Subscription,
  type SubscriptionFormat,
} from './subscription.js'
import type { SubscriptionsParts } from './subscriptions-parts.js'
import type {
  ManagedWish,
  NewSubscription,
  QueueHead,
  ReplayWish,
  SubscriptionChanges,
  Subscriptions,
  TestDelivery,
} from './subscriptions.js'
import { Turns } from '../turns.js'

export class SubscriptionsService implements Subscriptions {
  readonly #parts: SubscriptionsParts
  readonly #managed: ManagedSubscriptions
  /** Changes of one subscription are made one after the other. */
  readonly #turns = new Turns()
  readonly #tested = new Set<SubscriptionId>()

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts
    this.#managed = new ManagedSubscriptions(parts)
  }

  async create(caller: Caller, wish: NewSubscription): Promise<{ subscription: Subscription; secret: string | null }> {
    const { store, courier, clock } = this.#parts
    requireScope(caller, 'subscriptions:write')
    const { instance = null, kinds = null, format = 'native', from = 'now' } = wish
    const network = this.#networkOf(caller, wish)
    const { signs = false } = this.#format(format)
    courier.checkUrl(wish.url)
    const secret = signs ? newSigningSecret() : null
    const { subscription } = await store.subscriptions.add({
      id: newSubscriptionId(),
      workspace: caller.workspace,
      instance,
      network,
      format,
      url: wish.url,
      kinds,
      managedBy: null,
      secrets: secret === null ? [] : [{ secret, until: null }],
      createdAt: clock.now(),
      from,
    })
    await courier.refresh(subscription.id)
    return { subscription, secret }
  }

  async list(caller: Caller, page: { after?: number; limit: number }): Promise<Subscription[]> {
    requireScope(caller, 'subscriptions:read')
    const { network, instance } = caller
    return this.#parts.store.subscriptions.list(caller.workspace, {
      ...page,
      ...(network === null ? {} : { network }),
      ...(instance === undefined ? {} : { instance }),
    })
  }

  async get(caller: Caller, id: SubscriptionId): Promise<Subscription> {
    return (await this.#find(caller, 'subscriptions:read', id)).subscription
  }

  async edit(caller: Caller, id: SubscriptionId, changes: SubscriptionChanges): Promise<Subscription> {
    return this.#turns.run(id, async () => {
      const { subscription } = await this.#findOwn(caller, id)
      if (changes.url !== undefined) this.#parts.courier.checkUrl(changes.url)
      const moves = changes.url !== undefined && subscription.state !== 'paused'
      const state = changes.state ?? (moves ? 'active' : undefined)
      const edit = { ...changes, ...(state === undefined ? {} : { state }) }
      // What is under way goes where it was sent; whatever the endpoint says to it is not the new one's word.
      if (state !== undefined) await this.#parts.courier.release(id)
      return (await this.#change(caller, id, edit)).subscription
    })
  }

  async remove(caller: Caller, id: SubscriptionId): Promise<void> {
    const { store, courier } = this.#parts
    await this.#turns.run(id, async () => {
      await this.#findOwn(caller, id)
      await courier.release(id)
      try {
        await store.subscriptions.remove(caller.workspace, id)
      } finally {
        await courier.refresh(id)
      }
    })
  }

  async rotateSecret(
    caller: Caller,
    id: SubscriptionId,
    overlap: number,
  ): Promise<{ secret: string; previousUntil: Date }> {
    return this.#turns.run(id, async () => {
      const { subscription, secrets } = await this.#find(caller, 'subscriptions:write', id)
      if (this.#format(subscription.format).signs !== true) {
        throw new GatewayError('not-supported', `The format ${subscription.format} does not sign its deliveries.`)
      }
      const now = this.#parts.clock.now()
      const previousUntil = new Date(now.getTime() + overlap * 1000)
      const secret = newSigningSecret()
      await this.#change(caller, id, { secrets: rotated(secrets, secret, now, previousUntil) })
      return { secret, previousUntil }
    })
  }

  async test(caller: Caller, id: SubscriptionId): Promise<TestDelivery> {
    const record = await this.#find(caller, 'subscriptions:write', id)
    const { subscription } = record
    if (subscription.url === null) throw pulledOnly()
    const about = subscription.instance ?? (await this.#firstCovered(subscription))
    if (about === undefined) throw new GatewayError('instance-not-found', 'There is no instance to tell about.')
    const instance = this.#parts.roster.find(caller, 'subscriptions:write', about).record
    if (this.#tested.has(id)) throw new GatewayError('rate-limited', 'One test of a subscription at a time.')
    this.#tested.add(id)
    try {
      return await this.#parts.courier.test(record, instance)
    } finally {
      this.#tested.delete(id)
    }
  }

  async streams(
    caller: Caller,
    id: SubscriptionId,
    query: { after?: number; limit: number; states?: readonly StreamState[] },
  ): Promise<Stream[]> {
    await this.#find(caller, 'subscriptions:read', id)
    return this.#parts.store.subscriptions.streams(id, query)
  }

  async deadLetters(
    caller: Caller,
    id: SubscriptionId,
    page: { after?: number; limit: number },
  ): Promise<DeadLetter[]> {
    await this.#find(caller, 'subscriptions:read', id)
    return this.#parts.store.subscriptions.deadLetters(id, page)
  }

  async replay(caller: Caller, id: SubscriptionId, wish: ReplayWish): Promise<{ replays: number }> {
    const { store, courier, clock } = this.#parts
    return this.#turns.run(id, async () => {
      const { subscription } = await this.#find(caller, 'subscriptions:write', id)
      if (subscription.url === null) throw pulledOnly()
      let replays = 1
      if ('deadLetters' in wish) {
        replays = await store.subscriptions.replayDeadLetters(id, clock.now())
        if (replays === 0) throw new GatewayError('event-not-found', 'Nothing was given up that could go out again.')
      } else {
        const to = await this.#requireEvents(caller, subscription, wish)
        await store.subscriptions.addReplay(id, { ...wish, to }, clock.now())
      }
      await courier.refresh(id)
      return { replays }
    })
  }

  manage(caller: Caller, instance: InstanceId, format: SubscriptionFormat, wish: ManagedWish): Promise<Subscription> {
    return this.#managed.manage(caller, instance, this.#format(format), wish)
  }

  managed(caller: Caller, instance: InstanceId, format: SubscriptionFormat): Promise<Subscription | undefined> {
    return this.#managed.managed(caller, instance, format)
  }

  unmanage(caller: Caller, instance: InstanceId, format: SubscriptionFormat): Promise<void> {
    return this.#managed.unmanage(caller, instance, format)
  }

  head(
    caller: Caller,
    instance: InstanceId,
    format: SubscriptionFormat,
    options: { wait?: number; signal?: AbortSignal } = {},
  ): Promise<QueueHead | null> {
    return this.#managed.head(caller, instance, this.#format(format), options)
  }

  removeHead(caller: Caller, instance: InstanceId, format: SubscriptionFormat, seq: number): Promise<boolean> {
    return this.#managed.removeHead(caller, instance, this.#format(format), seq)
  }

  async #find(caller: Caller, scope: Scope, id: SubscriptionId): Promise<SubscriptionRecord> {
    requireScope(caller, scope)
    const record = await this.#parts.store.subscriptions.find(caller.workspace, id)
    if (record === undefined || !reaches(caller, record.subscription)) throw absent()
    return record
  }

  /** The subscription, if the native API may change it. */
  async #findOwn(caller: Caller, id: SubscriptionId): Promise<SubscriptionRecord> {
    const record = await this.#find(caller, 'subscriptions:write', id)
    const { managedBy } = record.subscription
    if (managedBy === null) return record
    throw new GatewayError('not-supported', `This subscription belongs to the settings of ${managedBy}.`, {
      hint: `Change it where it was made, in the settings of ${managedBy}.`,
    })
  }

  async #change(caller: Caller, id: SubscriptionId, changes: SubscriptionEdit): Promise<SubscriptionRecord> {
    const { store, courier } = this.#parts
    try {
      const changed = await store.subscriptions.change(caller.workspace, id, changes)
      if (!changed) throw absent()
      return changed
    } finally {
      // Also after a refusal: what was released goes on as it is stored.
      await courier.refresh(id)
    }
  }

  #format(name: SubscriptionFormat): EventFormat {
    const format = this.#parts.formats.get(name)
    if (!format) throw new GatewayError('not-supported', `This gateway does not write the format ${name}.`)
    return format
  }

  /** The network that a new subscription is bound to; null for both. */
  #networkOf(caller: Caller, { instance, network }: NewSubscription): Network | null {
    if (caller.network !== null && network !== undefined && network !== caller.network) {
      throw new GatewayError('forbidden', 'A test key subscribes to the sandbox only.', { field: 'network' })
    }
    if (instance === undefined) return network ?? caller.network
    const { record } = this.#parts.roster.find(caller, 'subscriptions:write', instance)
    if (network === undefined || network === record.network) return record.network
    throw new GatewayError('bad-request', 'The instance is in the other network.', { field: 'network' })
  }

  async #firstCovered({ id }: Subscription): Promise<InstanceId | undefined> {
    const [first] = await this.#parts.store.subscriptions.streams(id, { limit: 1 })
    return first?.instance
  }

  /** The last event of the stretch that there is now. */
  async #requireEvents(
    caller: Caller,
    subscription: Subscription,
    wish: { readonly instance: InstanceId; readonly from: number; readonly to: number },
  ): Promise<number> {
    const { roster, store } = this.#parts
    const { record } = roster.find(caller, 'subscriptions:write', wish.instance)
    if (!covers(subscription, record)) throw new GatewayError('instance-not-found', 'There is no such instance.')
    const [first] = await store.events.read(wish.instance, { after: wish.from - 1, limit: 1 })
    if (first === undefined || first.seq > wish.to) {
      throw new GatewayError('event-not-found', 'The log of the instance has no such event.')
    }
    return Math.min(wish.to, await store.events.last(wish.instance))
  }
}

/** What covers more than the caller may see is out of reach as a whole. */
function reaches(caller: Caller, { network, instance }: Subscription): boolean {
  return (caller.network ?? network) === network && (caller.instance ?? instance) === instance
}

function absent(): GatewayError {
  return new GatewayError('subscription-not-found', 'There is no such subscription.')
}

function pulledOnly(): GatewayError {
  return new GatewayError('not-supported', 'This subscription is fetched by its reader, nothing is sent for it.')
}
