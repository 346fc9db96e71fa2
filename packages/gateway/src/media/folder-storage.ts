import { access, chmod, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { LocalFile, MediaStorage } from '../core/ports/media-storage.js'
import { Scratch } from './scratch.js'
import { isAbsent, storageFailure } from './storage-failure.js'

/** How many digits of a key name its folder: 256 folders, so that none holds very many files. */
const shardDigits = 2

/** Files in a local folder that only its owner may enter, each under its key. */
export async function openFolderStorage(folder: string): Promise<MediaStorage> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  return new FolderStorage(folder, await Scratch.open(join(folder, 'scratch')))
}

class FolderStorage implements MediaStorage {
  readonly #folder: string
  readonly #scratch: Scratch

  constructor(folder: string, scratch: Scratch) {
    this.#folder = folder
    this.#scratch = scratch
  }

  /** The bytes are on the disk before they have their name, and the name is before this resolves. */
  async put(key: string, path: string): Promise<void> {
    const place = this.#place(key)
    try {
      await chmod(path, 0o600)
      await sync(path)
      if ((await mkdir(dirname(place), { recursive: true, mode: 0o700 })) !== undefined) await sync(this.#folder)
      await rename(path, place)
      await sync(dirname(place))
    } catch (error) {
      throw storageFailure(error)
    }
  }

  async read(key: string, range?: { from: number; to: number }): Promise<Readable | undefined> {
    const file = await opened(this.#place(key))
    if (!file) return undefined
    return file.createReadStream(range ? { start: range.from, end: range.to } : {})
  }

  async borrow(key: string): Promise<LocalFile | undefined> {
    const path = this.#place(key)
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    return isThere ? { path, release: () => Promise.resolve() } : undefined
  }

  async remove(key: string): Promise<void> {
    await rm(this.#place(key), { force: true }).catch((error: unknown) => {
      throw storageFailure(error)
    })
  }

  scratch(): Promise<string> {
    return Promise.resolve(this.#scratch.path())
  }

  fill(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#scratch.fill(path, bytes)
  }

  discard(path: string): Promise<void> {
    return this.#scratch.discard(path)
  }

  async check(): Promise<void> {
    const path = this.#scratch.path()
    await this.#scratch.fill(path, Readable.from([Buffer.from('check')]))
    await this.#scratch.discard(path)
  }

  #place(key: string): string {
    if (!/^[0-9a-f]{32,128}$/.test(key)) throw new Error('not a key of a file')
    return join(this.#folder, key.slice(0, shardDigits), key)
  }
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw storageFailure(error)
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
