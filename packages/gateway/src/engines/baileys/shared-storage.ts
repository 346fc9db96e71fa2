import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire, syncBuiltinESMExports } from 'node:module'

/** What every storage of the thread holds at the moment, by storage. */
const held = new AsyncLocalStorage<ReadonlyMap<object, unknown>>()

/** Looks like a storage of its own, and shares the one that Node carries along. Has what the library uses of one. */
export class SharedStorage<Store> {
  run<Result>(store: Store, work: () => Result): Result {
    return held.run(new Map(held.getStore()).set(this, store), work)
  }

  getStore(): Store | undefined {
    return held.getStore()?.get(this) as Store | undefined
  }
}

/**
 * Whether this Node hands each storage on to every promise by itself. From Node 24 on what is carried along is one frame for
 * all of them (https://nodejs.org/api/cli.html#--no-async-context-frame), and there is nothing to share.
 */
export const storagesAreDear = Number(process.versions.node.split('.')[0]) < 24

/**
 * The library makes storages for each socket: with a hundred accounts on Node 20, handing them on was three quarters of the
 * time that it took to send a message. From here on its storages share one. It changes a module of Node, so it is for a thread
 * in which nothing but the library runs.
 */
export function shareStorages(): void {
  if (!storagesAreDear) return
  const hooks = createRequire(import.meta.url)('node:async_hooks') as object
  Object.defineProperty(hooks, 'AsyncLocalStorage', { value: SharedStorage, enumerable: true, configurable: true })
  // Whoever has imported it by name already gets this one as well.
  syncBuiltinESMExports()
}
