import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { LocalFile, MediaStorage } from '../../core/ports/media-storage.js'
import { Scratch } from '../scratch.js'
import { storageFailure } from '../storage-failure.js'
import { refused, S3Client } from './s3-client.js'
import type { S3Place } from './s3-place.js'

export interface S3Storage extends MediaStorage {
  close(): void
}

/** Files as objects of a bucket. They pass through a local folder on their way in, so that each is sent with its digest. */
export async function openS3Storage(place: S3Place, scratchFolder: string): Promise<S3Storage> {
  return new BucketStorage(new S3Client(place), await Scratch.open(scratchFolder))
}

class BucketStorage implements S3Storage {
  readonly #client: S3Client
  readonly #scratch: Scratch

  constructor(client: S3Client, scratch: Scratch) {
    this.#client = client
    this.#scratch = scratch
  }

  async put(key: string, path: string): Promise<void> {
    const [{ size }, sha256] = await Promise.all([stat(path), digestOf(path)]).catch((error: unknown) => {
      throw storageFailure(error)
    })
    const body = { size, sha256, open: () => createReadStream(path) }
    const answer = await this.#client.ask({ method: 'PUT', key, body })
    answer.resume()
    if (answer.statusCode !== 200) throw refused(answer.statusCode ?? 0)
    await this.#scratch.discard(path)
  }

  async read(key: string, range?: { from: number; to: number }): Promise<Readable | undefined> {
    const answer = await this.#client.ask({ method: 'GET', key, ...(range && { range }) })
    const status = answer.statusCode ?? 0
    if (status === (range ? 206 : 200)) return answer
    if (status === 404 && (await isNoSuchKey(answer))) return undefined
    answer.resume()
    throw refused(status)
  }

  async borrow(key: string): Promise<LocalFile | undefined> {
    const bytes = await this.read(key)
    if (!bytes) return undefined
    const path = this.#scratch.path()
    await this.#scratch.fill(path, bytes)
    return { path, release: () => this.#scratch.discard(path) }
  }

  async remove(key: string): Promise<void> {
    const answer = await this.#client.ask({ method: 'DELETE', key })
    answer.resume()
    const status = answer.statusCode ?? 0
    if (status !== 204 && status !== 200 && status !== 404) throw refused(status)
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
    await this.put('check', path)
  }

  close(): void {
    this.#client.close()
  }
}

/** A bucket that is not there is 404 too, and that is no answer about the file. */
export async function isNoSuchKey(answer: Readable): Promise<boolean> {
  return (await text(answer)).includes('<Code>NoSuchKey</Code>')
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
