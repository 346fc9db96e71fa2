import type { Migration } from './migrate.js'

/** Keys that requests are signed with, and what keeps such a request from being repeated. */
export const accessKeys: Migration = {
  name: 'access-keys',
  async up(db, { integer, bytes, end }) {
    await db.schema
      .createTable('access_keys')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
      .addColumn('name', 'text')
      .addColumn('access_key_id', 'text', (column) => column.notNull().unique())
      .addColumn('permissions', 'text', (column) => column.notNull())
      .addColumn('network', 'text')
      .addColumn('secret', bytes)
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('revoked_at', integer)
      .modifyEnd(end.plain)
      .execute()
    await db.schema.createIndex('access_keys_by_workspace').on('access_keys').column('workspace').execute()
    await db.schema
      .createTable('nonces')
      .addColumn('access_key', 'text', (column) => column.notNull().references('access_keys.id'))
      .addColumn('nonce', bytes, (column) => column.notNull())
      .addColumn('at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('nonces_key', ['access_key', 'nonce'])
      .modifyEnd(end.clustered)
      .execute()
    await db.schema.createIndex('nonces_by_time').on('nonces').column('at').execute()
  },
}
