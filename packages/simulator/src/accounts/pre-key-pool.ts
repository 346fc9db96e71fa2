import type { Batch, Store } from '../store/store.js'

const bytesPerKey = 35

/**
 * The one-time keys a companion uploaded, in the order it did, each handed out once. Hundreds come per upload and
 * there are many devices, so an upload is one packed record (3 bytes of id, 32 of key) and taking moves a mark.
 */
export class PreKeyPool {
  readonly #device: string
  #packed: Buffer
  #uploads: number
  #taken: number
  /** Sent inside retry receipts: in use without ever having been uploaded. */
  readonly #announced = new Set<number>()

  constructor(device: string, uploads: readonly Uint8Array[] = [], taken = 0) {
    this.#device = device
    this.#packed = Buffer.concat(uploads)
    this.#uploads = uploads.length
    this.#taken = taken
  }

  get count(): number {
    return this.#packed.length / bytesPerKey - this.#taken
  }

  add(keys: readonly { readonly id: number; readonly key: Uint8Array }[], batch: Batch): void {
    const fresh = keys.filter(({ id }) => !this.#uploaded(id))
    if (fresh.length === 0) return
    const upload = Buffer.alloc(fresh.length * bytesPerKey)
    fresh.forEach(({ id, key }, index) => {
      upload.writeUIntBE(id, index * bytesPerKey, 3)
      upload.set(key, index * bytesPerKey + 3)
    })
    batch.put('pre-keys', `${this.#device}/${this.#uploads.toString().padStart(6, '0')}`, upload)
    this.#uploads++
    this.#packed = Buffer.concat([this.#packed, upload])
  }

  take(batch: Batch): { id: number; key: Uint8Array } | undefined {
    if (this.count <= 0) return undefined
    const at = this.#taken++ * bytesPerKey
    batch.put('pre-keys-taken', this.#device, this.#taken.toString())
    return { id: this.#packed.readUIntBE(at, 3), key: Buffer.from(this.#packed.subarray(at + 3, at + bytesPerKey)) }
  }

  announce(id: number): void {
    this.#announced.add(id)
  }

  knows(id: number): boolean {
    return this.#announced.has(id) || this.#uploaded(id)
  }

  /** Ids not handed out yet, in order. */
  available(): number[] {
    return this.#ids(this.#taken)
  }

  forget(batch: Batch): void {
    batch.remove('pre-keys-taken', this.#device)
    for (let upload = 0; upload < this.#uploads; upload++) {
      batch.remove('pre-keys', `${this.#device}/${upload.toString().padStart(6, '0')}`)
    }
  }

  #uploaded(id: number): boolean {
    return this.#ids(0).includes(id)
  }

  #ids(from: number): number[] {
    const ids: number[] = []
    for (let at = from * bytesPerKey; at < this.#packed.length; at += bytesPerKey)
      ids.push(this.#packed.readUIntBE(at, 3))
    return ids
  }
}

/** The pools of all devices as they were left by an earlier process. */
export function loadPreKeyPools(store: Store): Map<string, PreKeyPool> {
  const taken = new Map(store.load('pre-keys-taken').map(({ key, value }) => [key, Number(value)]))
  const uploads = new Map<string, Uint8Array[]>()
  for (const { key, value } of store.load('pre-keys')) {
    const device = key.slice(0, key.lastIndexOf('/'))
    const earlier = uploads.get(device) ?? []
    earlier.push(Buffer.from(value))
    uploads.set(device, earlier)
  }
  return new Map([...uploads].map(([device, all]) => [device, new PreKeyPool(device, all, taken.get(device))]))
}
