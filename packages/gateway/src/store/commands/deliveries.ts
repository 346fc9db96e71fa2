import { sql, type Kysely, type Selectable } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId, SubscriptionId } from '../../core/ids.js'
import type { CursorsTable, DeadLettersTable, ReplaysTable, Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { nextNumber } from './subscriptions.js'

/** A subscription may have so many replays under way. */
const mostReplays = 100

export type CursorRow = Selectable<CursorsTable>
export type ReplayMoveRow = Pick<Selectable<ReplaysTable>, 'number'> & {
  /** Null: it is done. */
  readonly cursor: Pick<Selectable<ReplaysTable>, 'seq' | 'attempts' | 'refusals' | 'next_at' | 'last_error'> | null
}

export interface RecordProgress {
  readonly cursors: readonly CursorRow[]
  readonly replays: readonly ReplayMoveRow[]
  readonly health: readonly {
    readonly subscription: number
    readonly state: 'active' | 'probing' | 'gone'
    readonly failing_since: number | null
  }[]
}

/**
 * What belongs to a subscription or an instance that was removed is left out. A cursor only moves forward, so that a process
 * that has lost its instances cannot make another one's deliveries begin anew.
 */
export async function recordProgress({ db }: WriteTransaction, progress: RecordProgress): Promise<void> {
  for (const cursor of progress.cursors) await moveCursor(db, cursor)
  for (const replay of progress.replays) await moveReplay(db, replay)
  for (const { subscription, ...health } of progress.health) {
    await db
      .updateTable('subscriptions')
      .set(health)
      .where('number', '=', subscription)
      .where('state', '<>', 'paused')
      .execute()
  }
}

export interface Park {
  readonly letter: Omit<Selectable<DeadLettersTable>, 'number'>
  readonly passing: { readonly cursor: CursorRow } | { readonly replay: ReplayMoveRow }
  /** Letters of the subscription from before this are of no use to anybody any more. */
  readonly forgetBefore: number
}

/** Neighbours that were given up for the same reason without an attempt of their own are one letter. */
export async function parkEvents({ db }: WriteTransaction, { letter, passing, forgetBefore }: Park): Promise<void> {
  if ('cursor' in passing) await moveCursor(db, passing.cursor)
  else await moveReplay(db, passing.replay)
  const { subscription, instance } = letter
  if (!(await bothExist(db, subscription, instance))) return
  await db
    .deleteFrom('dead_letters')
    .where('subscription', '=', subscription)
    .where('parked_at', '<', forgetBefore)
    .execute()
  const before =
    letter.event === null
      ? await db
          .updateTable('dead_letters')
          .set({ through: letter.through, parked_at: letter.parked_at })
          .where('subscription', '=', subscription)
          .where('instance', '=', instance)
          .where('reason', '=', letter.reason)
          .where('event', 'is', null)
          .where('through', '=', letter.seq - 1)
          .returning('number')
          .executeTakeFirst()
      : undefined
  if (before !== undefined) return
  const number = await nextNumber(db, 'dead-letter')
  await db
    .insertInto('dead_letters')
    .values({ ...letter, number })
    .execute()
}

export interface AddReplay {
  readonly subscription: SubscriptionId
  readonly instance: InstanceId
  readonly from: number
  readonly to: number
  readonly at: number
}

export async function addReplay({ db }: WriteTransaction, { subscription, instance, from, to, at }: AddReplay) {
  const number = await numberOf(db, subscription)
  await requireRoom(db, number)
  const owner = await db.selectFrom('instances').select('serial').where('id', '=', instance).executeTakeFirst()
  if (!owner) throw new GatewayError('instance-not-found', 'There is no such instance.')
  await insertReplay(db, number, { instance: owner.serial, seq: from, through: to }, at)
}

/** Those whose events are gone stay letters. Answers how many went out of the rest, at most what there is room for. */
export async function replayDeadLetters(
  { db }: WriteTransaction,
  { subscription, at }: { subscription: SubscriptionId; at: number },
): Promise<number> {
  const number = await numberOf(db, subscription)
  const room = await requireRoom(db, number)
  const letters = await db
    .selectFrom('dead_letters')
    .select(['number', 'instance', 'seq', 'through'])
    .where('subscription', '=', number)
    .where('reason', '<>', 'deleted')
    .orderBy('instance')
    .orderBy('seq')
    .limit(room)
    .execute()
  for (const letter of letters) {
    await insertReplay(db, number, letter, at)
    await db.deleteFrom('dead_letters').where('number', '=', letter.number).execute()
  }
  return letters.length
}

async function moveCursor(db: Kysely<Schema>, cursor: CursorRow): Promise<void> {
  const { subscription, instance, seq, attempts, refusals, barren, next_at, last_error } = cursor
  await sql`
    insert into cursors (subscription, instance, seq, attempts, refusals, barren, next_at, last_error)
    select s.number, i.serial, ${seq}, ${attempts}, ${refusals}, ${barren}, ${next_at}, ${last_error}
    from subscriptions as s, instances as i
    where s.number = ${subscription} and i.serial = ${instance}
    on conflict (subscription, instance) do update set
      seq = excluded.seq, attempts = excluded.attempts, refusals = excluded.refusals, barren = excluded.barren,
      next_at = excluded.next_at, last_error = excluded.last_error
    where excluded.seq >= cursors.seq`.execute(db)
}

async function moveReplay(db: Kysely<Schema>, { number, cursor }: ReplayMoveRow): Promise<void> {
  if (cursor === null) await db.deleteFrom('replays').where('number', '=', number).execute()
  else await db.updateTable('replays').set(cursor).where('number', '=', number).execute()
}

async function bothExist(db: Kysely<Schema>, subscription: number, instance: number): Promise<boolean> {
  const found = await db
    .selectFrom(['subscriptions', 'instances'])
    .select('subscriptions.number')
    .where('subscriptions.number', '=', subscription)
    .where('instances.serial', '=', instance)
    .executeTakeFirst()
  return found !== undefined
}

async function numberOf(db: Kysely<Schema>, id: SubscriptionId): Promise<number> {
  const found = await db.selectFrom('subscriptions').select('number').where('id', '=', id).executeTakeFirst()
  if (!found) throw new GatewayError('subscription-not-found', 'There is no such subscription.')
  return found.number
}

/** How many more there may be, at least one. */
async function requireRoom(db: Kysely<Schema>, subscription: number): Promise<number> {
  const { under_way } = await db
    .selectFrom('replays')
    .select((rows) => rows.fn.countAll<number | string>().as('under_way'))
    .where('subscription', '=', subscription)
    .executeTakeFirstOrThrow()
  const room = mostReplays - Number(under_way)
  if (room > 0) return room
  throw new GatewayError('rate-limited', `A subscription has at most ${mostReplays} replays under way.`)
}

async function insertReplay(
  db: Kysely<Schema>,
  subscription: number,
  { instance, seq, through }: { readonly instance: number; readonly seq: number; readonly through: number },
  at: number,
): Promise<void> {
  const fresh = { attempts: 0, refusals: 0, next_at: null, last_error: null, requested_at: at }
  const number = await nextNumber(db, 'replay')
  await db
    .insertInto('replays')
    .values({ number, subscription, instance, seq: seq - 1, through, ...fresh })
    .execute()
}
