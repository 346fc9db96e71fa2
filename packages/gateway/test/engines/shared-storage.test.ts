import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { SharedStorage, shareStorages, storagesAreDear } from '#gateway/engines/baileys/shared-storage.js'

test('storages that share one keep their own, inside of each other and side by side', async () => {
  const [one, other] = [new SharedStorage<string>(), new SharedStorage<string>()]
  const seen = async () => {
    await nextTurn()
    return [one.getStore(), other.getStore()]
  }
  const inner = one.run('a', async () => [await other.run('b', seen), await seen()])
  const beside = other.run('c', seen)
  const replaced = one.run('a', () => one.run('d', seen))
  expect(await inner).toEqual([
    ['a', 'b'],
    ['a', undefined],
  ])
  expect(await beside).toEqual([undefined, 'c'])
  expect(await replaced).toEqual(['d', undefined])
  expect(await seen()).toEqual([undefined, undefined])
})

test('a thread in which they are dear makes no others, for whoever has imported them before; elsewhere nothing changes', () => {
  const before = AsyncLocalStorage
  shareStorages()
  expect(AsyncLocalStorage === before).toBe(!storagesAreDear)
  expect(new AsyncLocalStorage() instanceof SharedStorage).toBe(storagesAreDear)
})
