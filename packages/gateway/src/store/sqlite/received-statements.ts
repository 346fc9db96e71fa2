import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { ReceivedOutcome } from '../../core/ports/credentials.js'
import type { LinkRow, ReceivedRows } from '../write.js'

/** Prepared once and kept: these run for every message that comes in. */
export function receivedRows(database: DatabaseSyncInstance): ReceivedRows {
  const outcomes = database.prepare(
    'select outcome from received where instance = ? and generation = ? and message = ?',
  )
  const put = database.prepare(
    `insert into received (instance, generation, message, ciphertext, outcome, at, bytes) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (instance, generation, message, ciphertext) do update
     set outcome = excluded.outcome, at = excluded.at, bytes = excluded.bytes where outcome = 'unreadable'`,
  )
  const putSent = database.prepare(
    `insert into sent (instance, generation, message, at, bytes) values (?, ?, ?, ?, ?)
     on conflict (instance, generation, message) do nothing`,
  )
  const append = database.prepare(
    'insert into events (instance, seq, id, kind, time, data, content) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const ofAccount = `
    select l.number, l.id, l.code, l.name, l.tags from instances as i
    join message_links as l
      on l.workspace = i.workspace and l.network = i.network and l.phone = json_extract(i.account, '$.phone')
    where i.serial = ?`
  const byMark = database.prepare(`${ofAccount} and l.mark = ? and l.reference in ('marker', 'code')`)
  const byText = database.prepare(`${ofAccount} and l.text_key = ? and l.reference = 'text' limit 2`)
  const countHour = database.prepare(
    `insert into message_link_hours (link, hour, scans, conversations) values (?, ?, 0, 1)
     on conflict (link, hour) do update set conversations = conversations + 1`,
  )
  const countTotal = database.prepare('update message_links set conversations = conversations + 1 where number = ?')
  return {
    outcomes: (serial, generation, message) =>
      (outcomes.all(serial, generation, message) as { outcome: ReceivedOutcome }[]).map(({ outcome }) => outcome),
    put(serial, generation, { message, ciphertext, outcome, bytes }, at) {
      put.run(serial, generation, message, ciphertext, outcome, at, bytes)
    },
    putSent(serial, generation, { message, bytes }, at) {
      putSent.run(serial, generation, message, at, bytes)
    },
    append(serial, seq, { id, kind, data, content }, at) {
      append.run(serial, seq, id, kind, at, data, content)
    },
    linkOf(serial, { mark, textKey }) {
      const marked = mark === null ? undefined : (byMark.get(serial, mark) as LinkRow | undefined)
      if (marked) return marked
      const [one, ...others] = byText.all(serial, textKey) as unknown as LinkRow[]
      return others.length === 0 ? one : undefined
    },
    countConversation(link, at) {
      countHour.run(link, at - (at % 3_600_000))
      countTotal.run(link)
    },
  }
}
