import { sql, type Kysely } from 'kysely'
import type { InstanceId, WorkspaceId } from '../../core/ids.js'
import type { Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { doomMediaOf } from './media.js'

/**
 * Takes an instance away with its credentials. What it said and whom it met, of which there may be millions, are left to
 * `sweepRemovals`, because one transaction that deletes them all would keep every other instance waiting.
 */
export async function removeInstance(
  { db }: WriteTransaction,
  { workspace, id }: { workspace: WorkspaceId; id: InstanceId },
): Promise<boolean> {
  const removed = await db
    .deleteFrom('instances')
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .returning('serial')
    .executeTakeFirst()
  if (removed === undefined) return false
  await db.deleteFrom('signal_keys').where('instance', '=', removed.serial).execute()
  await db.deleteFrom('identities').where('instance', '=', removed.serial).execute()
  await db.insertInto('removals').values({ instance: removed.serial }).execute()
  return true
}

/** Deletes about `rows` of what removed instances left behind. True when nothing is left. */
export async function sweepRemovals({ db }: WriteTransaction, { rows }: { rows: number }): Promise<boolean> {
  const removal = await db.selectFrom('removals').select('instance').limit(1).executeTakeFirst()
  if (removal === undefined) return true
  const { instance } = removal
  for (const sweep of sweeps) {
    if (await sweep(db, instance, rows)) return false
  }
  await db.deleteFrom('removals').where('instance', '=', instance).execute()
  return false
}

/** Deletes some of a table. False when nothing is left of it. */
type Sweep = (db: Kysely<Schema>, instance: number, rows: number) => Promise<boolean>

/** With the places that they have in the history of chats. */
const sweepEvents: Sweep = async (db, instance, rows) => {
  const event = await db
    .selectFrom('events')
    .select('seq')
    .where('instance', '=', instance)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  if (event === undefined) return false
  const end = event.seq + rows
  await db.deleteFrom('entries').where('instance', '=', instance).where('seq', '<', end).execute()
  await db.deleteFrom('events').where('instance', '=', instance).where('seq', '<', end).execute()
  return true
}

const sweepMessages: Sweep = async (db, instance, rows) => {
  const message = await db
    .selectFrom('messages')
    .select('position')
    .where('instance', '=', instance)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
  if (message === undefined) return false
  const end = message.position + rows
  await db.deleteFrom('messages').where('instance', '=', instance).where('position', '<', end).execute()
  return true
}

/** For tables that are found by a key of each instance. */
function sweepBy(table: 'received' | 'sent' | 'receipts', key: 'message'): Sweep
function sweepBy(table: 'people' | 'chats', key: 'id'): Sweep
function sweepBy(table: string, key: string): Sweep {
  const [name, column] = [sql.table(table), sql.ref(key)]
  return async (db, instance, rows) => {
    const { numAffectedRows = 0n } = await sql`
      delete from ${name} where instance = ${instance} and ${column} in
        (select distinct ${column} from ${name} where instance = ${instance} limit ${rows})`.execute(db)
    return numAffectedRows > 0n
  }
}

const sweeps: readonly Sweep[] = [
  sweepEvents,
  sweepMessages,
  sweepBy('received', 'message'),
  sweepBy('sent', 'message'),
  sweepBy('receipts', 'message'),
  sweepBy('people', 'id'),
  sweepBy('chats', 'id'),
  doomMediaOf,
]
