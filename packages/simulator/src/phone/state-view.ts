import {
  decodeSyncdPatch,
  encodeSyncdPatch,
  newLTHashState,
  proto,
  type LTHashState,
  type WAPatchCreate,
} from 'baileys'
import type { Collection } from '../app-state/collection.js'
import { fromText, toText } from '../store/records.js'
import { finderOf, idOf, snapshotMac, type SyncKey } from './sync-key.js'

/** One thing that devices have in common, `["archive", "1@lid"]`, and what it is now. */
export interface Entry {
  readonly index: readonly string[]
  readonly action: proto.ISyncActionValue
}

/** A patch says of itself what is not so: its MACs, or that of the state which it leads to. */
export class UnreadablePatch extends Error {}

const removal = proto.SyncdMutation.SyncdOperation.REMOVE

/** One collection as the phone reads it. */
export class StateView {
  #hashes: LTHashState = newLTHashState()
  readonly #entries = new Map<string, Entry>()

  static restored(text: string): StateView {
    const view = new StateView()
    const { hashes, entries } = fromText(text) as {
      hashes: LTHashState
      entries: { index: string[]; action: Buffer }[]
    }
    view.#hashes = hashes
    for (const { index, action } of entries) {
      view.#entries.set(JSON.stringify(index), { index, action: proto.SyncActionValue.decode(action) })
    }
    return view
  }

  get version(): number {
    return this.#hashes.version
  }

  entries(): readonly Entry[] {
    return [...this.#entries.values()]
  }

  /** Reads the patch that comes next, and answers with what it changed. Throws `UnreadablePatch` and changes nothing. */
  async read(bytes: Uint8Array, name: Collection['name'], key: SyncKey): Promise<readonly Entry[]> {
    const patch = proto.SyncdPatch.decode(bytes)
    const mutations = patch.mutations
    const read: Entry[] = []
    const hashes = await decodeSyncdPatch(
      patch,
      name,
      this.#hashes,
      finderOf(key),
      ({ index, syncAction }) => read.push({ index, action: syncAction.value ?? {} }),
      true,
    ).catch((error: unknown) => {
      throw new UnreadablePatch(error instanceof Error ? error.message : String(error))
    })
    // The library leaves out single entries whose MAC is wrong.
    if (read.length !== mutations.length) throw new UnreadablePatch('an entry does not open')
    const next = { ...hashes, version: this.version + 1 }
    if (!snapshotMac(key, name, next).equals(patch.snapshotMac ?? Buffer.alloc(0))) {
      throw new UnreadablePatch('it leads to another state than it says')
    }
    this.#hashes = next
    read.forEach((entry, place) => {
      if (mutations[place]?.operation === removal) this.#entries.delete(JSON.stringify(entry.index))
      else this.#entries.set(JSON.stringify(entry.index), entry)
    })
    return read
  }

  /** The patch that makes this change on top of what was read so far. */
  async write(change: WAPatchCreate, key: SyncKey): Promise<proto.ISyncdPatch> {
    const { patch } = await encodeSyncdPatch(change, idOf(key), this.#hashes, finderOf(key))
    return patch
  }

  toText(): string {
    const entries = this.entries().map(({ index, action }) => {
      return { index, action: proto.SyncActionValue.encode(action).finish() }
    })
    return toText({ hashes: this.#hashes, entries })
  }
}
