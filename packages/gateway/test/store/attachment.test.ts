import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import type { InstanceRef } from '#gateway/core/instances/instance.js'
import type { CredentialChange, Credentials } from '#gateway/core/ports/credentials.js'
import type { SqliteStore } from '#gateway/store/sqlite/open.js'
import { bytes, noon, ownedInstance, text } from './sample.js'
import { openSqlite } from './sqlite-folder.js'
import { rejects } from './store-contract.js'

const key = (id: string, value: string): CredentialChange => ({
  kind: 'key',
  keyKind: 'session',
  id,
  bytes: bytes(value),
})

test('credentials work from another thread, beside those of the store', async () => {
  const { store } = await openSqlite()
  const { instance, ref } = await ownedInstance(store)
  const thread = startThread(store)
  await thread.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }, key('a', '1')])
  expect(text(await store.credentials.identity(instance.id))).toBe('me')
  await store.credentials.commit(ref, [key('b', '2')])
  const keys = await thread.keys(instance.id, 'session', ['a', 'b', 'c'])
  expect([...keys].map(([id, value]) => [id, text(value)])).toEqual([
    ['a', '1'],
    ['b', '2'],
  ])
  await store.instances.claimAll()
  expect(await thread.call('commit', ref, [key('a', '3')])).toMatchObject({ error: { code: 'stale-owner' } })
  await thread.call('close')
  await store.check()
  await store.close()
})

test('two threads that begin generations at once never mix them up', async () => {
  const { store } = await openSqlite()
  const { instance, ref } = await ownedInstance(store)
  const thread = startThread(store)
  const begin = (name: string): CredentialChange[] => [{ kind: 'new-identity', bytes: bytes(name) }, key('of', name)]
  for (let round = 0; round < 20; round++) {
    await Promise.all([
      thread.commit(ref, begin(`theirs ${round}`)),
      store.credentials.commit(ref, begin(`ours ${round}`)),
    ])
    const identity = text(await store.credentials.identity(instance.id))
    const keys = await thread.keys(instance.id, 'session', ['of'])
    expect(text(keys.get('of'))).toBe(identity)
  }
  await thread.call('close')
  await store.close()
})

test('when the writer dies, everything that waits is refused and the process is told once', async () => {
  const { store, fatal } = await openSqlite()
  const { instance, ref } = await ownedInstance(store)
  const thread = startThread(store)
  await thread.commit(ref, [{ kind: 'new-identity', bytes: bytes('me') }])
  const waiting = Array.from({ length: 50 }, () => store.instances.commit(ref, { at: noon }))
  // No client of ours posts such a thing; the writer has no answer to it but to end.
  store.attach().port.postMessage(5)
  const outcomes = await Promise.allSettled(waiting)
  await expect.poll(() => fatal.length).toBe(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ code: 'storage-error', effect: 'unknown' })
  }
  await rejects(store.check(), 'storage-error')
  expect(await thread.call('commit', ref, [key('a', '1')])).toMatchObject({ error: { code: 'storage-error' } })
  expect(text(await store.credentials.identity(instance.id))).toBe('me')
  await thread.call('close')
  await store.close()
  expect(fatal).toHaveLength(1)
})

function startThread(store: SqliteStore) {
  const attachment = store.attach()
  const worker = new Worker(new URL('./attached-thread.mjs', import.meta.url), {
    workerData: attachment,
    transferList: [attachment.port],
  })
  onTestFinished(async () => {
    await worker.terminate()
  })
  let calls = 0
  const call = async (method: keyof Credentials | 'close', ...args: unknown[]): Promise<unknown> => {
    const id = calls++
    worker.postMessage({ id, method, args })
    for (;;) {
      const [answer] = (await once(worker, 'message')) as [{ id: number }]
      if (answer.id === id) return answer
    }
  }
  const value = async (method: keyof Credentials, ...args: unknown[]): Promise<unknown> => {
    const answer = (await call(method, ...args)) as { value?: unknown; error?: unknown }
    expect(answer.error).toBeUndefined()
    return answer.value
  }
  return {
    call,
    commit: (ref: InstanceRef, changes: readonly CredentialChange[]) => value('commit', ref, changes),
    keys: (...args: Parameters<Credentials['keys']>) => value('keys', ...args) as ReturnType<Credentials['keys']>,
  }
}
