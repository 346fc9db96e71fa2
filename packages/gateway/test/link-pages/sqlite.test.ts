import { expect, test } from 'vitest'
import { openSqlite } from '../store/sqlite-folder.js'
import { linkPageContract } from './link-page-contract.js'

linkPageContract('sqlite', () => openSqlite())

test('a database from before there were link pages gets them', async () => {
  const opened = await openSqlite()
  const { store, edit } = opened
  const workspace = await store.access.ensureWorkspace('shop')
  await store.close()
  edit((database) => {
    database.exec('drop table link_pages')
    database.exec('alter table workspaces drop column return_origins')
    database.exec('delete from migrations where number >= 3')
  })
  const { store: updated } = await opened.reopen()
  expect(await updated.linkPages.returnOrigins(workspace)).toEqual([])
  await updated.close()
})
