import { access, constants, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fail, ok, warn, type Finding } from './finding.js'

export interface DataFolder {
  readonly path: string
  /** False: the first start makes it. */
  readonly exists: boolean
  readonly writable: boolean
  /** In bytes, for whoever runs this; undefined where the system does not tell. */
  readonly free: number | undefined
}

/** Looks and makes nothing. Of a folder that is not there, what counts is the nearest one above it. */
export async function inspectDataFolder(path: string): Promise<DataFolder> {
  const exists = await may(path, constants.F_OK)
  const nearest = await nearestExisting(path)
  return {
    path,
    exists,
    // With the slash, a file in the place of a folder is refused.
    writable: await may(`${nearest}/`, constants.W_OK | constants.X_OK),
    free: await statfs(nearest).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => undefined,
    ),
  }
}

const subject = 'Data folder'
const mebibyte = 2 ** 20
const tooLittle = 100 * mebibyte
const little = 1024 * mebibyte

export function judgeDataFolder({ path, exists, writable, free }: DataFolder): Finding {
  if (!writable) {
    return fail(subject, `${path} cannot be written`, 'Make it writable, or set GANGWAY_DATA_DIR to another folder.')
  }
  const state = exists ? `${path} is writable` : `${path} is not there yet and can be made`
  if (free === undefined) return ok(subject, state)
  const room = `${state}, ${shownBytes(free)} free`
  if (free < tooLittle) {
    return fail(subject, room, 'Free some space: nothing is acknowledged to WhatsApp that cannot be stored.')
  }
  if (free < little) return warn(subject, room, 'Free some space, or put GANGWAY_DATA_DIR on a larger disk.')
  return ok(subject, room)
}

function shownBytes(bytes: number): string {
  const mebibytes = bytes / mebibyte
  return mebibytes < 1024 ? `${Math.floor(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

async function nearestExisting(path: string): Promise<string> {
  return (await may(path, constants.F_OK)) || dirname(path) === path ? path : nearestExisting(dirname(path))
}
