import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mediaKey } from '#gateway/core/identifiers.js'
import { noon, ownedInstance } from '../store/sample.js'
import { openSqlite } from '../store/sqlite-folder.js'
import { mediaStoreContract, newFile, photo, received } from './media-store-contract.js'

mediaStoreContract('sqlite', () => openSqlite())

test('neither the id of a file nor its name or handle stands open in the database', async () => {
  const { store, path } = await openSqlite()
  const { ref } = await ownedInstance(store)
  const file = newFile({ name: 'holiday-photo.jpg', handle: 'the-handle-of-it' })
  await store.instances.commit(ref, { at: noon, events: [received(photo(file))] })
  expect(await store.media.find(mediaKey(file.id))).toBeDefined()
  await store.close()
  const written = readFileSync(path, 'latin1')
  for (const secret of [file.id, 'holiday-photo', 'the-handle-of-it']) expect(written).not.toContain(secret)
  expect(written).toContain('message.received')
})

test('a file is found by an index, however many there are', async () => {
  const { store, edit } = await openSqlite()
  await store.close()
  const plan = (query: string): string =>
    edit((database) => JSON.stringify(database.prepare(`explain query plan ${query}`).all()))
  expect(plan(`select * from media join instances on serial = instance where digest = x'00'`)).not.toContain('SCAN')
  expect(plan(`select digest from media where state = 'doomed' limit 5`)).toContain('media_by_state')
  expect(plan(`select digest from media where state = 'coming' and at < 5 limit 5`)).toContain('media_by_state')
  expect(plan(`select digest from media where origin = 'received' and at < 5 limit 5`)).toContain('media_by_age')
  expect(plan(`select * from media where instance = 5 and state = 'absent' order by at desc`)).toContain(
    'media_of_instance',
  )
})
