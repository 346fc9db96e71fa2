import { sql, type Kysely } from 'kysely'
import type { Schema } from '../schema.js'
import type { Migration, TableTypes } from './migrate.js'

/** Click-to-chat links, how often they were opened, and the numbers whose links Meta makes. */
export const messageLinks: Migration = {
  name: 'message-links',
  async up(db, types) {
    await sql`insert into counters (name, value) values ('message-link', 0)`.execute(db)
    await db.schema
      .alterTable('workspaces')
      .addColumn('link_settings', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute()
    await createLinks(db, types)
    await createCounts(db, types)
    await createImports(db, types)
    await createMetaNumbers(db, types)
  },
}

async function createLinks(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('message_links')
    .addColumn('number', integer, (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
    .addColumn('network', 'text', (column) => column.notNull())
    .addColumn('phone', 'text', (column) => column.notNull())
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull().unique())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('text_key', bytes, (column) => column.notNull())
    .addColumn('image_type', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('enabled', integer, (column) => column.notNull())
    .addColumn('expires_at', integer)
    .addColumn('fallback', 'text')
    .addColumn('reference', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('style', 'text', (column) => column.notNull())
    .addColumn('logo', bytes)
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('scans', integer, (column) => column.notNull())
    .addColumn('conversations', integer, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
  const index = (name: string, columns: readonly string[]) =>
    db.schema
      .createIndex(`message_links_by_${name}`)
      .on('message_links')
      .columns([...columns])
  await index('workspace', ['workspace', 'number']).execute()
  await index('phone', ['workspace', 'network', 'phone', 'number']).execute()
  await index('mark', ['workspace', 'network', 'phone', 'mark']).unique().execute()
  await index('text', ['workspace', 'network', 'phone', 'text_key']).execute()
}

async function createCounts(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  const ofLink = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn('link', integer, (column) => column.notNull().references('message_links.number').onDelete('cascade'))
  await ofLink('message_link_hours')
    .addColumn('hour', integer, (column) => column.notNull())
    .addColumn('scans', integer, (column) => column.notNull())
    .addColumn('conversations', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('message_link_hours_key', ['link', 'hour'])
    .modifyEnd(end.clustered)
    .execute()
  await ofLink('message_link_days')
    .addColumn('day', integer, (column) => column.notNull())
    .addColumn('visitors', integer, (column) => column.notNull())
    .addColumn('sketch', bytes)
    .addPrimaryKeyConstraint('message_link_days_key', ['link', 'day'])
    .modifyEnd(end.clustered)
    .execute()
  await db.schema
    .createIndex('message_link_days_sketched')
    .on('message_link_days')
    .column('day')
    .where(sql.ref('sketch'), 'is not', null)
    .execute()
  await db.schema
    .createTable('message_link_salts')
    .addColumn('day', integer, (column) => column.primaryKey())
    .addColumn('salt', bytes, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
}

async function createImports(db: Kysely<Schema>, { integer, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('message_link_imports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
    .addColumn('network', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('total', integer, (column) => column.notNull())
    .addColumn('made', integer, (column) => column.notNull())
    .addColumn('failures', 'text', (column) => column.notNull())
    .addColumn('rows', 'text', (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .modifyEnd(end.plain)
    .execute()
  await db.schema
    .createIndex('message_link_imports_by_workspace')
    .on('message_link_imports')
    .columns(['workspace', 'created_at'])
    .execute()
}

async function createMetaNumbers(db: Kysely<Schema>, { integer, bytes, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('meta_numbers')
    .addColumn('workspace', 'text', (column) => column.notNull().references('workspaces.id'))
    .addColumn('phone', 'text', (column) => column.notNull())
    .addColumn('phone_number_id', 'text', (column) => column.notNull())
    .addColumn('token', bytes, (column) => column.notNull())
    .addColumn('attached_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('meta_numbers_key', ['workspace', 'phone'])
    .modifyEnd(end.plain)
    .execute()
}
