import { type EventNames, RememberedNames } from '../chats/event-names.js'
import { whereOf } from '../errors/where-of.js'
import type { GatewayEvent } from '../events/event.js'
import type { InstanceId } from '../ids.js'
import type { Instance } from '../instances/instance.js'
import type { EncodedDelivery, EventFormat } from '../ports/event-format.js'
import { startOfLog, type Cursor, type Subscription } from './subscription.js'
import type { NewDeadLetter } from '../ports/subscription-store.js'
import type { SubscriptionsParts } from './subscriptions-parts.js'
import type { QueueHead } from './subscriptions.js'

/** Events read at once, and about how many bytes of them. */
const pageSize = 100
const pageBytes = 256 * 1024

/** The events of one instance as a queue that its reader takes from the front. The log is the queue, a cursor its front. */
export class PulledQueue {
  readonly #parts: SubscriptionsParts
  /** Of queues whose front was given out, until it is taken: it is given out the same once more. */
  readonly #names = new Map<string, RememberedNames>()

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts
  }

  /** @param queueOf the subscription as it is now; rejects when the caller may no longer read it */
  async head(
    queueOf: () => Promise<Subscription>,
    instance: InstanceId,
    format: EventFormat,
    { wait, signal }: { wait: number; signal?: AbortSignal },
  ): Promise<QueueHead | null> {
    const { feed, clock } = this.#parts
    const deadline = clock.monotonic() + wait
    for (;;) {
      const queue = await queueOf()
      if (queue.url !== null) return null
      const { head, after } = await this.#look(queue, instance, format)
      const left = deadline - clock.monotonic()
      if (head !== null || left <= 0 || signal?.aborted === true) return head
      await feed.read(instance, { after, limit: 1, wait: left, ...(signal && { signal }) })
    }
  }

  async removeHead(queue: Subscription, instance: InstanceId, format: EventFormat, seq: number): Promise<boolean> {
    const { head } = await this.#look(queue, instance, format)
    if (head?.seq !== seq) return false
    await this.#move(queue, instance, { ...startOfLog, seq })
    this.#names.delete(keyOf(queue, instance))
    return true
  }

  /** The front of the queue, and the last `seq` that was looked at before it. */
  async #look(
    queue: Subscription,
    instance: InstanceId,
    format: EventFormat,
  ): Promise<{ head: QueueHead | null; after: number }> {
    const { store, clock } = this.#parts
    const cursor = await store.subscriptions.cursor(queue.id, instance)
    const oldest = clock.now().getTime() - (format.rules?.horizon ?? Infinity)
    let after = cursor.seq
    let head: QueueHead | null
    for (;;) {
      const part = { after, limit: pageSize, bytes: pageBytes, kinds: queue.kinds ?? undefined }
      const { events, upTo, expired: deleted } = await store.events.page(instance, part)
      if (deleted) await this.#park(queue, instance, { ...ends(deleted.from, deleted.to), reason: 'deleted' })
      const expired = events.findLast(({ time }) => time.getTime() < oldest)
      const fresh = expired ? events.filter(({ seq }) => seq > expired.seq) : events
      if (expired) {
        const first = events[0]?.seq ?? expired.seq
        await this.#park(queue, instance, { ...ends(first, expired.seq), reason: 'expired' })
      }
      head = await this.#first(queue, instance, format, fresh)
      after = head ? head.seq - 1 : upTo
      if (head || events.length === 0) break
      // Other work has its turn between two pages that had nothing to say.
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (after > cursor.seq) await this.#move(queue, instance, { ...startOfLog, seq: after })
    return { head, after }
  }

  async #first(
    queue: Subscription,
    instance: InstanceId,
    format: EventFormat,
    events: readonly GatewayEvent[],
  ): Promise<QueueHead | null> {
    if (events.length === 0) return null
    const settings = await this.#parts.store.settings.read(instance, format.name)
    const owner = this.#instance(queue, instance)
    for (const event of events) {
      const delivery = await this.#encode(queue, owner, format, event, settings)
      if (delivery) return { seq: event.seq, event, delivery }
    }
    return null
  }

  /** Null also for an event that the format fails on: it is parked, so that those behind it are not held up. */
  async #encode(
    queue: Subscription,
    instance: Instance,
    format: EventFormat,
    event: GatewayEvent,
    settings: unknown,
  ): Promise<EncodedDelivery | null> {
    const { log, clock } = this.#parts
    const names = format.names === true ? await this.#namesOf(queue, event) : undefined
    try {
      return format.encode([event], {
        instance,
        subscription: queue,
        settings,
        mediaUrl: this.#parts.mediaUrl,
        secrets: [],
        at: clock.now(),
        ...(names && { names }),
      })
    } catch (error) {
      log.error(
        { subscription: queue.id, event: event.id, format: format.name, ...whereOf(error) },
        'an event cannot be encoded',
      )
      await this.#park(queue, instance.id, { ...event, through: event.seq, event: event.id, reason: 'not-encodable' })
      return null
    }
  }

  async #namesOf(queue: Subscription, event: GatewayEvent): Promise<EventNames> {
    const key = keyOf(queue, event.instance)
    const known = this.#names.get(key) ?? new RememberedNames(this.#parts.names)
    this.#names.set(key, known)
    return known.of(event)
  }

  #instance({ workspace }: Subscription, instance: InstanceId): Instance {
    const owner = { workspace, scopes: ['messages:read'], network: null } as const
    return this.#parts.roster.find(owner, 'messages:read', instance).record
  }

  async #park(
    queue: Subscription,
    instance: InstanceId,
    what: Pick<NewDeadLetter, 'seq' | 'through' | 'event' | 'kind' | 'reason'>,
  ): Promise<void> {
    const { store, clock } = this.#parts
    const { seq, through, event, kind, reason } = what
    const at = { subscription: queue.number, instance: this.#instance(queue, instance).serial }
    await store.subscriptions.park(
      { ...at, seq, through, event, kind, reason, lastError: null, attempts: 0, parkedAt: clock.now() },
      { ...at, cursor: { ...startOfLog, seq: through } },
    )
  }

  async #move(queue: Subscription, instance: InstanceId, cursor: Cursor): Promise<void> {
    const move = { subscription: queue.number, instance: this.#instance(queue, instance).serial, cursor }
    await this.#parts.store.subscriptions.recordProgress({ cursors: [move], replays: [], health: [] })
  }
}

function keyOf({ id }: Subscription, instance: InstanceId): string {
  return `${id} ${instance}`
}

/** Several events, or one that nobody looked at. */
function ends(seq: number, through: number) {
  return { seq, through, event: null, kind: null } as const
}
