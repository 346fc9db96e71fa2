import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { InstanceId } from '../core/ids.js'
import {
  directionsOf,
  entryKinds,
  type Entry,
  type EntryKind,
  type JournalItem,
  type JournalQuery,
} from '../core/journal/entry.js'
import type { MessageStatus } from '../core/messages/message.js'
import type { JournalStore } from '../core/ports/store.js'
import { eventColumns, readEvent, type EventRow } from './rows.js'
import type { Schema } from './schema.js'
import type { Sealer } from './seal.js'

/** Of a time in which no more happened, everything is looked at; of a longer one, the end that is asked for. */
const fewEntries = 2000

const columns = sql.join(eventColumns.map((column) => sql.ref(`e.${column}`)))

type ItemRow = EventRow & { readonly status: MessageStatus | null }

/** The history of chats: an index says where in the log its entries are. */
export class SqlJournalStore implements JournalStore {
  readonly #db: Kysely<Schema>
  readonly #sealer: Sealer

  constructor(db: Kysely<Schema>, sealer: Sealer) {
    this.#db = db
    this.#sealer = sealer
  }

  async page(instance: InstanceId, query: JournalQuery): Promise<JournalItem[]> {
    const serial = await this.#serial(instance)
    if (serial === undefined) return []
    if (!isTimed(query)) return this.#items(instance, serial, byPlace(serial, query))
    if (await this.#isFew(serial, query)) return this.#items(instance, serial, byTime(serial, query))
    return this.#items(instance, serial, byPlace(serial, query, await this.#span(serial, query)))
  }

  async find(instance: InstanceId, chat: string | null, message: string): Promise<JournalItem | undefined> {
    const serial = await this.#serial(instance)
    if (serial === undefined) return undefined
    const found = sql`
      select seq from entries
      where instance = ${serial} and message = ${message} ${chat === null ? sql`` : sql`and chat = ${chat}`}
      order by seq desc limit 1`
    const [item] = await this.#items(instance, serial, found)
    return item
  }

  async #items(instance: InstanceId, serial: number, seqs: RawBuilder<unknown>): Promise<JournalItem[]> {
    const { rows } = await sql<ItemRow>`
      select ${columns}, case when e.kind = 'message.sent' then m.status end as status
      from (${seqs}) as found
      join events as e on e.instance = ${serial} and e.seq = found.seq
      join entries as n on n.instance = ${serial} and n.seq = found.seq
      left join messages as m on m.instance = ${serial} and m.id = n.message
      order by found.seq desc`.execute(this.#db)
    return rows.map(({ status, ...row }) => ({
      entry: readEvent(instance, row, this.#sealer) as Entry,
      status,
    }))
  }

  async #isFew(serial: number, query: JournalQuery): Promise<boolean> {
    const { rows } = await sql`
      select 1 from entries where instance = ${serial} ${within(query)} limit 1 offset ${fewEntries}`.execute(this.#db)
    return rows.length === 0
  }

  /** The index of times knows places as well, and answers this without reading an entry. */
  async #span(serial: number, query: JournalQuery): Promise<Span | undefined> {
    const { rows } = await sql<Span>`
      select min(seq) as first, max(seq) as last from entries where instance = ${serial} ${within(query)}`.execute(
      this.#db,
    )
    return rows[0]
  }

  async #serial(instance: InstanceId): Promise<number | undefined> {
    const row = await this.#db.selectFrom('instances').select('serial').where('id', '=', instance).executeTakeFirst()
    return row?.serial
  }
}

/** Everything of a short time, sifted. The empty texts keep the database from taking the index of chats for it. */
function byTime(serial: number, query: JournalQuery): RawBuilder<unknown> {
  const kinds = query.kinds ?? entryKinds
  if (kinds.length === 0) return nothing
  return sql`
    select seq from entries
    where instance = ${serial} ${within(query)} ${before(query)} and kind in (${sql.join(kinds)})
      ${query.chat === undefined ? sql`` : sql`and chat || '' = ${query.chat}`}
      ${query.direction === undefined ? sql`` : sql`and direction = ${query.direction}`}
    order by seq desc limit ${query.limit}`
}

/** Where in the log the entries of a time are, with others among them: what is sent sooner may come later. */
interface Span {
  readonly first: number
  readonly last: number
}

/** Each kind and direction from its new end, as far as needed: all of them together have what is asked for. */
function byPlace(serial: number, query: JournalQuery, span?: Span): RawBuilder<unknown> {
  const { direction, limit } = query
  const lanes = (query.kinds ?? entryKinds).flatMap((kind) =>
    directionsOf[kind]
      .filter((each) => direction === undefined || each === direction)
      .map((each) => ({ kind, direction: each })),
  )
  if (lanes.length === 0) return nothing
  const parts = lanes.map((lane) => sql`select seq from (${ofLane(serial, lane, query, span)}) as one`)
  return sql`select seq from (${sql.join(parts, sql` union all `)}) as each order by seq desc limit ${limit}`
}

interface Lane {
  readonly kind: EntryKind
  readonly direction: 'in' | 'out'
}

function ofLane(serial: number, { kind, direction }: Lane, query: JournalQuery, span?: Span): RawBuilder<unknown> {
  const { chat, limit } = query
  const here = span ? sql`and seq between ${span.first} and ${span.last}` : sql``
  const isThen = isTimed(query)
    ? sql`and exists (
        select 1 from entries as e where e.instance = ${serial} and e.seq = log.seq ${within(query, sql`+e.sent_at`)})`
    : sql``
  if (chat !== undefined) {
    // The time is looked at apart, since the index of chats has it not and would otherwise not be taken.
    return sql`
      select seq from entries as log
      where instance = ${serial} and chat = ${chat} and direction = ${direction} and kind = ${kind}
        ${before(query)} ${here} ${isThen}
      order by seq desc limit ${limit}`
  }
  // The log itself is indexed by kind.
  return sql`
    select seq from events as log
    where instance = ${serial} and kind = ${kind} ${before(query)} ${here} and exists (
      select 1 from entries as e
      where e.instance = ${serial} and e.seq = log.seq and e.direction = ${direction} ${within(query, sql`+e.sent_at`)})
    order by seq desc limit ${limit}`
}

const nothing = sql`select seq from entries where false`

function isTimed({ from, to }: JournalQuery): boolean {
  return from !== undefined || to !== undefined
}

function before({ before }: JournalQuery): RawBuilder<unknown> {
  return before === undefined ? sql`` : sql`and seq < ${before}`
}

/** @param sentAt the time, where the index of times is to be taken; with a sign before it, where it is not */
function within({ from, to }: Pick<JournalQuery, 'from' | 'to'>, sentAt = sql`sent_at`): RawBuilder<unknown> {
  const start = from === undefined ? sql`` : sql`and ${sentAt} >= ${from.getTime()}`
  const end = to === undefined ? sql`` : sql`and ${sentAt} < ${to.getTime()}`
  return sql`${start} ${end}`
}
