import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { newSubscription, subscriptionContract } from './subscription-contract.js'
import { openSqlite } from '../store/sqlite-folder.js'
import { ownedInstance } from '../store/sample.js'
import { rejects } from '../store/store-contract.js'

subscriptionContract('sqlite', () => openSqlite())

test('neither URLs nor secrets are in the file in clear', async () => {
  const { store, path } = await openSqlite()
  const { instance } = await ownedInstance(store)
  await store.subscriptions.add(newSubscription(instance.workspace))
  await store.close()
  const file = readFileSync(path)
  expect(file.includes(instance.id)).toBe(true)
  for (const secret of ['shop.example', 's3cret', 'whsec_']) expect(file.includes(secret)).toBe(false)
})

test('those that do not open are named, and do not keep the others from being delivered', async () => {
  const first = await openSqlite()
  const { instance } = await ownedInstance(first.store)
  const [lost, good] = [newSubscription(instance.workspace), newSubscription(instance.workspace)]
  for (const one of [lost, good]) await first.store.subscriptions.add(one)
  first.edit((database) => {
    database.prepare('update subscriptions set url = ? where id = ?').run(randomBytes(60), lost.id)
  })
  const { store } = await first.reopen()
  onTestFinished(() => store.close())
  const { records, unreadable } = await store.subscriptions.all()
  expect(records.map(({ subscription }) => subscription.id)).toEqual([good.id])
  expect(unreadable).toEqual([lost.id])
  await rejects(store.subscriptions.record(lost.id), 'storage-error')
})
