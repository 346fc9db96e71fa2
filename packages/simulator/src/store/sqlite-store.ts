import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Change, RecordKind, Store, StoredRecord } from './store.js'

/**
 * One file, one table. WAL with synchronous=NORMAL: a commit survives the death of the process, which is what is asked
 * here; it may not survive a power cut.
 */
export function openSqliteStore(dataDir: string): Store {
  mkdirSync(dataDir, { recursive: true })
  const database = new DatabaseSync(join(dataDir, 'simulator.db'))
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = NORMAL')
  database.exec('PRAGMA busy_timeout = 5000')
  database.exec(
    'CREATE TABLE IF NOT EXISTS record (kind TEXT NOT NULL, key TEXT NOT NULL, value, PRIMARY KEY (kind, key))',
  )
  const all = database.prepare('SELECT key, value FROM record WHERE kind = ? ORDER BY key')
  const put = database.prepare(
    'INSERT INTO record VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value',
  )
  const remove = database.prepare('DELETE FROM record WHERE kind = ? AND key = ?')

  const apply = ({ kind, key, value }: Change) => {
    if (value === undefined) remove.run(kind, key)
    else put.run(kind, key, value)
  }
  return {
    keeps: true,
    load: (kind: RecordKind) => all.all(kind) as StoredRecord[],
    write(changes) {
      database.exec('BEGIN IMMEDIATE')
      try {
        changes.forEach(apply)
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    close() {
      database.close()
    },
  }
}
