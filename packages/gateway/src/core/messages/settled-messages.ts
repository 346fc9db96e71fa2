import { Bell } from '../bell.js'
import type { EventFeed } from '../events/event-feed.js'
import type { InstanceId, MessageId } from '../ids.js'
import type { MessageStatus, OutgoingMessage } from './message.js'

const underWay: readonly MessageStatus[] = ['queued', 'sent']

export function isSettled({ status }: Pick<OutgoingMessage, 'status'>): boolean {
  return !underWay.includes(status)
}

/** Wakes those who wait for what became of a message. One ear for all of them, however many there are. */
export class SettledMessages {
  readonly #bells = new Map<string, Bell>()

  constructor(feed: EventFeed) {
    feed.listen((instance, events) => {
      for (const { kind, data } of events) {
        if (kind === 'message.status' && isSettled(data)) this.#bells.get(`${instance} ${data.id}`)?.ring()
      }
    })
  }

  /** The message once it is settled, or as it is after `wait` ms. */
  async wait<Found extends Pick<OutgoingMessage, 'status'>>(
    instance: InstanceId,
    id: MessageId,
    wait: number,
    find: () => Promise<Found>,
  ): Promise<Found> {
    const name = `${instance} ${id}`
    const bell = this.#bells.get(name) ?? new Bell()
    this.#bells.set(name, bell)
    const stop = new AbortController()
    // Asked before looking, so that what happens in between still wakes.
    const news = bell.next({ timeout: wait, signal: stop.signal })
    try {
      const found = await find()
      if (isSettled(found) || wait <= 0) return found
      await news
      return await find()
    } finally {
      stop.abort()
      if (bell.waiting === 0 && this.#bells.get(name) === bell) this.#bells.delete(name)
    }
  }
}
