import { GatewayError } from '../errors/gateway-error.js'
import { mediaKey, newMediaId } from '../identifiers.js'
import type { InstanceId } from '../ids.js'
import type { Clock } from '../ports/clock.js'
import type { MediaInspector } from '../ports/media-inspector.js'
import type { MediaStorage } from '../ports/media-storage.js'
import type { MediaStore } from '../ports/media-store.js'
import type { FileClaim } from '../gateway.js'
import { fileName } from './file-name.js'
import type { KeptFile } from './media-file.js'
import { Meter } from './meter.js'

export interface FileParts {
  readonly store: MediaStore
  readonly storage: MediaStorage
  readonly inspector: MediaInspector
  readonly clock: Clock
}

/** Takes files in: from somebody who uploads one, from an address, or as made from another one. */
export class IncomingFiles {
  readonly #parts: FileParts

  constructor(parts: FileParts) {
    this.#parts = parts
  }

  async take(instance: InstanceId, bytes: AsyncIterable<Uint8Array>, claimed: FileClaim): Promise<KeptFile> {
    const { storage, inspector } = this.#parts
    return this.#withScratch(async (path) => {
      const meter = new Meter(bytes)
      await storage.fill(path, meter)
      if (meter.size === 0) throw new GatewayError('bad-request', 'The file is empty.', { field: 'file' })
      const name = fileName(claimed.name)
      const mimetype = await inspector.identify(path, { declared: claimed.mimetype, name })
      return this.#keep(instance, path, { name, mimetype, size: meter.size, sha256: meter.sha256() })
    })
  }

  /** Noted first, so that bytes in their place are never unknown; shown last, so that they are there. */
  async #keep(instance: InstanceId, path: string, facts: Omit<KeptFile, 'id'>): Promise<KeptFile> {
    const { store, storage, clock } = this.#parts
    const id = newMediaId()
    const key = mediaKey(id)
    const at = clock.now()
    await store.add({ key, instance, facts, at })
    await storage.put(key, path)
    await store.settle(key, { size: facts.size, sha256: facts.sha256, at })
    return { id, ...facts }
  }

  async #withScratch<T>(work: (path: string) => Promise<T>): Promise<T> {
    const { storage } = this.#parts
    const path = await storage.scratch()
    try {
      return await work(path)
    } finally {
      await storage.discard(path)
    }
  }
}
