import type { Selectable } from 'kysely'
import type { AccessKeyId, WorkspaceId } from '../../core/ids.js'
import type { AccessKeysTable, NoncesTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'

export async function addAccessKey({ db }: WriteTransaction, key: Selectable<AccessKeysTable>): Promise<void> {
  await db.insertInto('access_keys').values(key).execute()
}

/** Whether this call was the one that revoked it. */
export async function revokeAccessKey(
  { db }: WriteTransaction,
  key: { workspace: WorkspaceId; id: AccessKeyId; at: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access_keys')
    .set({ revoked_at: key.at, secret: null })
    .where('id', '=', key.id)
    .where('workspace', '=', key.workspace)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Whether this call was the first with it. */
export async function useNonce({ db }: WriteTransaction, nonce: Selectable<NoncesTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('nonces')
    .values(nonce)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
