import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { EventPage } from '../core/events/event-page.js'
import type { EventKind, GatewayEvent } from '../core/events/event.js'
import type { InstanceId } from '../core/ids.js'
import type { EventStore } from '../core/ports/store.js'
import { eventColumns, readEvent, type EventRow } from './rows.js'
import type { Schema } from './schema.js'
import type { Sealer } from './seal.js'

type PageQuery = Parameters<EventStore['page']>[1]
type LatestQuery = Parameters<EventStore['latest']>[1]

interface Slice extends EventPage {
  /** About how many bytes of data its events hold. */
  readonly size: number
  /** The next event would have been too much. */
  readonly full: boolean
}

const columns = sql.join(eventColumns.map((column) => sql.ref(`e.${column}`)))
/** Rows of one query, so that a page of large events is not read in full before it is found to be too much. */
const sliceRows = 100

export class SqlEventStore implements EventStore {
  readonly #db: Kysely<Schema>
  readonly #sealer: Sealer

  constructor(db: Kysely<Schema>, sealer: Sealer) {
    this.#db = db
    this.#sealer = sealer
  }

  async read(
    instance: InstanceId,
    query: { after: number; limit: number; kinds?: readonly EventKind[] },
  ): Promise<GatewayEvent[]> {
    const { events } = await this.page(instance, { ...query, bytes: Infinity })
    return [...events]
  }

  async page(instance: InstanceId, query: PageQuery): Promise<EventPage> {
    const first = await this.#slice(instance, query)
    const events = [...first.events]
    let [end, size] = [first, first.size]
    while (events.length < query.limit && !end.full && end.upTo < end.last) {
      const rest = { ...query, after: end.upTo, limit: query.limit - events.length, bytes: query.bytes - size }
      const next = await this.#slice(instance, rest)
      // What expired after the slice before it was read is for the next page to tell.
      if (next.expired !== null) break
      events.push(...next.events)
      size += next.size
      end = next
    }
    return { events, upTo: end.upTo, last: end.last, expired: first.expired }
  }

  async latest(instance: InstanceId, { kinds, limit, before }: LatestQuery): Promise<GatewayEvent[]> {
    const end = before ?? Number.MAX_SAFE_INTEGER
    const { rows } = await sql<EventRow>`
      select ${columns}
      from (${seqs(instance, kinds, sql`seq < ${end}`, sql`seq desc`, limit)}) as found
      join events as e on e.instance = (${serialOf(instance)}) and e.seq = found.seq
      order by found.seq desc`.execute(this.#db)
    return rows.map((row) => readEvent(instance, row, this.#sealer))
  }

  async last(instance: InstanceId): Promise<number> {
    const row = await this.#db.selectFrom('instances').select('last_seq').where('id', '=', instance).executeTakeFirst()
    return row?.last_seq ?? 0
  }

  async lasts(instances: readonly InstanceId[]): Promise<Map<InstanceId, number>> {
    const lasts = new Map<InstanceId, number>()
    for (let at = 0; at < instances.length; at += sliceRows) {
      const rows = await this.#db
        .selectFrom('instances')
        .select(['id', 'last_seq'])
        .where('id', 'in', instances.slice(at, at + sliceRows))
        .execute()
      for (const { id, last_seq } of rows) lasts.set(id, last_seq)
    }
    return lasts
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

  /** The events and what surrounds them, in one statement and so of one moment. */
  async #slice(instance: InstanceId, { after, limit, kinds, bytes }: PageQuery): Promise<Slice> {
    const most = Math.min(limit, sliceRows)
    const { rows } = await sql<Bounds & (EventRow | { seq: null })>`
      select i.last_seq, (select seq from events where instance = i.serial order by seq limit 1) as oldest, ${columns}
      from instances as i
      left join (${seqs(instance, kinds, sql`seq > ${after}`, sql`seq`, most)}) as found on true
      left join events as e on e.instance = i.serial and e.seq = found.seq
      where i.id = ${instance}
      order by found.seq`.execute(this.#db)
    const [bounds] = rows
    if (bounds === undefined) return { events: [], upTo: after, last: 0, expired: null, size: 0, full: false }
    const events: GatewayEvent[] = []
    let size = 0
    let upTo = Math.max(after, bounds.last_seq)
    let full = false
    for (const row of rows) {
      if (row.seq === null) break
      const rowSize = row.data.length + (row.content?.length ?? 0)
      full = events.length > 0 && size + rowSize > bytes
      if (full) {
        upTo = events.at(-1)?.seq ?? after
        break
      }
      size += rowSize
      events.push(readEvent(instance, row, this.#sealer))
      if (events.length === most) upTo = row.seq
    }
    const oldest = bounds.oldest ?? 0
    const expired = oldest > after + 1 ? { from: after + 1, to: oldest - 1 } : null
    return { events, upTo, last: bounds.last_seq, expired, size, full }
  }
}

interface Bounds {
  readonly last_seq: number
  readonly oldest: number | null
}

/** The first `limit` of an instance's log in that order, found by an index for each of the kinds. */
function seqs(
  instance: InstanceId,
  kinds: readonly EventKind[] | undefined,
  where: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
): RawBuilder<unknown> {
  const some = (kind: RawBuilder<unknown>) => sql`
    select seq from events
    where instance = (${serialOf(instance)}) and ${where} ${kind}
    order by ${order} limit ${limit}`
  if (kinds === undefined) return some(sql``)
  if (kinds.length === 0) return sql`select seq from events where false`
  const each = kinds.map((kind) => sql`select seq from (${some(sql`and kind = ${kind}`)}) as one`)
  return sql`select seq from (${sql.join(each, sql` union all `)}) as each order by ${order} limit ${limit}`
}

function serialOf(instance: InstanceId): RawBuilder<unknown> {
  return sql`select serial from instances where id = ${instance}`
}
