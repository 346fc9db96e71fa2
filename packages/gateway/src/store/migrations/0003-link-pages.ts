import type { Migration } from './migrate.js'

/** Pages that somebody outside links from, and where such a page may send that person afterwards. */
export const linkPages: Migration = {
  name: 'link-pages',
  async up(db, { integer, bytes, end }) {
    await db.schema
      .createTable('link_pages')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('instance', integer, (column) => column.notNull().references('instances.serial').onDelete('cascade'))
      .addColumn('token_hash', bytes, (column) => column.notNull().unique())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addColumn('used_at', integer)
      .addColumn('used_by', 'text')
      .addColumn('revoked_at', integer)
      .addColumn('return_url', 'text')
      .addColumn('brand', 'text')
      .addColumn('locale', 'text')
      .modifyEnd(end.plain)
      .execute()
    await db.schema.createIndex('link_pages_by_instance').on('link_pages').columns(['instance', 'created_at']).execute()
    await db.schema
      .alterTable('workspaces')
      .addColumn('return_origins', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute()
  },
}
