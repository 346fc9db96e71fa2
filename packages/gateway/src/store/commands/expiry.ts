import type { Kysely } from 'kysely'
import type { Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { neededFrom } from './subscriptions.js'

export interface ExpireEvents {
  /** Instances with a greater serial are looked at, in that order. */
  readonly after: number
  /** Milliseconds since 1970: older events go. */
  readonly before: number
  /** How many an instance keeps: beyond that the oldest go. */
  readonly most: number
  /** Milliseconds since 1970: younger ones that a subscription still needs stay, whatever the other two say. */
  readonly neededSince: number
  /** About how many rows may be deleted at once. */
  readonly rows: number
}

export interface ExpiredEvents {
  readonly deleted: number
  /** What to pass as `after` next; null when every instance has been looked at. */
  readonly next: number | null
}

/** Instances looked at in one transaction when none of them has anything to delete. */
const instancesAtOnce = 200

/**
 * Only ever takes from the old end of a log, so that what is left has no gap, and finds that end by the primary key.
 * Time may stand still or jump back between two events: an older one behind a younger one waits for it.
 */
export async function expireEvents(
  { db }: WriteTransaction,
  { after, rows, ...rules }: ExpireEvents,
): Promise<ExpiredEvents> {
  const instances = await db
    .selectFrom('instances')
    .select(['serial', 'last_seq'])
    .where('serial', '>', after)
    .orderBy('serial')
    .limit(instancesAtOnce)
    .execute()
  let deleted = 0
  for (const { serial, last_seq } of instances) {
    const oldest = await oldestEvent(db, serial)
    if (oldest === undefined) continue
    const surplus = last_seq - rules.most + 1
    if (oldest.time >= rules.before && oldest.seq >= surplus) continue
    const end = await endOfExpired(
      db,
      { serial, from: oldest.seq, to: Math.min(oldest.seq + rows, last_seq) },
      surplus,
      rules,
    )
    if (end <= oldest.seq) continue
    await db.deleteFrom('entries').where('instance', '=', serial).where('seq', '<', end).execute()
    await db.deleteFrom('events').where('instance', '=', serial).where('seq', '<', end).execute()
    deleted += end - oldest.seq
    // There may be more of this one.
    if (end - oldest.seq >= rows) return { deleted, next: serial - 1 }
    if (deleted >= rows) return { deleted, next: serial }
  }
  return { deleted, next: instances.length < instancesAtOnce ? null : (instances.at(-1)?.serial ?? null) }
}

/** Part of one log, `to` not included. */
interface Stretch {
  readonly serial: number
  readonly from: number
  readonly to: number
}

/** The first `seq` of the stretch that stays, or its end. */
async function endOfExpired(
  db: Kysely<Schema>,
  stretch: Stretch,
  surplus: number,
  { before, neededSince }: Pick<ExpireEvents, 'before' | 'neededSince'>,
): Promise<number> {
  const byCount = Math.min(surplus, stretch.to)
  const end = Math.max(byCount, await firstSince(db, stretch, before))
  const needed = await neededFrom(db, stretch.serial)
  if (needed === null || needed >= end) return end
  return Math.min(end, Math.max(needed, await firstSince(db, stretch, neededSince)))
}

/** The first event of the stretch that is not older, or the end of the stretch. */
async function firstSince(db: Kysely<Schema>, { serial, from, to }: Stretch, time: number): Promise<number> {
  const young = await db
    .selectFrom('events')
    .select('seq')
    .where('instance', '=', serial)
    .where('seq', '>=', from)
    .where('seq', '<', to)
    .where('time', '>=', time)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return young?.seq ?? to
}

async function oldestEvent(db: Kysely<Schema>, serial: number): Promise<{ seq: number; time: number } | undefined> {
  return db
    .selectFrom('events')
    .select(['seq', 'time'])
    .where('instance', '=', serial)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
}

/** A batch of a table's rows that have grown too old. Resolves with how many went; none when nothing is left. */
export type ExpireRows = (tx: WriteTransaction, batch: { before: number; rows: number }) => Promise<number>

export const expireReceived: ExpireRows = async ({ db }, { before, rows }) => {
  const old = await db
    .selectFrom('received')
    .select(['instance', 'generation', 'message', 'ciphertext'])
    .where('at', '<', before)
    .orderBy('at')
    .limit(rows)
    .execute()
  for (const { instance, generation, message, ciphertext } of old) {
    await db
      .deleteFrom('received')
      .where('instance', '=', instance)
      .where('generation', '=', generation)
      .where('message', '=', message)
      .where('ciphertext', '=', ciphertext)
      .execute()
  }
  return old.length
}

export const expireSent: ExpireRows = async ({ db }, { before, rows }) => {
  const old = await db
    .selectFrom('sent')
    .select(['instance', 'generation', 'message'])
    .where('at', '<', before)
    .orderBy('at')
    .limit(rows)
    .execute()
  for (const { instance, generation, message } of old) {
    await db
      .deleteFrom('sent')
      .where('instance', '=', instance)
      .where('generation', '=', generation)
      .where('message', '=', message)
      .execute()
  }
  return old.length
}

/** What became of a message is known for as long, with whose receipts of it came. What still waits stays. */
export const expireMessages: ExpireRows = async ({ db }, { before, rows }) => {
  const old = await db
    .selectFrom('messages')
    .select(['instance', 'position', 'id'])
    .where('status_at', '<', before)
    .where('status', '!=', 'queued')
    .orderBy('status_at')
    .limit(rows)
    .execute()
  for (const { instance, position, id } of old) {
    await db.deleteFrom('receipts').where('instance', '=', instance).where('message', '=', id).execute()
    await db.deleteFrom('messages').where('instance', '=', instance).where('position', '=', position).execute()
  }
  return old.length
}

export const expireNonces: ExpireRows = async ({ db }, { before, rows }) => {
  const old = await db
    .selectFrom('nonces')
    .select(['access_key', 'nonce'])
    .where('at', '<', before)
    .orderBy('at')
    .limit(rows)
    .execute()
  for (const { access_key, nonce } of old) {
    await db.deleteFrom('nonces').where('access_key', '=', access_key).where('nonce', '=', nonce).execute()
  }
  return old.length
}
