import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { storageFailure } from './storage-failure.js'

/** Local files in the making. A process that ended in the middle has left some: the next one begins with none. */
export class Scratch {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<Scratch> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
    return new Scratch(folder)
  }

  path(): string {
    return join(this.#folder, randomUUID())
  }

  async fill(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      await pipeline(bytes, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    } catch (error) {
      await this.discard(path)
      throw storageFailure(error)
    }
  }

  async discard(path: string): Promise<void> {
    await rm(path, { force: true })
  }
}
