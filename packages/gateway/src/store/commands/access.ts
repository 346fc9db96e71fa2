import type { Selectable } from 'kysely'
import type { ApiKeyId, WorkspaceId } from '../../core/ids.js'
import type { ApiKeysTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'

/** The workspace of that name; `id` is for the case that there is none. */
export async function ensureWorkspace(
  { db }: WriteTransaction,
  workspace: { id: WorkspaceId; name: string },
): Promise<WorkspaceId> {
  await db
    .insertInto('workspaces')
    .values(workspace)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const { id } = await db
    .selectFrom('workspaces')
    .select('id')
    .where('name', '=', workspace.name)
    .executeTakeFirstOrThrow()
  return id
}

export async function addKey({ db }: WriteTransaction, key: Selectable<ApiKeysTable>): Promise<void> {
  await db.insertInto('api_keys').values(key).execute()
}

/** Whether this call was the one that revoked it. */
export async function revokeKey(
  { db }: WriteTransaction,
  key: { workspace: WorkspaceId; id: ApiKeyId; at: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('api_keys')
    .set({ revoked_at: key.at })
    .where('id', '=', key.id)
    .where('workspace', '=', key.workspace)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
