import { sql, type Kysely } from 'kysely'
import type { Schema } from '../schema.js'
import type { Migration, TableTypes } from './migrate.js'

/** Where events go, how far they have come on their way, and those that did not arrive. */
export const subscriptions: Migration = {
  name: 'subscriptions',
  async up(db, types) {
    await sql`insert into counters (name, value) values ('subscription', 0), ('dead-letter', 0), ('replay', 0)`.execute(
      db,
    )
    await createSubscriptions(db, types)
    await createCursors(db, types)
    await createDeadLetters(db, types)
    await createReplays(db, types)
  },
}

async function createSubscriptions(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('subscriptions')
    .addColumn('number', integer, (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
    .addColumn('instance', integer, (column) => column.references('instances.serial').onDelete('cascade'))
    .addColumn('network', 'text')
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('url', bytes)
    .addColumn('secrets', bytes, (column) => column.notNull())
    .addColumn('kinds', 'text')
    .addColumn('managed_by', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('failing_since', integer)
    .addColumn('created_at', integer, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
  await db.schema
    .createIndex('subscriptions_by_workspace')
    .on('subscriptions')
    .columns(['workspace', 'number'])
    .execute()
  // A dialect keeps one for each instance at most.
  await db.schema
    .createIndex('subscriptions_by_manager')
    .on('subscriptions')
    .columns(['instance', 'managed_by'])
    .unique()
    .where(sql.ref('managed_by'), 'is not', null)
    .execute()
  await db.schema.createIndex('subscriptions_by_instance').on('subscriptions').column('instance').execute()
}

async function createCursors(db: Kysely<Schema>, { integer, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('cursors')
    .addColumn('subscription', integer, (column) =>
      column.notNull().references('subscriptions.number').onDelete('cascade'),
    )
    .addColumn('instance', integer, (column) => column.notNull().references('instances.serial').onDelete('cascade'))
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('refusals', integer, (column) => column.notNull())
    .addColumn('barren', integer, (column) => column.notNull())
    .addColumn('next_at', integer)
    .addColumn('last_error', 'text')
    .addPrimaryKeyConstraint('cursors_key', ['subscription', 'instance'])
    .modifyEnd(end.clustered)
    .execute()
  await db.schema.createIndex('cursors_by_instance').on('cursors').column('instance').execute()
}

async function createDeadLetters(db: Kysely<Schema>, { integer, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('dead_letters')
    .addColumn('number', integer, (column) => column.primaryKey())
    .addColumn('subscription', integer, (column) =>
      column.notNull().references('subscriptions.number').onDelete('cascade'),
    )
    .addColumn('instance', integer, (column) => column.notNull().references('instances.serial').onDelete('cascade'))
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('through', integer, (column) => column.notNull())
    .addColumn('event', 'text')
    .addColumn('kind', 'text')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('parked_at', integer, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
  await db.schema
    .createIndex('dead_letters_by_subscription')
    .on('dead_letters')
    .columns(['subscription', 'number'])
    .execute()
  await db.schema.createIndex('dead_letters_by_instance').on('dead_letters').columns(['instance', 'seq']).execute()
}

async function createReplays(db: Kysely<Schema>, { integer, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('replays')
    .addColumn('number', integer, (column) => column.primaryKey())
    .addColumn('subscription', integer, (column) =>
      column.notNull().references('subscriptions.number').onDelete('cascade'),
    )
    .addColumn('instance', integer, (column) => column.notNull().references('instances.serial').onDelete('cascade'))
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('through', integer, (column) => column.notNull())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('refusals', integer, (column) => column.notNull())
    .addColumn('next_at', integer)
    .addColumn('last_error', 'text')
    .addColumn('requested_at', integer, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
  await db.schema.createIndex('replays_by_subscription').on('replays').columns(['subscription', 'number']).execute()
  await db.schema.createIndex('replays_by_instance').on('replays').column('instance').execute()
}
