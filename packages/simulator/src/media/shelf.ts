import { randomBytes } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'

/** Bytes that are still coming in. One of the last two ends it. */
export interface Draft {
  write(chunk: Buffer): Promise<void>
  /** From now on they are on the shelf under this name; what stood there before is replaced by the same. */
  keep(name: string): Promise<void>
  discard(): Promise<void>
}

/** Where encrypted files stand. A name is made of letters, digits, `-` and `_`. */
export interface Shelf {
  /** What stood here when the last process ended, the oldest first. */
  readonly left: readonly { readonly name: string; readonly size: number }[]
  /** How much it may hold, in bytes. */
  readonly capacity: number
  begin(): Promise<Draft>
  /** The bytes from `start` to `end`, both included. */
  stream(name: string, start: number, end: number): Readable
  bytes(name: string): Promise<Buffer>
  remove(name: string): void
}

export function memoryShelf(): Shelf {
  const files = new Map<string, Buffer>()
  const file = (name: string) => files.get(name) ?? Buffer.alloc(0)
  return {
    left: [],
    capacity: 256 * 1024 * 1024,
    async begin() {
      const chunks: Buffer[] = []
      return {
        write: async (chunk) => void chunks.push(chunk),
        keep: async (name) => void files.set(name, Buffer.concat(chunks)),
        discard: async () => void chunks.splice(0),
      }
    },
    stream: (name, start, end) => Readable.from([file(name).subarray(start, end + 1)]),
    bytes: async (name) => file(name),
    remove: (name) => void files.delete(name),
  }
}

const unfinished = '.part'

export function folderShelf(folder: string): Shelf {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = readdirSync(folder)
  for (const name of found.filter((one) => one.endsWith(unfinished))) rmSync(join(folder, name))
  const left = found
    .filter((name) => !name.endsWith(unfinished))
    .map((name) => ({ name, about: statSync(join(folder, name)) }))
    .sort(({ about: one }, { about: other }) => one.mtimeMs - other.mtimeMs)
    .map(({ name, about }) => ({ name, size: about.size }))
  return {
    left,
    capacity: 2 * 1024 * 1024 * 1024,
    begin: () => beginFile(folder),
    stream: (name, start, end) => createReadStream(join(folder, name), { start, end }),
    bytes: (name) => readFile(join(folder, name)),
    remove: (name) => {
      rmSync(join(folder, name), { force: true })
    },
  }
}

/** Written beside its place and moved there when it is whole, so that a kill leaves no half file under a name. */
async function beginFile(folder: string): Promise<Draft> {
  const path = join(folder, `${randomBytes(12).toString('hex')}${unfinished}`)
  const file = await open(path, 'wx', 0o600)
  return {
    write: (chunk) => file.writeFile(chunk),
    async keep(name) {
      await file.close()
      await rename(path, join(folder, name))
    },
    async discard() {
      await file.close()
      await rm(path, { force: true })
    },
  }
}
