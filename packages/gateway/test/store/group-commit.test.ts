import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openWriter, requireDurable } from '#gateway/store/sqlite/connection.js'
import { Gauges } from '#gateway/store/sqlite/gauges.js'
import { GroupCommit } from '#gateway/store/sqlite/group-commit.js'
import type { Answer, Unit, WireError } from '#gateway/store/sqlite/protocol.js'
import { newFolder } from './sqlite-folder.js'

const refusedWith = (error: object) =>
  expect.objectContaining({ ok: false, error: expect.objectContaining(error) as unknown }) as unknown
const refused = (code: string) => refusedWith({ code })

test('a group is one transaction, and a unit that fails rolls back alone', async () => {
  const { submit, insert, gauges, rows } = writer()
  const answers = await submit([insert('a'), insert('b', 'throw after it'), insert('c')])
  expect(answers).toEqual([{ id: 0, ok: true, value: 'a' }, refused('storage-error'), { id: 2, ok: true, value: 'c' }])
  expect(rows()).toEqual(['a', 'c'])
  expect(gauges.read()).toMatchObject({ commits: 1, units: 3 })
})

test('what arrives in one turn shares groups of bounded size', async () => {
  const { submit, insert, gauges, rows } = writer()
  await Promise.all(Array.from({ length: 1200 }, (_, at) => submit([insert(`row ${at}`)])))
  expect(rows()).toHaveLength(1200)
  expect(gauges.read()).toMatchObject({ commits: 3, units: 1200 })
  await submit([{ ...insert('big'), rows: 8000 }, { ...insert('big too'), rows: 8000 }, insert('small')])
  expect(gauges.read().commits).toBe(5)
})

test('nobody is answered before the commit', async () => {
  const { submit, insert, rows } = writer()
  await submit([insert('a')], () => {
    expect(rows()).toEqual(['a'])
  })
})

test('on a full disk the whole group is refused, and the next one is written once there is space', async () => {
  const { database, submit, insert, rows, fatal } = writer()
  await submit([insert('before')])
  const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number }
  database.exec(`pragma max_page_count = ${pages + 1}`)
  const large = 'x'.repeat(100_000)
  expect(await submit([insert('a'), insert(large), insert('c')])).toEqual([
    refused('storage-full'),
    refused('storage-full'),
    refused('storage-full'),
  ])
  expect(rows()).toEqual(['before'])
  database.exec('pragma max_page_count = 100000')
  expect(await submit([insert(large), insert('c')])).toMatchObject([{ ok: true }, { ok: true }])
  expect(rows()).toEqual(['before', large, 'c'])
  expect(fatal).toEqual([])
})

test('another process that holds the lock is waited for, then the group is refused', async () => {
  const { database, path, submit, insert, rows, fatal } = writer()
  database.exec('pragma busy_timeout = 50')
  const other = new DatabaseSync(path)
  other.exec('begin exclusive')
  const before = performance.now()
  expect(await submit([insert('a')])).toEqual([refused('storage-error')])
  expect(performance.now() - before).toBeGreaterThan(45)
  other.exec('rollback')
  other.close()
  expect(await submit([insert('b')])).toMatchObject([{ ok: true }])
  expect(rows()).toEqual(['b'])
  expect(fatal).toEqual([])
})

test('a commit that fails for another reason is the last one', async () => {
  const { database, submit, insert, rows, fatal } = writer()
  database.exec('create table child (of text references t (value) deferrable initially deferred) strict')
  const orphan = (): void => {
    database.exec(`insert into child values ('nobody')`)
  }
  // A violated deferred constraint shows at COMMIT only, as a failing sync does.
  expect(await submit([insert('a'), { ...insert('b'), input: orphan }])).toEqual([
    refusedWith({ effect: 'unknown' }),
    refusedWith({ effect: 'unknown' }),
  ])
  expect(fatal).toHaveLength(1)
  expect(await submit([insert('c')])).toEqual([refused('storage-error')])
  expect(fatal).toHaveLength(1)
  expect(rows()).toEqual([])
})

test('the log is copied into the database as it grows', async () => {
  const { database, submit, insert } = writer()
  for (let round = 0; round < 30; round++) await submit([insert(`${round} ${'x'.repeat(400_000)}`)])
  const { log } = database.prepare('pragma wal_checkpoint(noop)').get() as { log: number }
  // 30 rounds wrote about 3,000 frames; the log begins anew after each checkpoint.
  expect(log).toBeLessThan(1500)
})

test('a connection that does not sync every commit is refused', () => {
  const database = openWriter(join(newFolder(), 'test.db'), 0)
  onTestFinished(() => {
    database.close()
  })
  database.exec('create table t (value text) strict')
  requireDurable(database)
  database.exec('pragma synchronous = normal')
  expect(() => {
    requireDurable(database)
  }).toThrow('pragma synchronous answers 1, not 2')
  const memory = new DatabaseSync(':memory:')
  expect(() => {
    requireDurable(memory)
  }).toThrow('journal_mode')
})

function writer() {
  const path = join(newFolder(), 'test.db')
  const database = openWriter(path, 1000)
  onTestFinished(() => {
    database.close()
  })
  database.exec('create table t (value text unique) strict')
  const gauges = new Gauges()
  const fatal: WireError[] = []
  const add = database.prepare('insert into t values (?)')
  const run = async (unit: Unit): Promise<unknown> => {
    if (typeof unit.input === 'function') return (unit.input as () => unknown)()
    const { value, then } = unit.input as { value: string; then: string | undefined }
    add.run(value)
    if (then !== undefined) throw new Error(then)
    return value
  }
  const group = new GroupCommit({ database, gauges, run, onFatal: (error) => fatal.push(error) })
  let ids = 0
  const insert = (value: string, then?: string): Unit => ({
    id: ids++,
    command: 'check',
    input: { value, then },
    rows: 1,
  })
  const submit = async (units: readonly Unit[], seen: () => void = () => undefined): Promise<Answer[]> => {
    const answers: Answer[] = []
    group.add(units, (some) => {
      seen()
      answers.push(...some)
    })
    await group.idle()
    return answers
  }
  const rows = (): unknown[] => {
    const reader = new DatabaseSync(path, { readOnly: true })
    const found = reader.prepare('select value from t order by rowid').all() as { value: unknown }[]
    reader.close()
    return found.map(({ value }) => value)
  }
  return { database, path, gauges, fatal, insert, submit, rows }
}
