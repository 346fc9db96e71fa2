import type { CacheStore } from 'baileys'
import { LRUCache } from 'lru-cache'

/** What the library calls a `CacheStore`, without promises. */
export interface CacheView {
  get(key: string): unknown
  set(key: string, value: unknown): void
  del(key: string): void
  flushAll(): void
}

interface Entry {
  readonly value: unknown
}

/** For entries of very different size: how much each weighs, and how much all may together. */
export interface Weight {
  readonly most: number
  readonly of: (value: unknown) => number
}

/**
 * The library makes several caches per socket, each with timers of its own. This is one bounded map for all sockets of
 * the thread; each gets a view whose keys carry the instance, so that no account evicts or sees another's by name.
 */
export class SharedCache {
  readonly #entries: LRUCache<string, Entry>

  constructor(limits: { entries: number; lifetime: number; weight?: Weight }) {
    const { entries: max, lifetime: ttl, weight } = limits
    this.#entries = new LRUCache<string, Entry>({
      max,
      ttl,
      ...(weight && { maxSize: weight.most, sizeCalculation: ({ value }) => Math.max(1, weight.of(value)) }),
    })
  }

  view(owner: string): CacheView & CacheStore {
    const entries = this.#entries
    const own = (key: string): string => `${owner}\0${key}`
    const view = {
      get: (key: string): unknown => entries.get(own(key))?.value,
      set: (key: string, value: unknown): void => {
        entries.set(own(key), { value })
      },
      del: (key: string): void => {
        entries.delete(own(key))
      },
      flushAll: (): void => {
        for (const key of entries.keys()) if (key.startsWith(own(''))) entries.delete(key)
      },
    }
    // The library's type lets each reader name the type of what it finds; that is a promise about what was put in.
    return view as CacheView & CacheStore
  }
}
