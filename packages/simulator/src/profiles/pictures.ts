import { randomBytes } from 'node:crypto'
import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'

export interface Picture {
  /** Grows with each picture. */
  readonly id: string
  /** What its address is made of: nobody who was not told finds it. */
  readonly key: string
  /** A JPEG. */
  readonly bytes: Uint8Array
}

/** Pictures of accounts and groups: an account's stands under its number, a group's under its JID. */
export class Pictures {
  readonly #pictures = new Map<string, Picture>()
  #lastId = 0

  constructor(store: Store) {
    for (const { key, value } of store.load('picture')) {
      const picture = fromText(String(value)) as Picture
      this.#pictures.set(key, picture)
      this.#lastId = Math.max(this.#lastId, Number(picture.id))
    }
  }

  of(owner: string): Picture | undefined {
    return this.#pictures.get(owner)
  }

  withKey(key: string): Picture | undefined {
    return [...this.#pictures.values()].find((picture) => picture.key === key)
  }

  set(owner: string, bytes: Uint8Array, batch: Batch): Picture {
    this.#lastId = Math.max(this.#lastId + 1, Date.now())
    const picture = { id: this.#lastId.toString(), key: randomBytes(16).toString('hex'), bytes }
    this.#pictures.set(owner, picture)
    batch.put('picture', owner, () => toText(picture))
    return picture
  }

  remove(owner: string, batch: Batch): void {
    if (this.#pictures.delete(owner)) batch.remove('picture', owner)
  }
}

/** What the real server takes: clients scale and convert before they send. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}
