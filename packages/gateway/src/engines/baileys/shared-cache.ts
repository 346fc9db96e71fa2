import type { CacheStore } from 'baileys'
import { LRUCache } from 'lru-cache'

/**
 * The library makes several caches per socket, each with timers of its own. This is one bounded map for all sockets of
 * the thread; each gets a view whose keys carry the instance, so that no account evicts or sees another's by name.
 */
export class SharedCache {
  readonly #entries: LRUCache<string, object>

  constructor(limits: { entries: number; lifetime: number }) {
    this.#entries = new LRUCache({ max: limits.entries, ttl: limits.lifetime })
  }

  view(owner: string): CacheStore {
    const entries = this.#entries
    const own = (key: string): string => `${owner}\0${key}`
    const view = {
      get: (key: string): unknown => (entries.get(own(key)) as { value: unknown } | undefined)?.value,
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
    return view as CacheStore
  }
}
