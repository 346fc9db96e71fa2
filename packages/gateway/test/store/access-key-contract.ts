import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AccessKeyId, WorkspaceId } from '#gateway/core/ids.js'
import type { NewAccessKey } from '#gateway/core/ports/access-key-store.js'
import type { Store } from '#gateway/core/ports/store.js'
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

  describe(`${name}: a nonce`, () => {
    const nonce = new Uint8Array(16).fill(1)
    const keyOf = async ({ accessKeys, access }: Store): Promise<AccessKeyId> => {
      const key = newAccessKey(await access.ensureWorkspace('shop'))
      return (await accessKeys.add(key)).id
    }

    test('is taken once by each key, whoever asks at the same time', async () => {
      const { store } = await opened()
      const [one, other] = [await keyOf(store), await keyOf(store)]
      const taken = await Promise.all(Array.from({ length: 100 }, () => store.accessKeys.useNonce(one, nonce, noon)))
      expect(taken.filter(Boolean)).toHaveLength(1)
      expect(await store.accessKeys.useNonce(other, nonce, noon)).toBe(true)
      expect(await store.accessKeys.useNonce(one, new Uint8Array(16).fill(2), noon)).toBe(true)
    })

    test('is remembered across a restart, until it expires', async () => {
      const database = await opened()
      const key = await keyOf(database.store)
      expect(await database.store.accessKeys.useNonce(key, nonce, noon)).toBe(true)
      const { store } = await database.reopen()
      onTestFinished(() => store.close())
      expect(await store.accessKeys.useNonce(key, nonce, noon)).toBe(false)
      expect(await nonceSweep(store, noon)).toBe(0)
      expect(await store.accessKeys.useNonce(key, nonce, noon)).toBe(false)
      expect(await nonceSweep(store, new Date(noon.getTime() + 1))).toBe(1)
      expect(await store.accessKeys.useNonce(key, nonce, noon)).toBe(true)
    })

    test('expires with however many others', async () => {
      const { store } = await opened()
      const key = await keyOf(store)
      const each = (n: number) => Uint8Array.from({ length: 16 }, (_none, i) => (n >> (8 * i)) & 255)
      await Promise.all(Array.from({ length: 1200 }, (_none, n) => store.accessKeys.useNonce(key, each(n), noon)))
      expect(await nonceSweep(store, new Date(noon.getTime() + 1))).toBe(1200)
    })
  })
}

/** How many nonces from before then are gone. */
async function nonceSweep(store: Store, before: Date): Promise<number> {
  const never = { before: new Date(0) }
  const events = { ...never, most: 1_000_000, neededSince: new Date(0) }
  const limits = { events, received: never, sent: never, messages: never, nonces: { before } }
  return (await store.expiry.sweep(limits, new AbortController().signal)).nonces
}
