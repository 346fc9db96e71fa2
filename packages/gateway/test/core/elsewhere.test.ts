import { expect, test } from 'vitest'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { account, coreWorld } from './world.js'

test('a number is elsewhere while other workspaces have linked it, and the own one has not', async () => {
  const { gateway, caller, linked, database } = await coreWorld()
  const stranger = { ...caller, workspace: await database.store.access.ensureWorkspace('other') }
  const isElsewhere = (as = caller) => gateway.instances.isElsewhere(as, account.phone)
  expect(await isElsewhere(stranger)).toBe(false)
  await linked()
  expect(await isElsewhere(stranger)).toBe(true)
  expect(await isElsewhere()).toBe(false)
  expect(await isElsewhere({ ...stranger, network: 'sandbox' })).toBe(false)
  expect(await gateway.instances.isElsewhere(stranger, '491700000009' as PhoneNumber)).toBe(false)
})
