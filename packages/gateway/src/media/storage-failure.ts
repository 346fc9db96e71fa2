import { GatewayError } from '../core/errors/gateway-error.js'

const noRoom: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** Passes a `GatewayError` on as it is, and gives an error of the file system the code that callers know. */
export function storageFailure(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  if (noRoom.has(codeOf(error))) {
    return new GatewayError('storage-full', 'There is no room for the file', {
      hint: 'Free some space where the media are; Gangway goes on by itself.',
      cause: error,
    })
  }
  return new GatewayError('storage-error', 'The file could not be stored or read', { cause: error })
}

export function isAbsent(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
