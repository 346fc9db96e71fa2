import type { InstanceId, WorkspaceId } from '../../core/ids.js'
import type { WriteTransaction } from '../write.js'

/**
 * Takes an instance away with its credentials. Its events, messages and journal, of which there may be millions, are left to
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
  await db.deleteFrom('contacts').where('instance', '=', removed.serial).execute()
  await db.insertInto('removals').values({ instance: removed.serial }).execute()
  return true
}

/** Deletes about `rows` of what removed instances left behind. True when nothing is left. */
export async function sweepRemovals({ db }: WriteTransaction, { rows }: { rows: number }): Promise<boolean> {
  const removal = await db.selectFrom('removals').select('instance').limit(1).executeTakeFirst()
  if (removal === undefined) return true
  const { instance } = removal
  const event = await db
    .selectFrom('events')
    .select('seq')
    .where('instance', '=', instance)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  if (event !== undefined) {
    await db
      .deleteFrom('events')
      .where('instance', '=', instance)
      .where('seq', '<', event.seq + rows)
      .execute()
    return false
  }
  const message = await db
    .selectFrom('messages')
    .select('position')
    .where('instance', '=', instance)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
  if (message !== undefined) {
    await db
      .deleteFrom('messages')
      .where('instance', '=', instance)
      .where('position', '<', message.position + rows)
      .execute()
    return false
  }
  const journal = db.selectFrom('received').select('message').distinct().where('instance', '=', instance).limit(rows)
  const { numDeletedRows } = await db
    .deleteFrom('received')
    .where('instance', '=', instance)
    .where('message', 'in', journal)
    .executeTakeFirstOrThrow()
  if (numDeletedRows > 0n) return false
  const sent = db.selectFrom('sent').select('message').where('instance', '=', instance).limit(rows)
  const { numDeletedRows: forgotten } = await db
    .deleteFrom('sent')
    .where('instance', '=', instance)
    .where('message', 'in', sent)
    .executeTakeFirstOrThrow()
  if (forgotten > 0n) return false
  await db.deleteFrom('removals').where('instance', '=', instance).execute()
  return false
}
