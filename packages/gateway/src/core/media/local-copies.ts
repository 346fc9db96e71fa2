import { mediaKey } from '../identifiers.js'
import type { FileResolver, LocalCopy } from '../messages/file-resolver.js'
import type { MediaStorage } from '../ports/media-storage.js'
import type { MediaStore } from '../ports/media-store.js'
import type { MediaFile } from './media-file.js'

/** Files as they are when a message goes out. */
export class LocalCopies implements Pick<FileResolver, 'path'> {
  readonly #store: MediaStore
  readonly #storage: MediaStorage

  constructor(store: MediaStore, storage: MediaStorage) {
    this.#store = store
    this.#storage = storage
  }

  async path(file: Pick<MediaFile, 'id'>): Promise<LocalCopy | undefined> {
    const key = mediaKey(file.id)
    const media = await this.#store.find(key)
    return media?.state.kind === 'here' ? this.#storage.borrow(key) : undefined
  }
}
