import type { Migration } from './migrate.js'

/** What a dialect keeps of an instance beside what the core knows. */
export const settings: Migration = {
  name: 'settings',
  async up(db, { integer, bytes, end }) {
    await db.schema
      .createTable('settings')
      .addColumn('instance', integer, (column) => column.notNull().references('instances.serial').onDelete('cascade'))
      .addColumn('dialect', 'text', (column) => column.notNull())
      .addColumn('bytes', bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint('settings_key', ['instance', 'dialect'])
      .modifyEnd(end.clustered)
      .execute()
    await db.schema.createIndex('instances_by_phone').on('instances').columns(['workspace', 'phone']).execute()
  },
}
