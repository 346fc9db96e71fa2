import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../migrations/migrate.js'
import { openReader } from './connection.js'
import { failureKind, storageFailure } from './errors.js'
import { kyselyOver } from './kysely-dialect.js'

export type DatabaseState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'keyless' }
  | { readonly kind: 'unreadable'; readonly why: string }
  /** `newer`: written by a Gangway that came after this one. */
  | { readonly kind: 'readable'; readonly version: number; readonly newer: boolean; readonly instances: number }

/** What a data folder holds. Reads only, so that it disturbs no gateway that runs. `secretKey`: the one that is set, if any. */
export async function inspectDatabase(dataDir: string, secretKey: string | undefined): Promise<DatabaseState> {
  const path = join(dataDir, 'gangway.db')
  if (!existsSync(path)) return { kind: 'absent' }
  if (secretKey === undefined && !existsSync(join(dataDir, 'secret-key'))) return { kind: 'keyless' }
  try {
    const reader = openReader(path)
    try {
      const db = kyselyOver(reader, storageFailure)
      const { version } = await db
        .selectFrom('migrations')
        .select((row) => row.fn.max('number').as('version'))
        .executeTakeFirstOrThrow()
      const { instances } = await db
        .selectFrom('instances')
        .select((row) => row.fn.countAll<number>().as('instances'))
        .executeTakeFirstOrThrow()
      return { kind: 'readable', version, newer: version > migrations.length, instances }
    } finally {
      reader.close()
    }
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : 'unknown failure' }
  }
}

/**
 * Whether a gateway holds the data folder. Its lock keeps even readers out, so reading tells, and a reader that gets in
 * keeps nobody out for longer than that takes.
 */
export function isInUse(dataDir: string): boolean {
  const path = join(dataDir, 'gangway.lock')
  if (!existsSync(path)) return false
  try {
    const reader = openReader(path)
    try {
      reader.prepare('pragma schema_version').get()
      return false
    } finally {
      reader.close()
    }
  } catch (error) {
    return failureKind(error) === 'busy'
  }
}
