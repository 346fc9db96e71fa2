import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { ChatRows, PersonRow } from '../write.js'

/** Prepared once and kept: these run for every message, either way. */
export function chatRows(database: DatabaseSyncInstance): ChatRows {
  const personBy = (column: string) =>
    database.prepare(
      `select id, phone, lid, name, saved_name, blocked, met_at from people where instance = ? and ${column} = ?`,
    )
  const people = { id: personBy('id'), phone: personBy('phone'), lid: personBy('lid') }
  const putPerson = database.prepare(
    `insert into people (instance, id, phone, lid, name, saved_name, blocked, met_at) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (instance, id) do update set phone = excluded.phone, lid = excluded.lid, name = excluded.name,
       saved_name = excluded.saved_name, blocked = excluded.blocked, met_at = excluded.met_at`,
  )
  const said = database.prepare(
    `insert into chats (instance, id, kind, last_message_at, unread, archived, pinned, expires_in)
     values (?1, ?2, ?3, ?4, coalesce(?5, 0), 0, 0, 0)
     on conflict (instance, id) do update set last_message_at = max(last_message_at, excluded.last_message_at),
       unread = coalesce(unread + ?5, 0)`,
  )
  const enter = database.prepare(
    'insert into entries (instance, seq, chat, kind, direction, message, sent_at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  return {
    person: (serial, by, value) => people[by].get(serial, value) as PersonRow | undefined,
    putPerson(serial, { id, phone, lid, name, saved_name, blocked, met_at }) {
      putPerson.run(serial, id, phone, lid, name, saved_name, blocked, met_at)
    },
    said(serial, { id, kind }, at, unread) {
      said.run(serial, id, kind, at, unread)
    },
    enter(serial, { seq, chat, kind, direction, message, sent_at }) {
      enter.run(serial, seq, chat, kind, direction, message, sent_at)
    },
  }
}
