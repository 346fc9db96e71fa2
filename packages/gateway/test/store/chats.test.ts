import { expect, onTestFinished, test } from 'vitest'
import type { InstanceId } from '#gateway/core/ids.js'
import { chatContract } from './chat-contract.js'
import { olderDatabase } from './older-database.js'
import { openSqlite } from './sqlite-folder.js'

chatContract('sqlite', () => openSqlite())

test('people and chats from before there were tables of them are taken over', async () => {
  const path = await olderDatabase(7, (database) => {
    const event = (seq: number, kind: string, chat: string) =>
      `(1101000001, ${seq}, 'ev_${seq}', '${kind}', ${seq * 1000}, '{"id":"M${seq}","chat":"${chat}","fromMe":false}')`
    database.exec(`
      insert into workspaces (id, name) values ('ws', 'shop');
      insert into instances values (1101000001, 'shop', 'ws', 'shop', 'sandbox', null, 'unlinked', 'unlinked', 'created', 0,
        null, null, x'00', x'00', 0, 0, 1, 4, 0, 0, null);
      insert into contacts values
        (1101000001, '5002@lid', '491700000002', '5002@lid', 'Ana'),
        (1101000001, '491700000002@s.whatsapp.net', '491700000002', null, 'Ana'),
        (1101000001, '5003@lid', null, '5003@lid', null);
      insert into events (instance, seq, id, kind, time, data) values
        ${event(1, 'message.received', '491700000002@s.whatsapp.net')},
        ${event(2, 'message.reaction', '491700000002@s.whatsapp.net')},
        ${event(3, 'message.received', '5003@lid')},
        ${event(4, 'message.sent', '120363000000000001@g.us')}`)
  })
  const { store } = await openSqlite({ path })
  onTestFinished(() => store.close())
  const shop = 'shop' as InstanceId
  const people = await store.contacts.list(shop, { limit: 10 })
  expect(people.map(({ chat, phone, lid }) => [chat, phone, lid])).toEqual([
    ['491700000002@s.whatsapp.net', '491700000002', '5002@lid'],
    ['5003@lid', null, '5003@lid'],
  ])
  const chats = await store.chats.list(shop, { limit: 10 })
  expect(chats.map(({ chat, kind, unread }) => [chat, kind, unread])).toEqual([
    ['120363000000000001@g.us', 'group', 0],
    ['5003@lid', 'person', 0],
    ['491700000002@s.whatsapp.net', 'person', 0],
  ])
  const entries = await store.journal.page(shop, { direction: 'in', limit: 10 })
  expect(entries.map(({ entry }) => entry.seq)).toEqual([3, 2, 1])
})
