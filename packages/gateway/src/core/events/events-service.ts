import type { Caller } from '../access/access.js'
import type { EventQuery, Events } from '../gateway.js'
import type { InstanceId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { EventFeed } from './event-feed.js'
import type { GatewayEvent } from './event.js'

export class EventsService implements Events {
  readonly #roster: Roster
  readonly #feed: EventFeed

  constructor(roster: Roster, feed: EventFeed) {
    this.#roster = roster
    this.#feed = feed
  }

  async read(
    caller: Caller,
    id: InstanceId,
    query: EventQuery & { wait?: number; signal?: AbortSignal },
  ): Promise<GatewayEvent[]> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#feed.read(id, query)
  }

  async *stream(caller: Caller, id: InstanceId, after: number, signal: AbortSignal): AsyncGenerator<GatewayEvent> {
    this.#roster.find(caller, 'messages:read', id)
    yield* this.#feed.stream(id, after, signal)
  }
}
