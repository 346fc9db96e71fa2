import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LinkCode, MessageLinkId, PhoneNumber, WorkspaceId } from '#gateway/core/ids.js'
import { readLinkCode } from '#gateway/core/message-links/link-code.js'
import type { MessageLinkRecord } from '#gateway/core/message-links/message-link.js'
import type { NewMessageLinkRecord } from '#gateway/core/ports/message-link-store.js'
import type { Store } from '#gateway/core/ports/store.js'
import { bytes, noon } from '../store/sample.js'
import { rejects, type Opened } from '../store/store-contract.js'
import { newImport, newLink, phone } from './sample.js'

const hour = 3_600_000
const day = 24 * hour
const after = (milliseconds: number): Date => new Date(noon.getTime() + milliseconds)
const midnight = after(-12 * hour)
const stranger = 'somebody' as WorkspaceId

/** As it reads once it is stored. */
function stored({ logo, textKey: _, ...link }: NewMessageLinkRecord, number: number): MessageLinkRecord {
  const figures = { scans: 0, conversations: 0 }
  return { ...link, number, hasLogo: logo !== null, version: 1, updatedAt: link.createdAt, ...figures }
}

async function addOne(store: Store, link: NewMessageLinkRecord): Promise<MessageLinkRecord> {
  const [added] = (await store.messageLinks.add([link])) ?? []
  if (!added) throw new Error('the link was not added')
  return added
}

/** What every store promises of message links, whatever database is behind it. */
export function messageLinkContract(name: string, open: () => Promise<Opened>): void {
  const opened = async (): Promise<Opened & { workspace: WorkspaceId }> => {
    const database = await open()
    onTestFinished(() => database.store.close())
    return {
      store: database.store,
      reopen: () => database.reopen(),
      workspace: await database.store.access.ensureWorkspace('shop'),
    }
  }

  describe(`${name}: message links`, () => {
    test('read as they were made, by their workspace and by their code, also after a restart', async () => {
      const database = await opened()
      const { store, workspace } = database
      const plain = newLink(workspace)
      const rich = newLink(workspace, {
        text: 'Grüße, 你好 👩‍👩‍👧‍👦\nالسلام عليكم',
        imageType: 'SVG',
        name: 'Window',
        tags: ['spring', 'window'],
        enabled: false,
        expiresAt: after(day),
        fallback: { title: 'Closed', text: 'Until Monday' },
        reference: 'code',
        logo: bytes('a picture'),
      })
      const added = await store.messageLinks.add([plain, rich])
      expect(added).toEqual([stored(plain, 1), stored(rich, 2)])
      const again = (await database.reopen()).store.messageLinks
      expect(await again.find(workspace, rich.id)).toEqual(stored(rich, 2))
      expect(await again.byCode(rich.code)).toEqual(stored(rich, 2))
      expect(await again.logo(rich.id)).toEqual(bytes('a picture'))
      expect(await again.logo(plain.id)).toBeUndefined()
      expect(await again.find(stranger, rich.id)).toBeUndefined()
      expect(await again.byCode('AAAAAAAAAAAAA1' as LinkCode)).toBeUndefined()
    })

    test('are made all or none, and a code or mark that is taken is told apart from a refusal', async () => {
      const { store, workspace } = await opened()
      const first = await addOne(store, newLink(workspace))
      const free = newLink(workspace)
      expect(await store.messageLinks.add([free, newLink(workspace, { code: first.code })])).toBeUndefined()
      expect(await store.messageLinks.add([free, newLink(workspace, { mark: first.mark })])).toBeUndefined()
      expect(await store.messageLinks.find(workspace, free.id)).toBeUndefined()
      const elsewhere = newLink(workspace, { mark: first.mark, phone: '4915100000000' as PhoneNumber })
      expect(await store.messageLinks.add([elsewhere])).toHaveLength(1)
    })

    test('are at most 2,000 to a number, in each workspace and network', async () => {
      const { store, workspace } = await opened()
      const many = (count: number) => Array.from({ length: count }, () => newLink(workspace))
      await store.messageLinks.add(many(1999))
      await rejects(store.messageLinks.add(many(2)), 'message-links-full')
      expect(await store.messageLinks.list(workspace, { limit: 5000 })).toHaveLength(1999)
      await store.messageLinks.add(many(1))
      await rejects(store.messageLinks.add(many(1)), 'message-links-full')
      expect(await store.messageLinks.add([newLink(workspace, { network: 'whatsapp' })])).toHaveLength(1)
      expect(await store.messageLinks.add([newLink(await store.access.ensureWorkspace('bar'))])).toHaveLength(1)
      const [one] = await store.messageLinks.list(workspace, { network: 'sandbox', limit: 1 })
      await store.messageLinks.remove(workspace, one?.id ?? ('' as MessageLinkId))
      expect(await store.messageLinks.add(many(1))).toHaveLength(1)
    })

    test('are listed the newest first, a page at a time in both directions', async () => {
      const { store, workspace } = await opened()
      await store.messageLinks.add(Array.from({ length: 7 }, () => newLink(workspace)))
      const numbers = async (query: { after?: number; before?: number }) =>
        (await store.messageLinks.list(workspace, { ...query, limit: 3 })).map(({ number }) => number)
      expect(await numbers({})).toEqual([7, 6, 5])
      expect(await numbers({ after: 5 })).toEqual([4, 3, 2])
      expect(await numbers({ after: 2 })).toEqual([1])
      expect(await numbers({ before: 2 })).toEqual([5, 4, 3])
      expect(await numbers({ before: 7 })).toEqual([])
    })

    test('are found by what they have in common', async () => {
      const { store, workspace } = await opened()
      const other = '4915100000000' as PhoneNumber
      await store.messageLinks.add([
        newLink(workspace, { tags: ['spring'], name: 'Window 100%' }),
        newLink(workspace, { tags: ['spring_sale', 'a"b'], enabled: false, text: 'Приветствую' }),
        newLink(workspace, { phone: other, network: 'whatsapp' }),
      ])
      const numbers = async (query: object) =>
        (await store.messageLinks.list(workspace, { ...query, limit: 10 })).map(({ number }) => number)
      expect(await numbers({ tag: 'spring' })).toEqual([1])
      expect(await numbers({ tag: 'a"b' })).toEqual([2])
      expect(await numbers({ tag: 'sprin_' })).toEqual([])
      expect(await numbers({ enabled: false })).toEqual([2])
      expect(await numbers({ phones: [other] })).toEqual([3])
      expect(await numbers({ phones: [] })).toEqual([])
      expect(await numbers({ network: 'sandbox' })).toEqual([2, 1])
      expect(await numbers({ search: 'WINDOW 1' })).toEqual([1])
      expect(await numbers({ search: '%' })).toEqual([1])
      expect(await numbers({ search: 'вет' })).toEqual([2])
      expect(await store.messageLinks.list(stranger, { limit: 10 })).toEqual([])
    })

    test('change in place, each time to a new version, and only for their workspace', async () => {
      const { store, workspace } = await opened()
      const link = newLink(workspace, { logo: bytes('a picture') })
      const before = await addOne(store, link)
      expect(await store.messageLinks.change(stranger, link.id, { at: noon, enabled: false })).toBeUndefined()
      const changes = { text: 'Bye', name: 'Door', tags: ['x'], enabled: false, expiresAt: after(day) }
      const changed = await store.messageLinks.change(workspace, link.id, { ...changes, at: after(1) })
      expect(changed).toEqual({ ...before, ...changes, version: 2, updatedAt: after(1) })
      const bare = await store.messageLinks.change(workspace, link.id, { logo: null, expiresAt: null, at: after(2) })
      expect(bare).toMatchObject({ hasLogo: false, expiresAt: null, version: 3, code: link.code, text: 'Bye' })
    })

    test('take another code, but none that is in use', async () => {
      const { store, workspace } = await opened()
      const [one, other] = [await addOne(store, newLink(workspace)), await addOne(store, newLink(workspace))]
      await rejects(store.messageLinks.change(workspace, one.id, { code: other.code, at: noon }), 'number-taken')
      const code = 'BBBBBBBBBBBBB1' as LinkCode
      await store.messageLinks.change(workspace, one.id, { code, at: noon })
      expect(await store.messageLinks.byCode(one.code)).toBeUndefined()
      expect((await store.messageLinks.byCode(code))?.id).toBe(one.id)
    })

    test('are gone with everything that was counted, for their workspace alone', async () => {
      const { store, workspace } = await opened()
      const link = await addOne(store, newLink(workspace))
      await store.messageLinks.recordScans({ scans: [{ link: link.number, hour: noon, count: 1 }], visitors: [] })
      expect(await store.messageLinks.remove(stranger, link.id)).toBe(false)
      expect(await store.messageLinks.remove(workspace, link.id)).toBe(true)
      expect(await store.messageLinks.remove(workspace, link.id)).toBe(false)
      expect(await store.messageLinks.byCode(link.code)).toBeUndefined()
      const span = { from: midnight, to: after(day), by: 'hour' } as const
      expect(await store.messageLinks.counts(link.id, span)).toEqual([])
      expect((await addOne(store, newLink(workspace))).number).toBe(2)
    })

    test('are counted by hour and day, and what is counted of a link that is gone disturbs nobody', async () => {
      const { store, workspace } = await opened()
      const link = await addOne(store, newLink(workspace))
      const at = (hours: number, count: number) => ({ link: link.number, hour: after(hours * hour), count })
      await store.messageLinks.recordScans({ scans: [at(0, 2), at(1, 1), { ...at(0, 9), link: 99 }], visitors: [] })
      const visitors = [
        { link: link.number, day: midnight, digests: [1, 0x10000000, 1] },
        { link: 99, day: midnight, digests: [1] },
      ]
      await store.messageLinks.recordScans({ scans: [at(0, 3), at(24, 1)], visitors })
      await store.messageLinks.recordScans({
        scans: [],
        visitors: [{ link: link.number, day: midnight, digests: [1, 0x20000000] }],
      })
      expect((await store.messageLinks.find(workspace, link.id))?.scans).toBe(7)
      const span = { from: midnight, to: after(2 * day) }
      const none = { conversations: 0, visitors: null }
      expect(await store.messageLinks.counts(link.id, { ...span, by: 'hour' })).toEqual([
        { at: noon, scans: 5, ...none },
        { at: after(hour), scans: 1, ...none },
        { at: after(day), scans: 1, ...none },
      ])
      expect(await store.messageLinks.counts(link.id, { ...span, by: 'day' })).toEqual([
        { at: midnight, scans: 6, conversations: 0, visitors: 3 },
        { at: after(12 * hour), scans: 1, conversations: 0, visitors: 0 },
      ])
      const part = { from: after(hour), to: after(day), by: 'hour' } as const
      expect(await store.messageLinks.counts(link.id, part)).toEqual([{ at: after(hour), scans: 1, ...none }])
    })

    test('a day has one salt, which a restart keeps and the next day forgets', async () => {
      const database = await opened()
      const { store } = database
      const first = await store.messageLinks.saltOf(midnight, bytes('first'))
      expect(first).toEqual(bytes('first'))
      const again = (await database.reopen()).store.messageLinks
      expect(await again.saltOf(midnight, bytes('second'))).toEqual(bytes('first'))
      await again.saltOf(after(12 * hour), bytes('third'))
      expect(await again.saltOf(midnight, bytes('fourth'))).toEqual(bytes('fourth'))
    })

    test('settings are those of the workspace', async () => {
      const { store, workspace } = await opened()
      expect(await store.messageLinks.settings(workspace)).toEqual({})
      const settings = { rotateOnUpdate: true, reference: 'code' } as const
      await store.messageLinks.setSettings(workspace, settings)
      expect(await store.messageLinks.settings(workspace)).toEqual(settings)
      expect(await store.messageLinks.settings(await store.access.ensureWorkspace('bar'))).toEqual({})
    })
  })

  describe(`${name}: imports of message links`, () => {
    test('go on after a restart where they were', async () => {
      const database = await opened()
      const { store, workspace } = database
      const expiresAt = after(day)
      const rows = [2, 3, 4].map((row) => ({ row, wish: { phone, text: `Row ${row}`, expiresAt } }))
      const job = newImport(workspace, { rows })
      const begun = { id: job.id, state: 'running', total: 3, made: 0, failures: [], createdAt: noon }
      expect(await store.messageLinks.addImport(job)).toEqual(begun)
      const link = newLink(workspace)
      const failures = [{ row: 3, why: 'no' }]
      const half = await store.messageLinks.advanceImport(job.id, { links: [link], failures, rows: 2 })
      expect(half).toEqual({ ...begun, made: 1, failures })
      const again = (await database.reopen()).store.messageLinks
      expect(await again.openImports()).toEqual([
        { job: half, workspace, network: 'sandbox', rows: [{ row: 4, wish: { phone, text: 'Row 4', expiresAt } }] },
      ])
      const done = { ...half, state: 'done', made: 2 }
      const step = { links: [newLink(workspace)], failures: [], rows: 1 }
      expect(await again.advanceImport(job.id, step)).toEqual(done)
      expect(await again.openImports()).toEqual([])
      expect(await again.findImport(workspace, job.id, 'sandbox')).toEqual(done)
      expect(await again.findImport(workspace, job.id, 'whatsapp')).toBeUndefined()
      expect(await again.findImport(stranger, job.id, null)).toBeUndefined()
    })

    test('a step with a code that is taken changes nothing', async () => {
      const { store, workspace } = await opened()
      const { code } = await addOne(store, newLink(workspace))
      const job = newImport(workspace)
      await store.messageLinks.addImport(job)
      const step = { links: [newLink(workspace), newLink(workspace, { code })], failures: [], rows: 1 }
      expect(await store.messageLinks.advanceImport(job.id, step)).toBeUndefined()
      expect(await store.messageLinks.findImport(workspace, job.id, null)).toMatchObject({ state: 'running', made: 0 })
      expect(await store.messageLinks.list(workspace, { limit: 9 })).toHaveLength(1)
    })

    test('at most five are under way in a workspace', async () => {
      const { store, workspace } = await opened()
      for (let i = 0; i < 5; i++) await store.messageLinks.addImport(newImport(workspace))
      await rejects(store.messageLinks.addImport(newImport(workspace)), 'rate-limited')
      await store.messageLinks.addImport(newImport(await store.access.ensureWorkspace('bar')))
    })
  })

  describe(`${name}: numbers at Meta`, () => {
    test('belong to their workspace, one of each number, and keep their token', async () => {
      const database = await opened()
      const { store, workspace } = database
      const number = { phone, phoneNumberId: '106540352242922', token: `EAA${randomUUID()}`, attachedAt: noon }
      const { token, ...shown } = number
      expect(await store.messageLinks.putNumber(workspace, { ...number, phoneNumberId: '1' })).toMatchObject({ phone })
      expect(await store.messageLinks.putNumber(workspace, number)).toEqual(shown)
      const again = (await database.reopen()).store.messageLinks
      expect(await again.numbers(workspace)).toEqual([shown])
      expect(await again.number(workspace, phone)).toEqual({ ...shown, token })
      expect(await again.number(stranger, phone)).toBeUndefined()
      expect(await again.removeNumber(stranger, phone)).toBe(false)
      expect(await again.removeNumber(workspace, phone)).toBe(true)
      expect(await again.numbers(workspace)).toEqual([])
    })
  })

  test(`${name}: codes of the sample are codes`, () => {
    expect(readLinkCode(newLink(stranger).code)).toBeDefined()
  })
}
