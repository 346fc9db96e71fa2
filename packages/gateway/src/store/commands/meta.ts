import type { WriteTransaction } from '../write.js'

/** Changes a row on purpose: only that shows that writing works. */
export async function check({ db }: WriteTransaction, at: number): Promise<void> {
  const value = new Uint8Array(Buffer.from(String(at)))
  await db
    .insertInto('meta')
    .values({ name: 'checked-at', value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

/** Keeps what was remembered first under this name, and answers it. */
export async function rememberOnce(
  { db }: WriteTransaction,
  fact: { name: string; value: Uint8Array },
): Promise<Uint8Array> {
  await db
    .insertInto('meta')
    .values(fact)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const { value } = await db.selectFrom('meta').select('value').where('name', '=', fact.name).executeTakeFirstOrThrow()
  return value
}
