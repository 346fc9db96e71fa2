import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AttemptId, LinkPageId, WorkspaceId } from '#gateway/core/ids.js'
import type { InstanceRef } from '#gateway/core/instances/instance.js'
import type { NewLinkPage, Store } from '#gateway/core/ports/store.js'
import { noon, ownedInstance } from '../store/sample.js'
import { rejects, type Opened } from '../store/store-contract.js'

const hour = 3_600_000
const day = 24 * hour
const none = { usedAt: null, usedBy: null, revokedAt: null }

function newPage(instance: InstanceRef, more: Partial<NewLinkPage> = {}): NewLinkPage {
  return {
    id: randomUUID() as string as LinkPageId,
    instance: instance.id,
    tokenHash: randomBytes(32),
    createdAt: noon,
    expiresAt: new Date(noon.getTime() + hour),
    returnUrl: null,
    brand: null,
    locale: null,
    ...more,
  }
}

async function link(store: Store, ref: InstanceRef, attempt: string, at = noon): Promise<void> {
  const data = { attempt, step: 'linked', error: null } as const
  await store.instances.commit(ref, { at, events: [{ kind: 'link.step', data }] })
}

/** What every store promises of link pages, whatever database is behind it. */
export function linkPageContract(name: string, open: () => Promise<Opened>): void {
  const opened = async (): Promise<Opened> => {
    const database = await open()
    onTestFinished(() => database.store.close())
    return database
  }

  describe(`${name}: link pages`, () => {
    test('are found by the digest of their token, with everything they were made with', async () => {
      const database = await opened()
      const { store } = database
      const { ref, instance } = await ownedInstance(store)
      const more = { returnUrl: 'https://shop.example/a', brand: { name: 'Toko' }, locale: 'id' } as const
      const { tokenHash, ...page } = newPage(ref, more)
      expect(await store.linkPages.add({ ...page, tokenHash })).toEqual({ ...page, ...none })
      const again = await database.reopen()
      const found = await again.store.linkPages.byToken(tokenHash)
      expect(found).toEqual({ page: { ...page, ...none }, workspace: instance.workspace })
      expect(await again.store.linkPages.byToken(randomBytes(32))).toBeUndefined()
    })

    test('are listed per instance, the newest first', async () => {
      const { store } = await opened()
      const [{ ref: one }, { ref: other }] = [await ownedInstance(store), await ownedInstance(store)]
      const [older, newer] = [newPage(one), newPage(one, { createdAt: new Date(noon.getTime() + 1) })]
      for (const page of [older, newer, newPage(other)]) await store.linkPages.add(page)
      expect((await store.linkPages.list(one.id)).map(({ id }) => id)).toEqual([newer.id, older.id])
    })

    test('are revoked by their own instance only, and the first time stays', async () => {
      const { store } = await opened()
      const [{ ref: one }, { ref: other }] = [await ownedInstance(store), await ownedInstance(store)]
      const { id } = await store.linkPages.add(newPage(one))
      expect(await store.linkPages.revoke(other.id, id, noon)).toBe(false)
      expect(await store.linkPages.revoke(one.id, id, noon)).toBe(true)
      expect(await store.linkPages.revoke(one.id, id, new Date())).toBe(true)
      expect(await store.linkPages.list(one.id)).toMatchObject([{ revokedAt: noon }])
    })

    test('are used up by the commit that links their instance, and by nothing else', async () => {
      const { store } = await opened()
      const [{ ref: one }, { ref: other }] = [await ownedInstance(store), await ownedInstance(store)]
      const [page, beside] = [newPage(one), newPage(one)]
      for (const each of [page, beside, newPage(other)]) await store.linkPages.add(each)
      const step = { kind: 'link.step', data: { attempt: 'a', step: 'failed', error: 'link-expired' } } as const
      await store.instances.commit(one, { at: noon, events: [step] })
      expect(await store.linkPages.list(one.id)).toMatchObject([none, none])
      await link(store, one, 'attempt-1')
      const used = { usedAt: noon, usedBy: 'attempt-1' as AttemptId }
      expect(await store.linkPages.list(one.id)).toMatchObject([used, used])
      expect(await store.linkPages.list(other.id)).toMatchObject([none])
      const later = await store.linkPages.add(newPage(one, { createdAt: new Date(noon.getTime() + 1) }))
      await link(store, one, 'attempt-2', new Date(noon.getTime() + 2))
      const pages = await store.linkPages.list(one.id)
      expect(pages.find(({ id }) => id === later.id)).toMatchObject({ usedBy: 'attempt-2' })
      expect(pages.find(({ id }) => id === page.id)).toMatchObject(used)
    })

    test('a commit of an earlier owner uses up nothing', async () => {
      const { store } = await opened()
      const { ref } = await ownedInstance(store)
      await store.linkPages.add(newPage(ref))
      await store.instances.claimAll()
      await rejects(link(store, ref, 'attempt-1'), 'stale-owner')
      expect(await store.linkPages.list(ref.id)).toMatchObject([none])
    })

    test('are limited to a hundred that can be used, and forgotten a month after they expired', async () => {
      const { store } = await opened()
      const { ref } = await ownedInstance(store)
      const pages = Array.from({ length: 100 }, () => newPage(ref))
      await Promise.all(pages.map((page) => store.linkPages.add(page)))
      await rejects(store.linkPages.add(newPage(ref)), 'rate-limited')
      await store.linkPages.revoke(ref.id, pages[0]?.id ?? ('' as LinkPageId), noon)
      await store.linkPages.add(newPage(ref))
      const later = new Date(noon.getTime() + 31 * day)
      await store.linkPages.add(newPage(ref, { createdAt: later, expiresAt: new Date(later.getTime() + hour) }))
      expect(await store.linkPages.list(ref.id)).toHaveLength(1)
    })

    test('are gone with their instance', async () => {
      const { store } = await opened()
      const { ref, instance } = await ownedInstance(store)
      const page = newPage(ref)
      await store.linkPages.add(page)
      await store.instances.remove(instance.workspace, ref.id)
      expect(await store.linkPages.byToken(page.tokenHash)).toBeUndefined()
      await rejects(store.linkPages.add(newPage(ref)), 'instance-not-found')
    })

    test('each workspace has its own origins to return to', async () => {
      const database = await opened()
      const { store } = database
      const [mine, theirs] = await Promise.all(['mine', 'theirs'].map((each) => store.access.ensureWorkspace(each)))
      if (mine === undefined || theirs === undefined) throw new Error('two workspaces were asked for')
      expect(await store.linkPages.returnOrigins(mine)).toEqual([])
      await store.linkPages.setReturnOrigins(mine, ['https://a.example', 'https://b.example'])
      await store.linkPages.setReturnOrigins(mine, ['https://b.example'])
      const again = await database.reopen()
      expect(await again.store.linkPages.returnOrigins(mine)).toEqual(['https://b.example'])
      expect(await again.store.linkPages.returnOrigins(theirs)).toEqual([])
      expect(await again.store.linkPages.returnOrigins('nobody' as WorkspaceId)).toEqual([])
    })
  })
}
