import { createHash, randomBytes } from 'node:crypto'
import type { Caller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { FileClaim, MediaFiles } from '#gateway/core/gateway.js'
import type { InstanceId, MediaId } from '#gateway/core/ids.js'
import { largestFile, type MediaFile } from '#gateway/core/media/media-file.js'

export interface FakeMedia extends MediaFiles {
  /** What the file of that id says. */
  readonly bytes: (id: MediaId) => Buffer | undefined
  /** The most bytes that were in memory at a time, of one upload. */
  readonly largestChunk: () => number
}

/** Files as the native API sees them: counted as they come, kept while they are small. Everything at a URL says "fetched". */
export function fakeMedia(own: (caller: Caller, instance: InstanceId) => unknown): FakeMedia {
  const files = new Map<MediaId, { instance: InstanceId; file: MediaFile; bytes: Buffer }>()
  const limits = { received: 30, uploaded: 15 }
  let largestChunk = 0

  async function keep(
    instance: InstanceId,
    body: AsyncIterable<Uint8Array>,
    { name, mimetype }: FileClaim,
  ): Promise<MediaFile> {
    const [hash, kept] = [createHash('sha256'), [] as Uint8Array[]]
    let size = 0
    for await (const chunk of body) {
      size += chunk.length
      largestChunk = Math.max(largestChunk, chunk.length)
      if (size > largestFile) throw new GatewayError('content-too-large', `A file has at most ${largestFile} bytes.`)
      hash.update(chunk)
      if (size < 1_000_000) kept.push(chunk)
    }
    if (size === 0) throw new GatewayError('bad-request', 'The file is empty.')
    const file: MediaFile = {
      id: randomBytes(32).toString('base64url') as MediaId,
      name,
      mimetype: mimetype ?? 'application/octet-stream',
      size,
      sha256: hash.digest('hex'),
      handle: 'the key of the file',
    }
    files.set(file.id, { instance, file, bytes: Buffer.concat(kept) })
    return file
  }

  async function* fetched(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('fetched')
  }

  return {
    bytes: (id) => files.get(id)?.bytes,
    largestChunk: () => largestChunk,
    url: (id) => `http://gateway.test/media/${id}`,
    async upload(caller, id, body, claimed) {
      own(caller, id)
      return keep(id, body, claimed)
    },
    async fetch(caller, id, url, claimed) {
      own(caller, id)
      if (url.includes('nowhere')) throw new GatewayError('file-unreachable', 'The address does not answer.')
      return keep(id, fetched(), claimed)
    },
    async get(caller, id, media) {
      own(caller, id)
      const found = files.get(media)
      if (found?.instance !== id) throw new GatewayError('media-not-found', `no ${media}`)
      return found.file
    },
    thumbnail: () => Promise.reject(new GatewayError('bad-request', 'no pictures here')),
    // The routes that read files have tests of their own, against the real core.
    ofMessage: () => Promise.reject(new GatewayError('message-not-found', 'no messages here')),
    open: () => Promise.reject(new GatewayError('media-not-found', 'nothing is read here')),
    async usage(caller, id) {
      own(caller, id)
      const kept = [...files.values()].filter(({ instance }) => instance === id)
      return { files: kept.length, bytes: kept.reduce((sum, { bytes }) => sum + bytes.length, 0) }
    },
    retention: () => Promise.resolve({ ...limits }),
    setRetention: (_caller, changes) => Promise.resolve(Object.assign(limits, changes)),
    async clear(caller, id) {
      own(caller, id)
      for (const [media, { instance }] of files) if (instance === id) files.delete(media)
    },
  }
}
