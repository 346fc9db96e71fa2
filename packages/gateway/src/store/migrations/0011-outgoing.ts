import type { Migration } from './migrate.js'

/** To whom, how and when a message goes out, and whose receipts of it came. */
export const outgoing: Migration = {
  name: 'outgoing',
  async up(db, { integer, end }) {
    await db.schema.alterTable('messages').addColumn('audience', 'text').execute()
    await db.schema.alterTable('messages').addColumn('typing', 'text').execute()
    await db.schema.alterTable('messages').addColumn('not_before', integer).execute()
    await db.schema.createIndex('messages_by_age').on('messages').columns(['status_at']).execute()
    await db.schema
      .createTable('receipts')
      .addColumn('instance', integer, (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('participant', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('receipts_key', ['instance', 'message', 'participant'])
      .modifyEnd(end.clustered)
      .execute()
  },
}
