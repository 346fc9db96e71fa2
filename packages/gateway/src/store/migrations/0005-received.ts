import type { Migration } from './migrate.js'

/** The journal of decryption, whom an instance has met, and the contents of messages apart from the rest of an event. */
export const received: Migration = {
  name: 'received',
  async up(db, { integer, bytes, end }) {
    await db.schema.alterTable('events').addColumn('content', bytes).execute()
    await db.schema
      .createTable('received')
      .addColumn('instance', integer, (column) => column.notNull())
      .addColumn('generation', integer, (column) => column.notNull())
      .addColumn('message', bytes, (column) => column.notNull())
      .addColumn('ciphertext', bytes, (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('at', integer, (column) => column.notNull())
      .addColumn('bytes', bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint('received_key', ['instance', 'generation', 'message', 'ciphertext'])
      .modifyEnd(end.clustered)
      .execute()
    await db.schema.createIndex('received_by_age').on('received').columns(['at']).execute()
    await db.schema
      .createTable('contacts')
      .addColumn('instance', integer, (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('phone', 'text')
      .addColumn('lid', 'text')
      .addColumn('name', 'text')
      .addPrimaryKeyConstraint('contacts_key', ['instance', 'id'])
      .modifyEnd(end.clustered)
      .execute()
  },
}
