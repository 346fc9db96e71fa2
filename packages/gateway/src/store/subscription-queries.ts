import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { SubscriptionId } from '../core/ids.js'
import type { Stream, StreamState } from '../core/subscriptions/subscription.js'
import type { Schema } from './schema.js'
import { cursorColumns, readCursor } from './subscription-rows.js'

/** How far a subscription has come in every instance that it covers. */
export async function readStreams(
  db: Kysely<Schema>,
  id: SubscriptionId,
  { after = 0, limit, states }: { after?: number; limit: number; states?: readonly StreamState[] },
): Promise<Stream[]> {
  const at = sql<number>`coalesce(c.seq, 0)`
  const count = (table: 'dead_letters' | 'replays') =>
    sql<number>`(select count(*) from ${sql.table(table)} as t where t.subscription = s.number and t.instance = i.serial)`
  const ofState: Record<StreamState, ReturnType<typeof sql<boolean>>> = {
    'caught-up': sql`i.last_seq <= ${at}`,
    behind: sql`(i.last_seq > ${at} and coalesce(c.attempts, 0) = 0)`,
    retrying: sql`(i.last_seq > ${at} and c.attempts > 0)`,
  }
  const rows = await db
    .selectFrom('subscriptions as s')
    .innerJoin('instances as i', (join) =>
      join
        .onRef('i.workspace', '=', 's.workspace')
        .on(sql<boolean>`coalesce(s.instance, i.serial) = i.serial and coalesce(s.network, i.network) = i.network`),
    )
    .leftJoin('cursors as c', (join) =>
      join.onRef('c.subscription', '=', 's.number').onRef('c.instance', '=', 'i.serial'),
    )
    .select(cursorColumns)
    .select(['i.id', 'i.serial', 'i.last_seq'])
    .select([count('dead_letters').as('parked'), count('replays').as('replays')])
    .where('s.id', '=', id)
    .where('i.serial', '>', after)
    .$if(states !== undefined, (streams) =>
      streams.where(
        sql<boolean>`(${sql.join(
          (states ?? []).map((one) => ofState[one]),
          sql` or `,
        )})`,
      ),
    )
    .orderBy('i.serial')
    .limit(limit)
    .execute()
  return rows.map(({ id: instance, serial, last_seq, parked, replays, ...row }) => {
    const cursor = readCursor(row)
    return { ...cursor, instance, serial, behind: Math.max(last_seq - cursor.seq, 0), parked, replays }
  })
}

/** Every instance that a subscription which is pushed and not stopped covers, with how far it has come there. */
export function pushedStreams(id?: SubscriptionId): RawBuilder<unknown> {
  const going = sql`s.url is not null and s.state in ('active', 'probing') ${id === undefined ? sql`` : sql`and s.id = ${id}`}`
  return sql`
    select s.id as subscription, i.id as instance, i.last_seq, coalesce(c.seq, 0) as seq
    from (
      select s.number, s.id, s.instance as serial from subscriptions as s
      where s.instance is not null and ${going}
      union all
      select s.number, s.id, i.serial from subscriptions as s
      join instances as i on i.workspace = s.workspace and coalesce(s.network, i.network) = i.network
      where s.instance is null and ${going}
    ) as s
    join instances as i on i.serial = s.serial
    left join cursors as c on c.subscription = s.number and c.instance = i.serial`
}
