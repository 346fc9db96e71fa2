import { expect, test } from 'vitest'
import type { WorkspaceId } from '#gateway/core/ids.js'
import { olderDatabase } from '../store/older-database.js'
import { noon } from '../store/sample.js'
import { openSqlite } from '../store/sqlite-folder.js'
import { messageLinkContract } from './message-link-contract.js'
import { newLink, phone } from './sample.js'

messageLinkContract('sqlite', () => openSqlite())

test('a database from before there were message links gets them', async () => {
  const path = await olderDatabase(6, (database) => {
    database.exec(`insert into workspaces (id, name) values ('ws', 'shop')`)
  })
  const { store } = await openSqlite({ path })
  const workspace = 'ws' as WorkspaceId
  expect(await store.messageLinks.add([newLink(workspace)])).toHaveLength(1)
  expect(await store.messageLinks.settings(workspace)).toEqual({})
  await store.close()
})

test('neither a token nor a salt stands open in the file', async () => {
  const { store, edit } = await openSqlite()
  const workspace = await store.access.ensureWorkspace('shop')
  const number = { phone, phoneNumberId: '1', token: 'a token of somebody', attachedAt: noon }
  await store.messageLinks.putNumber(workspace, number)
  await store.messageLinks.saltOf(noon, Buffer.from('a salt of the day'))
  await store.close()
  const query = 'select token as bytes from meta_numbers union all select salt from message_link_salts'
  const kept = edit((database) => database.prepare(query).all() as { bytes: Uint8Array }[])
  expect(kept).toHaveLength(2)
  for (const { bytes } of kept) expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/token|salt/)
})

test('what a day could tell beside its count is deleted when the next one begins', async () => {
  const { store, edit } = await openSqlite()
  const workspace = await store.access.ensureWorkspace('shop')
  const [link] = (await store.messageLinks.add([newLink(workspace)])) ?? []
  const day = new Date('2026-03-01T00:00:00Z')
  const visitors = [{ link: link?.number ?? 0, day, digests: [1, 2] }]
  await store.messageLinks.recordScans({ scans: [], visitors })
  await store.messageLinks.saltOf(new Date('2026-03-02T00:00:00Z'), new Uint8Array(16))
  await store.close()
  const rows = edit((database) => database.prepare('select visitors, sketch from message_link_days').all() as unknown[])
  expect(rows).toEqual([{ visitors: expect.any(Number) as number, sketch: null }])
})
