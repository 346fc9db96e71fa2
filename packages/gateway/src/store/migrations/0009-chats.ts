import { sql } from 'kysely'
import type { Migration, TableTypes } from './migrate.js'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.js'

/** Chats, and people under the id of the chat with them, which stays whatever more is learnt about them. */
export const chats: Migration = {
  name: 'chats',
  async up(db, types) {
    await createContacts(db, types)
    await keepContacts(db)
    await createChats(db, types)
    await fillChats(db, types)
  },
}

async function createContacts(db: Kysely<Schema>, { integer, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('people')
    .addColumn('instance', integer, (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('phone', 'text')
    .addColumn('lid', 'text')
    .addColumn('name', 'text')
    .addColumn('saved_name', 'text')
    .addColumn('blocked', integer, (column) => column.notNull())
    .addColumn('met_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('people_key', ['instance', 'id'])
    .modifyEnd(end.clustered)
    .execute()
}

/** Of two that have the same number, the one whose LID is known stays. */
async function keepContacts(db: Kysely<Schema>): Promise<void> {
  await sql`
    insert into people (instance, id, phone, lid, name, blocked, met_at)
    select instance, case when phone is null then id else phone || '@s.whatsapp.net' end, phone, lid, name, 0, 0
    from contacts where true order by case when lid is null then 1 else 0 end, id
    on conflict (instance, id) do nothing`.execute(db)
  await db.schema.dropTable('contacts').execute()
  for (const column of ['phone', 'lid'] as const) {
    await db.schema
      .createIndex(`people_by_${column}`)
      .on('people')
      .columns(['instance', column])
      .unique()
      .where(sql.ref(column), 'is not', null)
      .execute()
  }
}

async function createChats(db: Kysely<Schema>, { integer, end }: TableTypes): Promise<void> {
  await db.schema
    .createTable('chats')
    .addColumn('instance', integer, (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('last_message_at', integer, (column) => column.notNull())
    .addColumn('unread', integer, (column) => column.notNull())
    .addColumn('archived', integer, (column) => column.notNull())
    .addColumn('pinned', integer, (column) => column.notNull())
    .addColumn('muted_until', 'text')
    .addColumn('expires_in', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('chats_key', ['instance', 'id'])
    .modifyEnd(end.clustered)
    .execute()
  await db.schema
    .createIndex('chats_by_last_message')
    .on('chats')
    .columns(['instance', 'last_message_at', 'id'])
    .execute()
}

/** From the log, as far as it goes back. What was read meanwhile is not known, so nothing counts as unread. */
async function fillChats(db: Kysely<Schema>, { field }: TableTypes): Promise<void> {
  const chat = field('data', 'chat')
  await sql`
    insert into chats (instance, id, kind, last_message_at, unread, archived, pinned, expires_in)
    select instance, ${chat},
      case when ${chat} like '%@g.us' then 'group' when ${chat} = 'status@broadcast' then 'status' else 'person' end,
      max(time), 0, 0, 0, 0
    from events where kind in ('message.received', 'message.sent-from-phone', 'message.sent')
    group by instance, ${chat}`.execute(db)
}
