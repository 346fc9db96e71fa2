import type { Migration } from './migrate.js'

/** Files of messages: what is known of them. */
export const media: Migration = {
  name: 'media',
  async up(db, { integer, bytes, end }) {
    await db.schema
      .createTable('media')
      .addColumn('digest', bytes, (column) => column.primaryKey())
      .addColumn('instance', integer, (column) => column.notNull())
      .addColumn('origin', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('failure', 'text')
      .addColumn('size', integer)
      .addColumn('sha256', bytes)
      .addColumn('at', integer, (column) => column.notNull())
      .addColumn('state_at', integer, (column) => column.notNull())
      .addColumn('bytes', bytes, (column) => column.notNull())
      .modifyEnd(end.plain)
      .execute()
    await db.schema.createIndex('media_by_age').on('media').columns(['origin', 'at']).execute()
    await db.schema.createIndex('media_by_state').on('media').columns(['state', 'at']).execute()
    await db.schema.createIndex('media_of_instance').on('media').columns(['instance', 'state', 'at']).execute()
  },
}
