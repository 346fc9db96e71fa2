import { ALL_WA_PATCH_NAMES, proto, type WAPatchName } from 'baileys'
import type { Batch } from '../store/store.js'

export function isCollectionName(name: string | undefined): name is WAPatchName {
  return ALL_WA_PATCH_NAMES.some((one) => one === name)
}

/**
 * A collection of what the devices of an account have in common, as the server has it: patches that it cannot read, each
 * on top of the one before. Its version is how many there are.
 */
export class Collection {
  readonly name: WAPatchName
  readonly #number: string
  readonly #patches: Uint8Array[] = []

  constructor(number: string, name: WAPatchName) {
    this.#number = number
    this.name = name
  }

  get version(): number {
    return this.#patches.length
  }

  restore(patch: Uint8Array): void {
    this.#patches.push(patch)
  }

  /** Patches come without their version, and leave with it. */
  append(patch: proto.ISyncdPatch, batch: Batch): void {
    const version = this.version + 1
    const bytes = proto.SyncdPatch.encode({ ...patch, version: { version } }).finish()
    batch.put('app-state-patch', this.#key(version), bytes)
    this.#patches.push(bytes)
  }

  /** What a device lacks that has this version; at most `limit` of it. */
  since(version: number, limit = Infinity): readonly Uint8Array[] {
    return this.#patches.slice(version, version + limit)
  }

  forget(batch: Batch): void {
    this.#patches.forEach((_, index) => {
      batch.remove('app-state-patch', this.#key(index + 1))
    })
    this.#patches.length = 0
  }

  #key(version: number): string {
    return `${this.#number}/${this.name}/${version.toString().padStart(9, '0')}`
  }
}
