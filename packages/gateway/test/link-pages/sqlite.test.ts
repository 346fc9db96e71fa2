import { expect, test } from 'vitest'
import { olderDatabase } from '../store/older-database.js'
import { openSqlite } from '../store/sqlite-folder.js'
import { linkPageContract } from './link-page-contract.js'

linkPageContract('sqlite', () => openSqlite())

test('a database from before there were link pages gets them', async () => {
  const path = await olderDatabase(2, (database) => {
    database.exec(`insert into workspaces (id, name) values ('ws', 'shop')`)
  })
  const { store } = await openSqlite({ path })
  const workspace = await store.access.ensureWorkspace('shop')
  expect(workspace).toBe('ws')
  expect(await store.linkPages.returnOrigins(workspace)).toEqual([])
  await store.close()
})
