import type { Migration } from './migrate.js'

/** Which account a message was handed in for. Unknown of those that are there already. */
export const messageAccounts: Migration = {
  name: 'message-accounts',
  async up(db) {
    await db.schema.alterTable('messages').addColumn('account', 'text').execute()
  },
}
