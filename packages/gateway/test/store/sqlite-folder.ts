import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { onTestFinished } from 'vitest'
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from '#gateway/store/sqlite/open.js'
import type { Opened } from './store-contract.js'

/** A folder of one test, deleted after it. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gangway-store-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

export interface SqliteOpened extends Opened {
  readonly store: SqliteStore
  readonly path: string
  readonly secretKey: Uint8Array
  readonly fatal: readonly Error[]
  reopen(options?: Partial<SqliteStoreOptions>): Promise<SqliteOpened>
  /** Lets a test look at, or spoil, what is in the file. */
  readonly edit: <Result>(work: (database: DatabaseSyncInstance) => Result) => Result
}

export async function openSqlite(options: Partial<SqliteStoreOptions> = {}): Promise<SqliteOpened> {
  const fatal: Error[] = []
  const complete: SqliteStoreOptions = {
    path: join(options.path === undefined ? newFolder() : '', options.path ?? 'gangway.db'),
    secretKey: randomBytes(32),
    onFatal: (error) => fatal.push(error),
    ...options,
  }
  const store = await openSqliteStore(complete)
  return {
    store,
    path: complete.path,
    secretKey: complete.secretKey,
    fatal,
    async reopen(others = {}) {
      await store.close()
      return openSqlite({ ...complete, ...others })
    },
    edit(work) {
      const database = new DatabaseSync(complete.path, { timeout: 5000 })
      try {
        return work(database)
      } finally {
        database.close()
      }
    },
  }
}
