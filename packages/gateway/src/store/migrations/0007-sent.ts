import type { Migration } from './migrate.js'

/** The journal of sending. */
export const sent: Migration = {
  name: 'sent',
  async up(db, { integer, bytes, end }) {
    await db.schema
      .createTable('sent')
      .addColumn('instance', integer, (column) => column.notNull())
      .addColumn('generation', integer, (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('at', integer, (column) => column.notNull())
      .addColumn('bytes', bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint('sent_key', ['instance', 'generation', 'message'])
      .modifyEnd(end.clustered)
      .execute()
    await db.schema.createIndex('sent_by_age').on('sent').columns(['at']).execute()
  },
}
