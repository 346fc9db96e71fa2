import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where the library is that makes a disk misbehave; undefined where there is no C compiler to make it with. */
export const faultyDisk = compiled()

function compiled(): string | undefined {
  if (process.platform !== 'linux') return undefined
  const library = join(mkdtempSync(join(tmpdir(), 'gangway-disk-')), 'faulty-disk.so')
  const source = join(import.meta.dirname, 'faulty-disk.c')
  try {
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl', '-lpthread'], { stdio: 'pipe' })
    return library
  } catch {
    return undefined
  }
}

/** For the control: SQLite then syncs at checkpoints only. The product itself cannot be told so. */
export const unsynced = `--import=${pathToFileURL(join(import.meta.dirname, 'unsynced-preload.mjs')).href}`

const wrote = 1
const headLength = 32

interface Undo {
  readonly path: string
  readonly offset: number
  readonly oldSize: number
  readonly bytes: Buffer
}

/** Takes back what was written and not synced, as a power cut does; answers how many writes that were. */
export async function cutPower(undoLog: string): Promise<number> {
  const pending = unsyncedIn(await readFile(undoLog))
  for (const { path, offset, oldSize, bytes } of pending.reverse()) {
    const file = await open(path, 'r+')
    if (bytes.length > 0) await file.write(bytes, 0, bytes.length, offset)
    await file.truncate(oldSize)
    await file.close()
  }
  return pending.length
}

/** A record that is cut short is of a write that had not begun. */
function unsyncedIn(log: Buffer): Undo[] {
  let pending: Undo[] = []
  for (let at = 0; at + headLength <= log.length;) {
    const pathEnd = at + headLength + log.readUInt32LE(at + 4)
    const end = pathEnd + Number(log.readBigUInt64LE(at + 16))
    if (end > log.length) break
    const path = log.toString('utf8', at + headLength, pathEnd)
    if (log.readUInt32LE(at) === wrote) {
      const offset = Number(log.readBigUInt64LE(at + 8))
      pending.push({ path, offset, oldSize: Number(log.readBigUInt64LE(at + 24)), bytes: log.subarray(pathEnd, end) })
    } else {
      pending = pending.filter((undo) => undo.path !== path)
    }
    at = end
  }
  return pending
}
