import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AccessKeyId, WorkspaceId } from '#gateway/core/ids.js'
import type { NewAccessKey } from '#gateway/core/ports/access-key-store.js'
import { noon } from './sample.js'
import type { Opened } from './store-contract.js'

export function newAccessKey(workspace: WorkspaceId, more: Partial<NewAccessKey> = {}): NewAccessKey {
  return {
    id: randomUUID() as string as AccessKeyId,
    workspace,
    name: 'Campaigns',
    accessKeyId: `GWAK${randomUUID()}`,
    permissions: ['cams:*'],
    network: 'sandbox',
    secret: 'canary-of-a-secret',
    createdAt: noon,
    ...more,
  }
}

/** What every store promises of the keys that requests are signed with. */
export function accessKeyContract(name: string, open: () => Promise<Opened>): void {
  const opened = async (): Promise<Opened> => {
    const database = await open()
    onTestFinished(() => database.store.close())
    return database
  }

  describe(`${name}: access keys`, () => {
    test('are found with their secret, and listed without it in their workspace', async () => {
      const database = await opened()
      const [mine, theirs] = await Promise.all(
        ['mine', 'theirs'].map((each) => database.store.access.ensureWorkspace(each)),
      )
      if (mine === undefined || theirs === undefined) throw new Error('two workspaces were asked for')
      const { secret, ...key } = newAccessKey(mine)
      const stored = await database.store.accessKeys.add({ ...key, secret })
      expect(stored).toEqual({ ...key, revokedAt: null })
      const { store } = await database.reopen()
      onTestFinished(() => store.close())
      expect(await store.accessKeys.find(key.accessKeyId)).toEqual({ key: stored, secret })
      expect(await store.accessKeys.find('GWAK')).toBeUndefined()
      expect(await store.accessKeys.list(mine)).toEqual([stored])
      expect(await store.accessKeys.list(theirs)).toEqual([])
    })

    test('are revoked once, by their own workspace, and their secret is gone', async () => {
      const { store } = await opened()
      const [mine, theirs] = await Promise.all(['mine', 'theirs'].map((each) => store.access.ensureWorkspace(each)))
      if (mine === undefined || theirs === undefined) throw new Error('two workspaces were asked for')
      const key = newAccessKey(mine)
      await store.accessKeys.add(key)
      expect(await store.accessKeys.revoke(theirs, key.id, noon)).toBe(false)
      expect(await store.accessKeys.revoke(mine, key.id, noon)).toBe(true)
      expect(await store.accessKeys.revoke(mine, key.id, new Date())).toBe(false)
      expect(await store.accessKeys.find(key.accessKeyId)).toMatchObject({ key: { revokedAt: noon }, secret: null })
    })
  })
}
