import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { ReceivedOutcome } from '../../core/ports/credentials.js'
import type { ReceivedRows } from '../write.js'

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
  }
}
