import { sql, type Kysely } from 'kysely'
import type { EventKind, GatewayEvent } from '../core/events/event.js'
import type { InstanceId } from '../core/ids.js'
import type { EventStore } from '../core/ports/store.js'
import { eventColumns, readEvent } from './rows.js'
import type { Schema } from './schema.js'

export class SqlEventStore implements EventStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async read(
    instance: InstanceId,
    query: { after: number; limit: number; kinds?: readonly EventKind[] },
  ): Promise<GatewayEvent[]> {
    const { kinds } = query
    const rows = await this.#db
      .selectFrom('events')
      .select(eventColumns)
      .where('instance', '=', (owner) => owner.selectFrom('instances').select('serial').where('id', '=', instance))
      .where('seq', '>', query.after)
      .$if(kinds !== undefined, (events) => events.where('kind', 'in', kinds ?? []))
      .orderBy('seq')
      .limit(query.limit)
      .execute()
    return rows.map((row) => readEvent(instance, row))
  }

  async last(instance: InstanceId): Promise<number> {
    const row = await this.#db.selectFrom('instances').select('last_seq').where('id', '=', instance).executeTakeFirst()
    return row?.last_seq ?? 0
  }

  async figures(instance: InstanceId): Promise<{ chats: number; contacts: number }> {
    const field = (name: string) => sql<string>`json_extract(data, ${`$.${name}`})`
    return this.#db
      .selectFrom('events')
      .select([
        sql<number>`count(distinct ${field('chat')})`.as('chats'),
        sql<number>`count(distinct ${field('sender')})`.as('contacts'),
      ])
      .where('instance', '=', (owner) => owner.selectFrom('instances').select('serial').where('id', '=', instance))
      .where('kind', 'in', ['message.received', 'message.sent-from-phone', 'message.status'])
      .executeTakeFirstOrThrow()
  }
}
