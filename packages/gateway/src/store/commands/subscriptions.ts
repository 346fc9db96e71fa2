import { sql, type Kysely, type Selectable, type Updateable } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId, SubscriptionId, WorkspaceId } from '../../core/ids.js'
import type { CountersTable, Schema, SubscriptionsTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'

/** Those that dialects keep for their settings do not count: there is one for each instance at most. */
const mostInWorkspace = 50

export interface AddSubscription {
  readonly instance: InstanceId | null
  readonly row: Omit<Selectable<SubscriptionsTable>, 'number' | 'instance' | 'state' | 'failing_since'>
  readonly from: 'now' | 'start'
}

export type SubscriptionRow = Selectable<SubscriptionsTable>

/** With a cursor in every instance that there is, so that nothing from before reaches it, or everything does. */
export async function addSubscription(
  { db }: WriteTransaction,
  { instance, row, from }: AddSubscription,
): Promise<SubscriptionRow> {
  const owner = instance === null ? null : await serialOf(db, row.workspace, instance)
  if (row.managed_by === null) await requireRoom(db, row.workspace)
  const number = await nextNumber(db, 'subscription')
  const added = await db
    .insertInto('subscriptions')
    .values({ ...row, number, instance: owner, state: 'active', failing_since: null })
    .returningAll()
    .executeTakeFirstOrThrow()
  const oldest = sql`coalesce((select min(seq) - 1 from events where events.instance = instances.serial), 0)`
  await sql`
    insert into cursors (subscription, instance, seq, attempts, refusals, barren)
    select ${number}, serial, ${from === 'now' ? sql.ref('last_seq') : oldest}, 0, 0, 0
    from instances
    where workspace = ${row.workspace}
      and serial = coalesce(${owner}, serial)
      and network = coalesce(${row.network}, network)`.execute(db)
  return added
}

export interface ChangeSubscription {
  readonly workspace: WorkspaceId
  readonly id: SubscriptionId
  readonly changes: Pick<Updateable<SubscriptionsTable>, 'url' | 'kinds' | 'secrets' | 'state'>
}

/** Setting it going forgets since when it failed, and what its cursors and replays were waiting for. */
export async function changeSubscription(
  { db }: WriteTransaction,
  { workspace, id, changes }: ChangeSubscription,
): Promise<SubscriptionRow | undefined> {
  const active = changes.state === 'active'
  const changed = await db
    .updateTable('subscriptions')
    .set({ ...changes, ...(active && { failing_since: null }) })
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .returningAll()
    .executeTakeFirst()
  if (!changed || !active) return changed
  const rested = { attempts: 0, refusals: 0, next_at: null }
  await db.updateTable('cursors').set(rested).where('subscription', '=', changed.number).execute()
  await db.updateTable('replays').set(rested).where('subscription', '=', changed.number).execute()
  return changed
}

export async function removeSubscription(
  { db }: WriteTransaction,
  { workspace, id }: { workspace: WorkspaceId; id: SubscriptionId },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('subscriptions')
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Counts up and is never used again. */
export async function nextNumber(db: Kysely<Schema>, name: CountersTable['name']): Promise<number> {
  const { value } = await db
    .updateTable('counters')
    .set((counter) => ({ value: counter('value', '+', 1) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow()
  return value
}

/**
 * The `seq` from which on subscriptions still need the log of an instance: the first event that one of them has not
 * delivered, or that waits to be replayed. What goes before it is needed by nobody. Null when there is no subscription.
 */
export async function neededFrom(db: Kysely<Schema>, serial: number): Promise<number | null> {
  const { rows } = await sql<{ seq: number | null }>`
    select min(seq) as seq from (
      select coalesce(c.seq, 0) + 1 as seq
      from instances as i
      join subscriptions as s on s.workspace = i.workspace
        and coalesce(s.instance, i.serial) = i.serial
        and coalesce(s.network, i.network) = i.network
      left join cursors as c on c.subscription = s.number and c.instance = i.serial
      where i.serial = ${serial}
      union all select seq + 1 from replays where instance = ${serial}
      union all select seq from dead_letters where instance = ${serial} and reason <> 'deleted'
    ) as needs`.execute(db)
  return rows[0]?.seq ?? null
}

async function serialOf(db: Kysely<Schema>, workspace: WorkspaceId, id: InstanceId): Promise<number> {
  const owner = await db
    .selectFrom('instances')
    .select('serial')
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .executeTakeFirst()
  if (!owner) throw new GatewayError('instance-not-found', 'There is no such instance.')
  return owner.serial
}

async function requireRoom(db: Kysely<Schema>, workspace: WorkspaceId): Promise<void> {
  const { own } = await db
    .selectFrom('subscriptions')
    .select((rows) => rows.fn.countAll<number | string>().as('own'))
    .where('workspace', '=', workspace)
    .where('managed_by', 'is', null)
    .executeTakeFirstOrThrow()
  if (Number(own) < mostInWorkspace) return
  throw new GatewayError('rate-limited', `A workspace has at most ${mostInWorkspace} subscriptions.`, {
    hint: 'Remove one; one subscription can cover every instance.',
  })
}
