import type { Migration } from './migrate.js'

/** How an instance goes about sending and receiving. */
export const options: Migration = {
  name: 'options',
  async up(db) {
    await db.schema
      .alterTable('instances')
      .addColumn('options', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute()
  },
}
