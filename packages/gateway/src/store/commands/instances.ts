import type { Selectable } from 'kysely'
import type { EventId, InstanceId, PhoneNumber, WorkspaceId } from '../../core/ids.js'
import { instanceColumns, type InstanceRow } from '../rows.js'
import type { InstancesTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'

export interface CreateInstance {
  readonly row: Pick<
    Selectable<InstancesTable>,
    'id' | 'workspace' | 'name' | 'network' | 'phone' | 'token_hash' | 'wid_hash' | 'created_at'
  >
  readonly event: { readonly id: EventId; readonly data: string }
}

/** With the next serial, epoch 1 and its first event. */
export async function createInstance({ db }: WriteTransaction, { row, event }: CreateInstance): Promise<InstanceRow> {
  const { value: serial } = await db
    .updateTable('counters')
    .set((counter) => ({ value: counter('value', '+', 1) }))
    .where('name', '=', 'serial')
    .returning('value')
    .executeTakeFirstOrThrow()
  const created = await db
    .insertInto('instances')
    .values({
      ...row,
      serial,
      desired: 'unlinked',
      state: 'unlinked',
      reason: 'created',
      state_at: row.created_at,
      account: null,
      restricted_until: null,
      active_at: row.created_at,
      epoch: 1,
      last_seq: 1,
      last_position: 0,
      generation: 0,
      identity: null,
    })
    .returning(instanceColumns)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('events')
    .values({ ...event, instance: serial, seq: 1, kind: 'instance.state', time: row.created_at })
    .execute()
  return created
}

export interface UpdateInstance {
  readonly workspace: WorkspaceId
  readonly id: InstanceId
  readonly changes: { readonly name?: string; readonly phone?: PhoneNumber | null; readonly options?: string }
}

export async function updateInstance(
  { db }: WriteTransaction,
  { workspace, id, changes }: UpdateInstance,
): Promise<InstanceRow | undefined> {
  return db
    .updateTable('instances')
    .set(changes)
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .returning(instanceColumns)
    .executeTakeFirst()
}

/** Raises every epoch, so that whoever owned an instance before can no longer write. */
export async function claimAll(
  { db }: WriteTransaction,
  _input: null,
): Promise<{ row: InstanceRow; epoch: number; hasIdentity: boolean }[]> {
  await db
    .updateTable('instances')
    .set((instance) => ({ epoch: instance('epoch', '+', 1) }))
    .execute()
  const rows = await db
    .selectFrom('instances')
    .select([...instanceColumns, 'epoch', 'identity'])
    .orderBy('active_at', 'desc')
    .orderBy('serial')
    .execute()
  return rows.map(({ epoch, identity, ...row }) => ({ row, epoch, hasIdentity: identity !== null }))
}

export interface ReplaceToken {
  readonly workspace: WorkspaceId
  readonly id: InstanceId
  readonly tokenHash: Uint8Array
}

/** False when the workspace has no such instance. */
export async function replaceToken(
  { db }: WriteTransaction,
  { workspace, id, tokenHash }: ReplaceToken,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('instances')
    .set({ token_hash: tokenHash })
    .where('id', '=', id)
    .where('workspace', '=', workspace)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
