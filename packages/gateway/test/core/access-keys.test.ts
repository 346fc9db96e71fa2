import { describe, expect, onTestFinished, test } from 'vitest'
import { permits } from '#gateway/core/access/access-key.js'
import { AccessKeysService } from '#gateway/core/access/access-keys-service.js'
import type { Caller } from '#gateway/core/access/access.js'
import { ManualClock } from '../manual-clock.js'
import { openSqlite } from '../store/sqlite-folder.js'
import { rejects } from '../store/store-contract.js'

const permissions = ['links:*', 'links:Create', 'links:Delete']

async function start() {
  const { store } = await openSqlite()
  onTestFinished(() => store.close())
  const keys = new AccessKeysService(store.accessKeys, new ManualClock(), permissions)
  const callerOf = async (name: string, more: Partial<Caller> = {}): Promise<Caller> => ({
    workspace: await store.access.ensureWorkspace(name),
    scopes: ['admin'],
    network: null,
    ...more,
  })
  return { keys, store, callerOf, caller: await callerOf('shop') }
}

describe('an access key', () => {
  test('has an id to tell and a secret that is told once', async () => {
    const { keys, store, caller } = await start()
    const { secret, record } = await keys.create(caller, { permissions: ['links:*', 'links:*'] })
    expect(record).toMatchObject({ name: null, permissions: ['links:*'], network: null, revokedAt: null })
    expect(record.accessKeyId).toMatch(/^GWAK[0-9A-F]{20}$/)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(await keys.list(caller)).toEqual([record])
    expect((await store.accessKeys.find(record.accessKeyId))?.secret).toBe(secret)
  })

  test('is permitted what there is, and something', async () => {
    const { keys, caller } = await start()
    for (const wanted of [[], ['links:Crate'], ['links'], ['*'], ['links:*', 'other:*'], ['LINKS:*']]) {
      const { field } = await rejects(keys.create(caller, { permissions: wanted }), 'bad-request')
      expect(field).toBe('permissions')
    }
  })

  test('is made, seen and revoked by admins of its workspace alone', async () => {
    const { keys, caller, callerOf } = await start()
    const { record } = await keys.create(caller, { permissions: ['links:Create'] })
    const [stranger, writer] = [
      await callerOf('other'),
      await callerOf('shop', { scopes: ['message-links:write', 'message-links:read'] }),
    ]
    expect(await keys.list(stranger)).toEqual([])
    await rejects(keys.revoke(stranger, record.id), 'access-key-not-found')
    await rejects(keys.create(writer, { permissions: ['links:*'] }), 'forbidden')
    await rejects(keys.list(writer), 'forbidden')
    await rejects(keys.revoke(writer, record.id), 'forbidden')
    await keys.revoke(caller, record.id)
    await rejects(keys.revoke(caller, record.id), 'access-key-not-found')
  })

  test('of a test key is of the sandbox, and a test key sees no other', async () => {
    const { keys, caller, callerOf } = await start()
    const tester = await callerOf('shop', { network: 'sandbox' })
    const { record: real } = await keys.create(caller, { permissions: ['links:*'] })
    await rejects(keys.create(tester, { permissions: ['links:*'] }), 'forbidden')
    const { record } = await keys.create(tester, { permissions: ['links:*'], network: 'sandbox' })
    expect(await keys.list(tester)).toEqual([record])
    await rejects(keys.revoke(tester, real.id), 'access-key-not-found')
    expect(await keys.list(caller)).toHaveLength(2)
  })
})

test('a permission covers its own action, and with a star all of its product', () => {
  expect(permits(['links:Create'], 'links:Create')).toBe(true)
  expect(permits(['links:*'], 'links:Create')).toBe(true)
  expect(permits(['links:Create'], 'links:Delete')).toBe(false)
  expect(permits(['other:*'], 'links:Create')).toBe(false)
  expect(permits([], 'links:Create')).toBe(false)
})
