import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { accessKeyContract, newAccessKey } from './access-key-contract.js'
import { openSqlite } from './sqlite-folder.js'
import { rejects } from './store-contract.js'

accessKeyContract('sqlite', openSqlite)

test('a secret is sealed where it is stored, and opens for its own key only', async () => {
  const { store, path, edit } = await openSqlite()
  onTestFinished(() => store.close())
  const workspace = await store.access.ensureWorkspace('shop')
  const [one, other] = [newAccessKey(workspace), newAccessKey(workspace, { secret: 'another-secret' })]
  await store.accessKeys.add(one)
  await store.accessKeys.add(other)
  for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes(one.secret)).toBe(false)
  edit((database) => {
    database
      .prepare('update access_keys set secret = (select secret from access_keys where id = ?) where id = ?')
      .run(one.id, other.id)
  })
  await rejects(store.accessKeys.find(other.accessKeyId), 'storage-error')
})
