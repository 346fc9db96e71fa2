import { ALL_WA_PATCH_NAMES, type WAPatchName } from 'baileys'
import type { Batch, Store } from '../store/store.js'
import { Collection, isCollectionName } from './collection.js'

/** The collections of all accounts. */
export class AppStates {
  readonly #collections = new Map<string, Collection>()

  constructor(store: Store) {
    for (const { key, value } of store.load('app-state-patch')) {
      const [number = '', name] = key.split('/')
      if (isCollectionName(name)) this.collection(number, name).restore(Buffer.from(value))
    }
  }

  collection(number: string, name: WAPatchName): Collection {
    const key = `${number}/${name}`
    const known = this.#collections.get(key)
    if (known) return known
    const collection = new Collection(number, name)
    this.#collections.set(key, collection)
    return collection
  }

  forget(number: string, batch: Batch): void {
    for (const name of ALL_WA_PATCH_NAMES) {
      this.collection(number, name).forget(batch)
      this.#collections.delete(`${number}/${name}`)
    }
  }
}
