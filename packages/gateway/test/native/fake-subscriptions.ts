import { randomUUID } from 'node:crypto'
import type { Caller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { InstanceId, SubscriptionId } from '#gateway/core/ids.js'
import type { Instance } from '#gateway/core/instances/instance.js'
import {
  startOfLog,
  type DeadLetter,
  type Stream,
  type Subscription,
} from '#gateway/core/subscriptions/subscription.js'
import type { Subscriptions } from '#gateway/core/subscriptions/subscriptions.js'

/** Subscriptions as the native API sees them, in memory. What dialects keep for themselves is not here. */
export function fakeSubscriptions(
  own: (caller: Caller, instance: InstanceId) => Instance,
  check: () => void,
  time: Date,
): Subscriptions {
  const all = new Map<SubscriptionId, Subscription>()

  function find(caller: Caller, id: SubscriptionId): Subscription {
    check()
    const found = all.get(id)
    if (found?.workspace !== caller.workspace) throw new GatewayError('subscription-not-found', `no ${id}`)
    return found
  }

  const elsewhere = (): Promise<never> => Promise.reject(new Error('kept by dialects, which have fakes of their own'))

  return {
    async create(caller, { url, format = 'native', instance, network = null, kinds = null }) {
      check()
      if (instance !== undefined) own(caller, instance)
      const subscription: Subscription = {
        id: randomUUID() as string as SubscriptionId,
        number: all.size + 1,
        workspace: caller.workspace,
        instance: instance ?? null,
        network,
        format,
        url,
        kinds,
        managedBy: null,
        state: 'active',
        failingSince: null,
        createdAt: time,
      }
      all.set(subscription.id, subscription)
      return { subscription, secret: format === 'native' ? 'whsec_c2VjcmV0' : null }
    },
    async list(caller, { after = 0, limit }) {
      check()
      return [...all.values()].filter((one) => one.workspace === caller.workspace && one.number > after).slice(0, limit)
    },
    get: async (caller, id) => find(caller, id),
    async edit(caller, id, changes) {
      const changed = { ...find(caller, id), ...changes }
      all.set(id, changed)
      return changed
    },
    async remove(caller, id) {
      find(caller, id)
      all.delete(id)
    },
    async rotateSecret(caller, id, overlap) {
      find(caller, id)
      return { secret: 'whsec_YW5vdGhlcg==', previousUntil: new Date(time.getTime() + overlap * 1000) }
    },
    async test(caller, id) {
      find(caller, id)
      return { outcome: 'refused', status: 503, error: 'The endpoint answered 503.', took: 7 }
    },
    async streams(caller, id, { after = 0, limit }) {
      const { instance } = find(caller, id)
      const stream: Stream = {
        ...startOfLog,
        instance: instance ?? (randomUUID() as string as InstanceId),
        serial: 1101000001,
        seq: 4,
        behind: 2,
        attempts: 3,
        nextAt: time,
        lastError: 'The endpoint answered 503.',
        parked: 1,
        replays: 0,
      }
      return after < stream.serial ? [stream].slice(0, limit) : []
    },
    async deadLetters(caller, id, { after = 0, limit }) {
      find(caller, id)
      const letter: Omit<DeadLetter, 'number'> = {
        instance: randomUUID() as string as InstanceId,
        seq: 2,
        through: 3,
        event: null,
        kind: null,
        reason: 'expired',
        lastError: null,
        attempts: 12,
        parkedAt: time,
      }
      return [1, 2, 3]
        .map((number) => ({ ...letter, number }))
        .filter(({ number }) => number > after)
        .slice(0, limit)
    },
    async replay(caller, id, wish) {
      find(caller, id)
      if ('instance' in wish) own(caller, wish.instance)
      return { replays: 1 }
    },
    manage: elsewhere,
    managed: elsewhere,
    unmanage: elsewhere,
    head: elsewhere,
    removeHead: elsewhere,
  }
}
