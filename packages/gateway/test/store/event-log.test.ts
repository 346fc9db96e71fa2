import { expect, test } from 'vitest'
import type { InstanceId } from '#gateway/core/ids.js'
import { eventLogContract } from './event-log-contract.js'
import { olderDatabase } from './older-database.js'
import { openSqlite } from './sqlite-folder.js'

eventLogContract('sqlite', () => openSqlite())

test('a log from before kinds were indexed is found by them', async () => {
  const path = await olderDatabase(3, (database) => {
    database.exec(`
      insert into workspaces (id, name) values ('ws', 'shop');
      insert into instances values (1101000001, 'shop', 'ws', 'shop', 'sandbox', null, 'unlinked', 'unlinked', 'created', 0,
        null, null, x'00', x'00', 0, 0, 1, 3, 0, 0, null);
      insert into events (instance, seq, id, kind, time, data) values
        (1101000001, 1, 'ev_1', 'instance.state', 0, '{}'),
        (1101000001, 2, 'ev_2', 'link.step', 0, '{}'),
        (1101000001, 3, 'ev_3', 'instance.state', 0, '{}')`)
  })
  const { store, edit } = await openSqlite({ path })
  const page = await store.events.page('shop' as InstanceId, {
    after: 0,
    limit: 10,
    kinds: ['instance.state'],
    bytes: Infinity,
  })
  expect(page.events.map(({ seq }) => seq)).toEqual([1, 3])
  await store.close()
  const plan = edit((database) =>
    JSON.stringify(
      database.prepare(`explain query plan select seq from events where instance = 1 and kind = 'call'`).all(),
    ),
  )
  expect(plan).toContain('events_by_kind')
})
