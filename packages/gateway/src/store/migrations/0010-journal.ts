import { sql } from 'kysely'
import type { Migration } from './migrate.js'

/** An index of the events that are entries of a chat's history. */
export const journal: Migration = {
  name: 'journal',
  async up(db, { integer, end, field }) {
    await db.schema
      .createTable('entries')
      .addColumn('instance', integer, (column) => column.notNull())
      .addColumn('seq', integer, (column) => column.notNull())
      .addColumn('chat', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('direction', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('sent_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('entries_key', ['instance', 'seq'])
      .modifyEnd(end.clustered)
      .execute()
    // When something was sent is only in its text, in a form that databases read differently: when it came will do here.
    await sql`
      insert into entries (instance, seq, chat, kind, direction, message, sent_at)
      select instance, seq, ${field('data', 'chat')}, kind,
        case when kind in ('message.sent', 'message.sent-from-phone') or data like '%"fromMe":true%' then 'out' else 'in' end,
        ${field('data', 'id')}, time
      from events where kind in ('message.received', 'message.sent-from-phone', 'message.sent', 'message.edited',
        'message.deleted', 'message.reaction', 'message.poll-vote')`.execute(db)
    await db.schema
      .createIndex('entries_by_chat')
      .on('entries')
      .columns(['instance', 'chat', 'direction', 'kind', 'seq'])
      .execute()
    await db.schema.createIndex('entries_by_message').on('entries').columns(['instance', 'message', 'chat']).execute()
    await db.schema.createIndex('entries_by_time').on('entries').columns(['instance', 'sent_at']).execute()
  },
}
