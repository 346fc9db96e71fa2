import { randomBytes } from 'node:crypto'
import { copyFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bytes, newMessage, noon, ownedInstance, received, stateEvent, text } from './sample.js'
import { newFolder, openSqlite, type SqliteOpened } from './sqlite-folder.js'
import { rejects, storeContract } from './store-contract.js'

storeContract('sqlite', () => openSqlite())

const opened = async (...args: Parameters<typeof openSqlite>): Promise<SqliteOpened> => {
  const database = await openSqlite(...args)
  onTestFinished(() => database.store.close())
  return database
}

describe('what is written at once', () => {
  test('shares commits', async () => {
    const { store } = await opened()
    const { ref } = await ownedInstance(store)
    const before = store.stats()
    await Promise.all(
      Array.from({ length: 300 }, () => store.instances.commit(ref, { at: noon, events: [stateEvent()] })),
    )
    const after = store.stats()
    expect(after.units - before.units).toBe(300)
    expect(after.commits - before.commits).toBeLessThan(10)
    expect(after.longestCommitMs).toBeGreaterThan(0)
    expect(after.totalCommitMs).toBeGreaterThanOrEqual(after.longestCommitMs)
  })

  test('is refused past 10,000 waiting', async () => {
    const { store } = await opened()
    const waiting = Array.from({ length: 10_000 }, () => store.check())
    await rejects(store.check(), 'storage-error')
    await Promise.all(waiting)
    await store.check()
  })
})

describe('another process that holds the lock', () => {
  test('makes writes fail after the timeout while reads go on', async () => {
    const { store, path, fatal } = await opened({ busyTimeout: 50 })
    const { instance, ref } = await ownedInstance(store)
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    await rejects(store.instances.commit(ref, { at: noon, events: [stateEvent()] }), 'storage-error')
    expect(await store.instances.find(instance.workspace, instance.id)).toEqual(instance)
    other.exec('rollback')
    other.close()
    const { events } = await store.instances.commit(ref, { at: noon, events: [stateEvent()] })
    expect(events[0]?.seq).toBe(2)
    expect(fatal).toEqual([])
  })

  test('is waited for while the event loop turns', async () => {
    const { store, path } = await opened()
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    let written = false
    const check = store.check().then(() => {
      written = true
    })
    for (let turn = 0; turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(written).toBe(false)
    other.exec('rollback')
    other.close()
    await check
  })
})

describe('opening', () => {
  test('makes files that only their owner reads', async () => {
    const { path } = await opened()
    const files = readdirSync(dirname(path))
    expect(files).toContain('gangway.db-wal')
    for (const file of files) expect((statSync(join(dirname(path), file)).mode & 0o777).toString(8)).toBe('600')
  })

  test('refuses what is not a database, and leaves it alone', async () => {
    const path = join(newFolder(), 'gangway.db')
    writeFileSync(path, 'not a database '.repeat(1000))
    const error = await rejects(openSqlite({ path }), 'storage-error')
    expect(error.message).toContain('damaged')
    expect(statSync(path).size).toBe(15_000)
  })

  test('refuses a database that was cut off', async () => {
    const { store, path } = await openSqlite()
    await store.close()
    const whole = statSync(path).size
    for (const size of [whole >> 1, 4096, 100]) {
      const cut = join(newFolder(), 'gangway.db')
      copyFileSync(path, cut)
      truncateSync(cut, size)
      await rejects(openSqlite({ path: cut }), 'storage-error')
    }
  })

  test('refuses a folder that is not there', async () => {
    await rejects(openSqlite({ path: join(newFolder(), 'absent', 'gangway.db') }), 'storage-error')
  })

  test('refuses a database that a newer Gangway wrote', async () => {
    const { store, path, edit } = await openSqlite()
    await store.close()
    edit((database) => {
      database.exec(`insert into migrations values (1000, 'later', 0)`)
    })
    const error = await rejects(openSqlite({ path }), 'storage-error')
    expect(error.message).toContain('version 1000')
  })

  test('finishes a removal that a crash cut short', async () => {
    const { store, path, edit } = await openSqlite()
    const { instance, ref } = await ownedInstance(store)
    await store.instances.commit(ref, { at: noon, events: Array.from({ length: 5000 }, stateEvent) })
    await store.messages.enqueue(newMessage(instance.id))
    await store.close()
    edit((database) => {
      database.exec('insert into removals select serial from instances; delete from instances')
    })
    const again = await opened({ path })
    const left = () =>
      again.edit((database) =>
        ['removals', 'events', 'messages'].map((table) =>
          Number(Object.values(database.prepare(`select count(*) from ${table}`).get() as object)[0]),
        ),
      )
    await expect.poll(left).toEqual([0, 0, 0])
  })
})

describe('sealed values', () => {
  const secrets = async (store: SqliteOpened['store']) => {
    const owned = await ownedInstance(store)
    const { message } = await store.messages.enqueue(newMessage(owned.instance.id))
    await store.credentials.commit(owned.ref, [
      { kind: 'new-identity', bytes: bytes('the identity') },
      { kind: 'key', keyKind: 'session', id: 'a', bytes: bytes('the key a') },
      { kind: 'key', keyKind: 'session', id: 'b', bytes: bytes('the key b') },
      { kind: 'key', keyKind: 'pre-key', id: 'a', bytes: bytes('the pre-key') },
    ])
    return { ...owned, id: owned.instance.id, message }
  }

  test('are nowhere in the file in clear', async () => {
    const { store, path } = await openSqlite()
    await secrets(store)
    await store.close()
    const file = readFileSync(path)
    expect(file.includes('491700000001@s.whatsapp.net')).toBe(true)
    for (const secret of ['the identity', 'the key a', 'ready']) expect(file.includes(secret)).toBe(false)
  })

  test('written with another master key are a storage error, and the store opens', async () => {
    const first = await openSqlite()
    expect(first.store.secretKeyMatches).toBe(true)
    const { instance, id, message } = await secrets(first.store)
    const second = await first.reopen({ secretKey: randomBytes(32) })
    onTestFinished(() => second.store.close())
    expect(second.store.secretKeyMatches).toBe(false)
    await rejects(second.store.credentials.identity(id), 'storage-error')
    await rejects(second.store.credentials.keys(id, 'session', ['a']), 'storage-error')
    await rejects(second.store.messages.find(id, message.id), 'storage-error')
    expect(await second.store.instances.find(instance.workspace, id)).toEqual(instance)
    const [claimed] = await second.store.instances.claimAll()
    expect(claimed?.hasIdentity).toBe(true)
  })

  test('cut off at any byte are a storage error, never absent', async () => {
    const { store, edit } = await opened()
    const { id, message } = await secrets(store)
    const lengths = edit((database) => {
      const rows = ['identities', 'signal_keys', 'messages'].map((table) => {
        const column = table === 'messages' ? 'content' : 'bytes'
        const row: unknown = database.prepare(`select max(length(${column})) as longest from ${table}`).get()
        return (row as { longest: number }).longest
      })
      return Math.max(...rows)
    })
    for (let length = lengths - 1; length >= 0; length--) {
      edit((database) => {
        database.exec(`update identities set bytes = substr(bytes, 1, ${length});
          update signal_keys set bytes = substr(bytes, 1, ${length});
          update messages set content = substr(content, 1, ${length})`)
      })
      const cut = (whole: string) => length < whole.length + 29
      if (cut('the identity')) await rejects(store.credentials.identity(id), 'storage-error')
      if (cut('the key a')) await rejects(store.credentials.keys(id, 'session', ['a']), 'storage-error')
      if (cut(JSON.stringify(message.content))) {
        await rejects(store.messages.find(id, message.id), 'storage-error')
        await rejects(store.messages.queued(id, 10), 'storage-error')
      }
    }
  })

  test('whose row is lost are a storage error as well', async () => {
    const { store, edit } = await opened()
    const { id } = await secrets(store)
    edit((database) => {
      database.exec('delete from identities')
    })
    await rejects(store.credentials.identity(id), 'storage-error')
  })

  test('swapped with another row are a storage error', async () => {
    const { store, edit } = await opened()
    const [one, two] = [await secrets(store), await secrets(store)]
    edit((database) => {
      const read = (instance: number, kind: string, id: string) =>
        (
          database
            .prepare('select bytes from signal_keys where instance = ? and kind = ? and id = ?')
            .get(instance, kind, id) as { bytes: Uint8Array }
        ).bytes
      const write = (instance: number, kind: string, id: string, value: Uint8Array) =>
        database
          .prepare('update signal_keys set bytes = ? where instance = ? and kind = ? and id = ?')
          .run(value, instance, kind, id)
      const { serial } = one.instance
      const [a, b, pre] = [read(serial, 'session', 'a'), read(serial, 'session', 'b'), read(serial, 'pre-key', 'a')]
      write(two.instance.serial, 'session', 'a', a)
      write(serial, 'session', 'a', b)
      write(serial, 'session', 'b', pre)
      write(serial, 'pre-key', 'a', a)
      const [first, second] = database.prepare('select bytes from identities order by instance').all() as {
        bytes: Uint8Array
      }[]
      const identity = database.prepare('update identities set bytes = ? where instance = ?')
      identity.run(first?.bytes, two.instance.serial)
      identity.run(second?.bytes, serial)
    })
    for (const id of [one.id, two.id]) await rejects(store.credentials.identity(id), 'storage-error')
    await rejects(store.credentials.keys(two.id, 'session', ['a']), 'storage-error')
    for (const id of ['a', 'b']) await rejects(store.credentials.keys(one.id, 'session', [id]), 'storage-error')
    await rejects(store.credentials.keys(one.id, 'pre-key', ['a']), 'storage-error')
    expect(text((await store.credentials.keys(two.id, 'session', ['b'])).get('b'))).toBe('the key b')
  })

  test('of a retired identity are kept, its keys are not', async () => {
    const { store, edit } = await opened()
    const { ref, id } = await secrets(store)
    await store.credentials.commit(ref, [{ kind: 'retire' }])
    const [identity, keys] = edit((database): unknown[] => [
      database.prepare('select generation, retired_at > 0 as retired, length(bytes) as length from identities').get(),
      database.prepare('select * from signal_keys').all(),
    ])
    expect(identity).toEqual({ generation: 1, retired: 1, length: 'the identity'.length + 29 })
    expect(keys).toEqual([])
    // Not even a row put back by hand is used again.
    edit((database) => {
      database.exec('update identities set retired_at = null')
    })
    expect(await store.credentials.identity(id)).toBeUndefined()
  })
})

test('what an instance had is out of its file once it is removed', async () => {
  const { store, edit } = await opened()
  const { instance, ref } = await ownedInstance(store)
  await store.credentials.commit(ref, [
    { kind: 'new-identity', bytes: bytes('me') },
    { kind: 'key', keyKind: 'session', id: 'a', bytes: bytes('k') },
  ])
  await store.instances.commit(ref, { at: noon, events: Array.from({ length: 4500 }, stateEvent) })
  await store.instances.commit(ref, { at: noon, events: [received('M1', { chat: '491700000002@s.whatsapp.net' })] })
  const message = newMessage(instance.id)
  await store.messages.enqueue(message)
  const receipt = { id: message.id, status: 'read', failure: null, participant: '5002@lid' } as const
  await store.instances.commit(ref, { at: noon, statuses: [receipt] })
  await store.instances.remove(instance.workspace, instance.id)
  const left = edit((database) => {
    const tables = database.prepare(`select name from sqlite_schema where type = 'table'`).all() as { name: string }[]
    const kept = ['meta', 'counters', 'workspaces', 'migrations']
    return tables.flatMap(({ name }) => {
      const { rows } = database.prepare(`select count(*) as rows from ${name}`).get() as { rows: number }
      return rows > 0 && !kept.includes(name) ? [name] : []
    })
  })
  expect(left).toEqual([])
})
