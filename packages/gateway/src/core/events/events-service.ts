import { requireScope } from '../access/access-service.js'
import type { Caller } from '../access/access.js'
import type { EventQuery, EventReader, Events } from '../gateway.js'
import type { InstanceId } from '../ids.js'
import { reaches, type Roster } from '../instances/roster.js'
import type { EventStore } from '../ports/store.js'
import type { EventFeed } from './event-feed.js'
import type { EventNewsOf } from './event-news.js'
import type { EventPage } from './event-page.js'
import type { EventKind, GatewayEvent } from './event.js'
import { LogReader, type ReadableInstances } from './log-reader.js'

export class EventsService implements Events {
  readonly #roster: Roster
  readonly #feed: EventFeed
  readonly #store: EventStore

  constructor(roster: Roster, feed: EventFeed, store: EventStore) {
    this.#roster = roster
    this.#feed = feed
    this.#store = store
  }

  async read(
    caller: Caller,
    id: InstanceId,
    query: EventQuery & { wait?: number; signal?: AbortSignal },
  ): Promise<EventPage> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#feed.read(id, query)
  }

  async latest(
    caller: Caller,
    id: InstanceId,
    query: { kinds: readonly EventKind[]; limit: number; before?: number },
  ): Promise<GatewayEvent[]> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#store.latest(id, query)
  }

  async *stream(
    caller: Caller,
    id: InstanceId,
    after: number | 'start',
    signal: AbortSignal,
  ): AsyncGenerator<EventNewsOf<'event' | 'expired'>> {
    this.#roster.find(caller, 'messages:read', id)
    const reader = this.follow(caller)
    const close = () => {
      reader.close()
    }
    signal.addEventListener('abort', close)
    try {
      if (signal.aborted) return
      await reader.follow([{ instance: id, after }])
      for (;;) {
        const news = await reader.next()
        if (news.length === 0) return
        for (const one of news) {
          if (one.kind === 'gone') return
          if (one.kind === 'event' || one.kind === 'expired') yield one
        }
      }
    } finally {
      signal.removeEventListener('abort', close)
      reader.close()
    }
  }

  follow(caller: Caller): EventReader {
    requireScope(caller, 'messages:read')
    return new LogReader({ feed: this.#feed, store: this.#store, instances: this.#readable(caller) })
  }

  #readable(caller: Caller): ReadableInstances {
    const roster = this.#roster
    return {
      has: (id) => roster.has(caller, id),
      all: () => [...roster.actors()].filter(({ record }) => reaches(caller, record)).map(({ record }) => record.id),
      watch: (watcher) =>
        roster.watch({
          added: (record) => {
            if (reaches(caller, record)) watcher.added(record.id)
          },
          dropped: (id) => {
            watcher.dropped(id)
          },
        }),
    }
  }
}
