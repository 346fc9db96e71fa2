import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'

/** The only connection that writes. The file and what SQLite puts beside it are readable by their owner only. */
export function openWriter(path: string, busyTimeout: number): DatabaseSyncInstance {
  createPrivately(path)
  const database = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: true })
  try {
    database.exec('pragma cache_size = -8192')
    // The undo records of savepoints stay in memory: a temporary file could meet the full disk first.
    database.exec('pragma temp_store = memory')
    requirePragma(database, 'journal_mode = wal', 'wal')
    database.exec('pragma synchronous = full')
    // Checkpoints are made by hand after the answers have gone out, because SQLite hides the errors of its own.
    database.exec('pragma wal_autocheckpoint = 0')
    database.exec('pragma journal_size_limit = 8388608')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** For reading on whatever thread opens it. Waits little: the thread may be one that answers pings. */
export function openReader(path: string): DatabaseSyncInstance {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 500 })
  try {
    database.exec('pragma cache_size = -4096')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A file that exists only to be locked. */
export function openLockFile(path: string): DatabaseSyncInstance {
  createPrivately(path)
  return new DatabaseSync(path, { timeout: 0 })
}

/**
 * Throws unless a committed transaction is synced (promise 4). Ask after the first write: this build of SQLite falls
 * back to NORMAL with that write when FULL was not set in time.
 */
export function requireDurable(database: DatabaseSyncInstance): void {
  requirePragma(database, 'journal_mode', 'wal')
  requirePragma(database, 'synchronous', 2)
}

function requirePragma(database: DatabaseSyncInstance, pragma: string, expected: unknown): void {
  const row = database.prepare(`pragma ${pragma}`).get() as Record<string, unknown>
  const [actual] = Object.values(row)
  if (actual !== expected) throw new Error(`pragma ${pragma} answers ${String(actual)}, not ${String(expected)}`)
}

/** SQLite gives the files it puts beside a database the mode of the database. */
function createPrivately(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}
