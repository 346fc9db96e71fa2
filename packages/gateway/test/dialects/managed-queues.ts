import type { EventKind } from '#gateway/core/events/event.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { InstanceId } from '#gateway/core/ids.js'
import type { Instance } from '#gateway/core/instances/instance.js'
import type { EventFormat } from '#gateway/core/ports/event-format.js'
import type { Clock } from '#gateway/core/ports/clock.js'
import type { ManagedWish, QueueHead, Subscriptions } from '#gateway/core/subscriptions/subscriptions.js'
import type { GatewayEvent } from '#gateway/core/events/event.js'
import { type DataOf, eventOf, recipientOf } from './every-event.js'

type Managed = Pick<Subscriptions, 'manage' | 'managed' | 'unmanage' | 'head' | 'removeHead'>

/** What of subscriptions a dialect manages for its own settings, in memory, and the events that it tells of. */
export interface ManagedQueues extends Managed {
  /** Where the events of an instance go; undefined when nobody has said. */
  readonly wishes: Map<InstanceId, ManagedWish>
  /** Each of them as it was said, and what was kept for the dialect then. */
  readonly moves: { readonly url: string | null; readonly settings: unknown }[]
  happened<Kind extends EventKind>(instance: InstanceId, kind: Kind, data?: DataOf<Kind>): void
  /** A URL that begins like this leads where nothing may be sent. */
  forbidden: string
  readonly waiting: () => number
}

export function managedQueues(parts: {
  readonly format: EventFormat
  readonly clock: Clock
  readonly instance: (id: InstanceId) => Promise<Instance>
  readonly settings: (id: InstanceId) => unknown
}): ManagedQueues {
  const logs = new Map<InstanceId, GatewayEvent[]>()
  const removed = new Map<InstanceId, number>()
  const wishes = new Map<InstanceId, ManagedWish>()
  const wakers = new Set<() => void>()

  async function look(id: InstanceId): Promise<QueueHead | null> {
    const instance = await parts.instance(id)
    const to = recipientOf(parts.settings(id), null, instance)
    for (const event of logs.get(id) ?? []) {
      const delivery = event.seq > (removed.get(id) ?? 0) ? parts.format.encode([event], to) : null
      if (delivery) return { seq: event.seq, event, delivery }
    }
    return null
  }

  async function news(wait: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel()
        wakers.delete(wake)
        resolve()
      }
      const cancel = parts.clock.after(wait, wake)
      signal?.addEventListener('abort', wake)
      wakers.add(wake)
    })
  }

  const queues: ManagedQueues = {
    wishes,
    moves: [],
    forbidden: 'http://forbidden',
    waiting: () => wakers.size,
    happened(id, kind, data) {
      const log = logs.get(id) ?? []
      logs.set(id, [...log, eventOf(kind, data, { seq: log.length + 1, time: parts.clock.now() })])
      for (const wake of wakers) wake()
    },
    async manage(caller, id, _format, wish) {
      const instance = await parts.instance(id)
      if (wish.url?.startsWith(queues.forbidden) === true) {
        throw new GatewayError('bad-request', "'url' leads where nothing may be sent.", { field: 'url' })
      }
      wishes.set(id, wish)
      queues.moves.push({ url: wish.url, settings: parts.settings(id) })
      return recipientOf(undefined, wish.url, { ...instance, workspace: caller.workspace }).subscription
    },
    async managed(_caller, id) {
      const wish = wishes.get(id)
      return wish && recipientOf(undefined, wish.url, await parts.instance(id)).subscription
    },
    async unmanage(_caller, id) {
      wishes.delete(id)
    },
    async head(_caller, id, _format, { wait = 0, signal } = {}) {
      if ((wishes.get(id)?.url ?? null) !== null) return null
      const found = await look(id)
      if (found !== null || wait === 0 || signal?.aborted === true) return found
      await news(wait, signal)
      return look(id)
    },
    async removeHead(_caller, id, _format, seq) {
      if ((await look(id))?.seq !== seq) return false
      removed.set(id, seq)
      return true
    },
  }
  return queues
}
