import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import type { EventBody, MessageData } from '#gateway/core/events/event.js'
import type { InstanceId, PhoneNumber, WorkspaceId } from '#gateway/core/ids.js'
import type { InstanceRef } from '#gateway/core/instances/instance.js'
import { draftOf } from '#gateway/core/message-links/link-mark.js'
import type { MessageLinkRecord } from '#gateway/core/message-links/message-link.js'
import type { NewMessageLinkRecord } from '#gateway/core/ports/message-link-store.js'
import type { Store } from '#gateway/core/ports/store.js'
import { everyContent } from '../dialects/every-content.js'
import { fromAna } from '../dialects/every-event.js'
import { noon, newInstance } from '../store/sample.js'
import { openSqlite } from '../store/sqlite-folder.js'
import { newLink, phone } from './sample.js'

interface Shop {
  readonly store: Store
  readonly workspace: WorkspaceId
  readonly ref: InstanceRef
  link(more?: Partial<NewMessageLinkRecord>): Promise<MessageLinkRecord>
  /** Kinds of what is told of this message. */
  receive(text: string, more?: Partial<MessageData>): Promise<EventBody['kind'][]>
}

/** An instance that is linked with the number of the sample's links. */
async function openShop(): Promise<Shop> {
  const { store } = await openSqlite()
  onTestFinished(() => store.close())
  const workspace = await store.access.ensureWorkspace('shop')
  const ref = await linked(store, workspace, phone)
  return {
    store,
    workspace,
    ref,
    async link(more) {
      const [added] = (await store.messageLinks.add([newLink(workspace, more)])) ?? []
      if (!added) throw new Error('the link was not added')
      return added
    },
    async receive(text, more = {}) {
      const data = { ...fromAna, id: randomUUID(), content: { kind: 'text', text }, ...more } as const
      const step = { at: noon, events: [{ kind: 'message.received', data }] } as const
      const { events } = await store.instances.commit(ref, step)
      return events.map(({ kind }) => kind)
    },
  }
}

async function linked(store: Store, workspace: WorkspaceId, number: PhoneNumber): Promise<InstanceRef> {
  const { id } = await store.instances.create(newInstance(workspace))
  const ref = { id, epoch: 1 }
  const account = { phone: number, jid: `${number}:1@s.whatsapp.net`, lid: null, name: null }
  await store.instances.commit(ref, { at: noon, changes: { account } })
  return ref
}

const lastEvent = async (store: Store, id: InstanceId) =>
  (await store.events.latest(id, { kinds: ['message-link.conversation'], limit: 1 }))[0]

const alone = ['message.received']
const attributed = ['message.received', 'message-link.conversation']

test('a message that carries the mark of a link is followed by the event that names the link', async () => {
  const shop = await openShop()
  const link = await shop.link({ name: 'Window', tags: ['spring'], reference: 'marker' })
  expect(await shop.receive(draftOf('Hello', 'marker', link.mark), { id: 'AB12' })).toEqual(attributed)
  const log = await shop.store.events.read(shop.ref.id, { after: 0, limit: 10 })
  expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(log[2]).toMatchObject({
    kind: 'message-link.conversation',
    instance: shop.ref.id,
    time: noon,
    data: {
      link: link.id,
      code: link.code,
      linkName: 'Window',
      tags: ['spring'],
      message: 'AB12',
      chat: fromAna.chat,
      chatPhone: fromAna.chatPhone,
      chatLid: fromAna.chatLid,
      sender: fromAna.sender,
      phone: fromAna.phone,
      lid: fromAna.lid,
      name: 'Ana',
      sentAt: fromAna.sentAt,
    },
  })
  expect(await shop.store.messageLinks.find(shop.workspace, link.id)).toMatchObject({ conversations: 1, scans: 0 })
  const span = { from: new Date(0), to: new Date(noon.getTime() + 1), by: 'hour' } as const
  expect(await shop.store.messageLinks.counts(link.id, span)).toEqual([
    { at: noon, scans: 0, conversations: 1, visitors: null },
  ])
})

test('what people write around the draft does not hide its mark', async () => {
  const shop = await openShop()
  const { mark } = await shop.link()
  for (const reference of ['marker', 'code'] as const) {
    const draft = draftOf('Hello', reference, mark)
    for (const text of [draft, `${draft} I am late`, `So. ${draft}\nBye`, ` ${draft} `]) {
      expect(await shop.receive(text), text).toEqual(attributed)
    }
  }
})

test('a draft that became the caption of a file counts as any other', async () => {
  const shop = await openShop()
  const { mark } = await shop.link()
  const caption = draftOf('Hello', 'marker', mark)
  expect(await shop.receive('', { content: { ...everyContent.image, caption } })).toEqual(attributed)
  expect(await shop.receive('', { content: everyContent.sticker })).toEqual(alone)
})

test('the chat of a conversation is that of its message, whichever address the message came from', async () => {
  const shop = await openShop()
  const link = await shop.link()
  await shop.receive('Good morning')
  const { lid } = fromAna
  const byLid = { chat: '99887766554433@lid', chatPhone: null, sender: '99887766554433@lid', phone: null, lid }
  expect(await shop.receive(draftOf('Hello', 'marker', link.mark), byLid)).toEqual(attributed)
  const [message, conversation] = (await shop.store.events.read(shop.ref.id, { after: 0, limit: 10 })).slice(-2)
  const where = { chat: fromAna.chat, chatPhone: fromAna.chatPhone, chatLid: lid, phone: fromAna.phone, lid }
  expect(message?.data).toMatchObject(where)
  expect(conversation?.data).toMatchObject(where)
})

test('a text that is the same to people finds its link, as long as no other of the number has it', async () => {
  const shop = await openShop()
  await shop.link({ text: 'Hallo, ich möchte bestellen', reference: 'text' })
  expect(await shop.receive('  HALLO, ich mo\u0308chte\u00a0bestellen\n')).toEqual(attributed)
  expect(await shop.receive('Hallo, ich möchte bestellen!')).toEqual(alone)
  await shop.link({ text: 'hallo, ich möchte  bestellen', reference: 'text' })
  expect(await shop.receive('Hallo, ich möchte bestellen')).toEqual(alone)
})

test.each([
  ['a link that is recognised by its mark is not taken for its text', { reference: 'marker' }, 'Hello'],
  ['a link that is not to be recognised is not', { reference: 'none', mark: 'ABCDEF' }, 'Hello (#ABCDEF)'],
  ['a link of another number is not found', { phone: '4915100000000', mark: 'ABCDEF' }, 'Hello (#ABCDEF)'],
  ['a link of the other network is not found', { network: 'whatsapp', mark: 'ABCDEF' }, 'Hello (#ABCDEF)'],
] as const)('%s', async (_, more, text) => {
  const shop = await openShop()
  await shop.link(more as Partial<NewMessageLinkRecord>)
  expect(await shop.receive(text)).toEqual(alone)
})

test('a link of another workspace is not found, though it is for the same number', async () => {
  const shop = await openShop()
  const other = await shop.store.access.ensureWorkspace('bar')
  await shop.store.messageLinks.add([newLink(other, { mark: 'ABCDEF' })])
  expect(await shop.receive('Hello (#ABCDEF)')).toEqual(alone)
})

test('only what somebody else writes to the account itself begins a conversation', async () => {
  const shop = await openShop()
  await shop.link({ mark: 'ABCDEF' })
  expect(await shop.receive('Hello (#ABCDEF)', { chat: '120363012345678901@g.us' })).toEqual(alone)
  expect(await shop.receive('Hello (#ABCDEF)', { chat: 'status@broadcast' })).toEqual(alone)
  expect(await shop.receive('Hello (#ABCDEF)', { fromMe: true })).toEqual(alone)
  expect(await shop.receive('Hello (#ABCDEF)')).toEqual(attributed)
})

test('a message that WhatsApp hands over again is neither told nor counted again', async () => {
  const shop = await openShop()
  const link = await shop.link({ mark: 'ABCDEF' })
  const identity = { kind: 'new-identity', bytes: Buffer.from('x') } as const
  const received = {
    kind: 'received',
    message: new Uint8Array(16),
    ciphertext: new Uint8Array(16),
    outcome: 'told',
    bytes: Buffer.from('x'),
  } as const
  const data = { ...fromAna, content: { kind: 'text', text: 'Hello (#ABCDEF)' } } as const
  const step = { at: noon, events: [{ kind: 'message.received', data }] } as const
  await shop.store.instances.commit(shop.ref, { at: noon, credentials: [identity] })
  const told = [1, 2].map(() => shop.store.instances.commit(shop.ref, { ...step, credentials: [received] }))
  expect((await Promise.all(told)).map(({ events }) => events.length)).toEqual([2, 0])
  expect(await shop.store.messageLinks.find(shop.workspace, link.id)).toMatchObject({ conversations: 1 })
  expect(await lastEvent(shop.store, shop.ref.id)).toMatchObject({ seq: 3 })
})

test('an earlier owner neither tells nor counts', async () => {
  const shop = await openShop()
  const link = await shop.link({ mark: 'ABCDEF' })
  await shop.store.instances.claimAll()
  await expect(shop.receive('Hello (#ABCDEF)')).rejects.toMatchObject({ code: 'stale-owner' })
  expect(await shop.store.messageLinks.find(shop.workspace, link.id)).toMatchObject({ conversations: 0 })
})
