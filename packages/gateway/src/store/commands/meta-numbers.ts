import type { Selectable } from 'kysely'
import type { PhoneNumber, WorkspaceId } from '../../core/ids.js'
import type { MetaNumbersTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'

export async function putMetaNumber({ db }: WriteTransaction, row: Selectable<MetaNumbersTable>): Promise<void> {
  const { workspace: _, phone: __, ...rest } = row
  await db
    .insertInto('meta_numbers')
    .values(row)
    .onConflict((conflict) => conflict.columns(['workspace', 'phone']).doUpdateSet(rest))
    .execute()
}

export async function removeMetaNumber(
  { db }: WriteTransaction,
  { workspace, phone }: { workspace: WorkspaceId; phone: PhoneNumber },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('meta_numbers')
    .where('workspace', '=', workspace)
    .where('phone', '=', phone)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
