import { GatewayError } from '../../core/errors/gateway-error.js'

/** https://sqlite.org/rescode.html */
const codes = { busy: 5, locked: 6, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 }
/** The shared-memory file could not grow, which is how a full disk shows there. */
const sharedMemorySize = codes.ioError | (19 << 8)

export type FailureKind = 'full' | 'busy' | 'io' | 'damaged' | 'other'

/** What an error of the database, or of the file system below it, means to us. */
export function failureKind(error: unknown): FailureKind {
  const { errcode, code } = (error ?? {}) as { errcode?: unknown; code?: unknown }
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full'
  if (code === 'EIO') return 'io'
  if (typeof errcode !== 'number') return 'other'
  if (errcode === sharedMemorySize) return 'full'
  switch (errcode & 0xff) {
    case codes.full:
      return 'full'
    case codes.busy:
    case codes.locked:
      return 'busy'
    case codes.ioError:
      return 'io'
    case codes.corrupt:
    case codes.notADatabase:
      return 'damaged'
    default:
      return 'other'
  }
}

/** Passes a `GatewayError` on as it is and gives everything else the code that callers know. */
export function storageFailure(error: unknown, effect: 'none' | 'unknown' = 'none'): GatewayError {
  if (error instanceof GatewayError) return error
  const kind = failureKind(error)
  if (kind === 'full') {
    return new GatewayError('storage-full', 'The disk is full', {
      effect,
      hint: 'Free some space where the data directory is; Gangway goes on by itself.',
      cause: error,
    })
  }
  return new GatewayError('storage-error', meanings[kind], { effect, cause: error })
}

const meanings = {
  busy: 'The database is locked by another process',
  io: 'The disk reported an error',
  damaged: 'The database is damaged',
  other: 'The database refused',
}
