import { sql, type Kysely } from 'kysely'
import type { Schema } from '../schema.js'
import type { Migration, TableTypes } from './migrate.js'

export const first: Migration = {
  name: 'first',
  async up(db, types) {
    await createAccess(db, types)
    await createInstances(db, types)
    await createLogs(db, types)
    await createCredentials(db, types)
  },
}

async function createAccess(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('meta')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', bytes, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
  await db.schema
    .createTable('workspaces')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .modifyEnd(end.plain)
    .execute()
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('network', 'text')
    .addColumn('hash', bytes, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('revoked_at', integer)
    .modifyEnd(end.plain)
    .execute()
  await db.schema.createIndex('api_keys_by_workspace').on('api_keys').columns(['workspace', 'created_at']).execute()
}

async function createInstances(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('counters')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', integer, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
  // The first serial is 1101000001: clients of GREEN-API expect an idInstance of that shape.
  await sql`insert into counters (name, value) values ('serial', 1101000000)`.execute(db)
  await db.schema
    .createTable('instances')
    .addColumn('serial', integer, (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('network', 'text', (column) => column.notNull())
    .addColumn('phone', 'text')
    .addColumn('desired', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('state_at', integer, (column) => column.notNull())
    .addColumn('account', 'text')
    .addColumn('restricted_until', integer)
    .addColumn('token_hash', bytes, (column) => column.notNull())
    .addColumn('wid_hash', bytes, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('active_at', integer, (column) => column.notNull())
    .addColumn('epoch', integer, (column) => column.notNull())
    .addColumn('last_seq', integer, (column) => column.notNull())
    .addColumn('last_position', integer, (column) => column.notNull())
    .addColumn('generation', integer, (column) => column.notNull())
    .addColumn('identity', integer)
    .modifyEnd(end.plain)
    .execute()
  await db.schema.createIndex('instances_by_workspace').on('instances').columns(['workspace', 'serial']).execute()
  await db.schema
    .createTable('removals')
    .addColumn('instance', integer, (column) => column.primaryKey())
    .modifyEnd(end.plain)
    .execute()
}

async function createLogs(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('instance', integer, (column) => column.notNull())
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('time', integer, (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('events_key', ['instance', 'seq'])
    .modifyEnd(end.clustered)
    .execute()
  await db.schema
    .createTable('messages')
    .addColumn('instance', integer, (column) => column.notNull())
    .addColumn('position', integer, (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('chat', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('failure', 'text')
    .addColumn('idempotency_key', 'text')
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('status_at', integer, (column) => column.notNull())
    .addColumn('content', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('messages_key', ['instance', 'position'])
    .modifyEnd(end.clustered)
    .execute()
  await db.schema.createIndex('messages_by_id').on('messages').columns(['instance', 'id']).unique().execute()
  await db.schema
    .createIndex('messages_by_idempotency_key')
    .on('messages')
    .columns(['instance', 'idempotency_key'])
    .unique()
    .where(sql.ref('idempotency_key'), 'is not', null)
    .execute()
  await db.schema
    .createIndex('messages_queued')
    .on('messages')
    .columns(['instance', 'position'])
    .where(sql.ref('status'), '=', sql.lit('queued'))
    .execute()
}

async function createCredentials(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('identities')
    .addColumn('instance', integer, (column) => column.notNull())
    .addColumn('generation', integer, (column) => column.notNull())
    .addColumn('retired_at', integer)
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('identities_key', ['instance', 'generation'])
    .modifyEnd(end.clustered)
    .execute()
  await db.schema
    .createTable('signal_keys')
    .addColumn('instance', integer, (column) => column.notNull())
    .addColumn('generation', integer, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('signal_keys_key', ['instance', 'generation', 'kind', 'id'])
    .modifyEnd(end.clustered)
    .execute()
}
