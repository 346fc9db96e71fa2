import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { failureKind } from './errors.js'
import { openLockFile } from './connection.js'

/**
 * Keeps every other process away from a data directory until released, or until this process is gone however it went.
 * The kernel's own file lock does it, held by a tiny database in an open exclusive transaction. Nothing in this process
 * may open and close that file by other means: POSIX would drop the lock with it.
 */
export function lockDataDir(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const database = openLockFile(join(directory, 'gangway.lock'))
  try {
    database.exec('begin exclusive')
  } catch (cause) {
    database.close()
    if (failureKind(cause) !== 'busy') throw cause
    throw new GatewayError('instance-busy', `another Gangway is using ${directory}`, {
      hint: 'Stop the other one, or set GANGWAY_DATA_DIR to a directory of its own.',
      cause,
    })
  }
  return {
    release() {
      if (database.isOpen) database.close()
    },
  }
}
