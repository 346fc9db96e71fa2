import { expect, onTestFinished, test } from 'vitest'
import type { JournalQuery } from '#gateway/core/journal/entry.js'
import { journalContract } from './journal-contract.js'
import { noon, ownedInstance, received } from './sample.js'
import { openSqlite } from './sqlite-folder.js'

journalContract('sqlite', () => openSqlite())

test('a page of a long history is found without walking through it', async () => {
  const { store, edit } = await openSqlite()
  onTestFinished(() => store.close())
  const { ref } = await ownedInstance(store)
  const chat = '491700000002@s.whatsapp.net'
  const hour = (n: number) => new Date(noon.getTime() + n * 3_600_000)
  for (let n = 0; n < 6; n++) {
    const events = Array.from({ length: 1000 }, (_, i) =>
      received(`M${n}-${i}`, { chat, sentAt: hour(n).toISOString() }),
    )
    await store.instances.commit(ref, { at: hour(n), events })
  }
  const ids = async (query: Omit<JournalQuery, 'limit'>) =>
    (await store.journal.page(ref.id, { limit: 2, ...query })).map(({ entry }) => entry.data.id)
  expect(await ids({ from: hour(1), to: hour(2) })).toEqual(['M1-999', 'M1-998'])
  expect(await ids({ from: hour(1), to: hour(5) })).toEqual(['M4-999', 'M4-998'])
  expect(await ids({ chat, from: hour(1), to: hour(5) })).toEqual(['M4-999', 'M4-998'])
  expect(await ids({ chat, from: hour(1), to: hour(5), before: 3000 })).toEqual(['M2-997', 'M2-996'])
  expect(await ids({ chat, direction: 'out', from: hour(1), to: hour(5) })).toEqual([])
  expect(await ids({ chat, to: hour(1) })).toEqual(['M0-999', 'M0-998'])
  const plans = edit((database) =>
    [
      `select seq from entries where instance = 1 and chat = 'c' and direction = 'in' and kind = 'k' order by seq desc limit 9`,
      `select seq from events as log where instance = 1 and kind = 'k' and exists (select 1 from entries
        where instance = 1 and entries.seq = log.seq and direction = 'in') order by seq desc limit 9`,
      `select seq from entries as log where instance = 1 and chat = 'c' and direction = 'in' and kind = 'k'
        and seq between 2 and 9 and exists (select 1 from entries as e
        where e.instance = 1 and e.seq = log.seq and +e.sent_at >= 1) order by seq desc limit 9`,
      `select min(seq) as first, max(seq) as last from entries where instance = 1 and sent_at >= 1 and sent_at < 9`,
      `select seq from entries where instance = 1 and sent_at >= 1 and sent_at < 9 and chat || '' = 'c' order by seq desc`,
      `select seq from entries where instance = 1 and message = 'm' and chat = 'c' order by seq desc limit 1`,
    ].map((query) => JSON.stringify(database.prepare(`explain query plan ${query}`).all())),
  )
  expect(plans[0]).toContain('entries_by_chat')
  expect(plans[0]).not.toContain('TEMP B-TREE')
  expect(plans[1]).toContain('events_by_kind')
  expect(plans[1]).not.toContain('TEMP B-TREE')
  expect(plans[2]).toContain('COVERING INDEX entries_by_chat')
  expect(plans[2]).not.toContain('TEMP B-TREE')
  expect(plans[3]).toContain('COVERING INDEX entries_by_time')
  expect(plans[4]).toContain('entries_by_time')
  expect(plans[5]).toContain('entries_by_message')
})
