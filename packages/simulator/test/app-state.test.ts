import {
  encodeSyncdPatch,
  proto,
  type BinaryNode,
  type ChatUpdate,
  type LTHashState,
  type WAPatchCreate,
} from 'baileys'
import { expect, test } from 'vitest'
import type { VirtualPhone } from '#simulator/index.js'
import type { Client } from './client.js'
import { dataDir, World } from './world.js'

/** A companion of the phone that already has one. */
async function another(world: World, phone: VirtualPhone): Promise<Client> {
  const client = world.client()
  await client.link(phone)
  return client
}

async function linked(world: World) {
  const { phone, client } = await world.linked()
  return { phone, client, ana: await world.phone('Ana') }
}

/** What the events of a companion say of chats. */
function chatNews(client: Client): ChatUpdate[] {
  const news: ChatUpdate[] = []
  client.socket.ev.on('chats.update', (updates) => news.push(...updates))
  return news
}

/** Asks as the library does, and answers with the collection of the answer. */
async function sync(
  client: Client,
  name: string,
  version: number,
  patch?: Uint8Array,
): Promise<BinaryNode | undefined> {
  const attrs = { name, version: version.toString(), return_snapshot: 'false' }
  const content = patch ? [{ tag: 'patch', attrs: {}, content: patch }] : undefined
  const answer = (await client.socket.query({
    tag: 'iq',
    attrs: { to: '@s.whatsapp.net', type: 'set', xmlns: 'w:sync:app:state' },
    content: [{ tag: 'sync', attrs: {}, content: [{ tag: 'collection', attrs, ...(content && { content }) }] }],
  })) as BinaryNode
  return inside(inside(answer)[0])[0]
}

function inside(node: BinaryNode | undefined): BinaryNode[] {
  return Array.isArray(node?.content) ? node.content : []
}

/** A patch as this companion would push it now. */
async function patchOf(client: Client, change: WAPatchCreate, state?: LTHashState): Promise<Uint8Array> {
  const { [change.type]: known } = await client.keys.get('app-state-sync-version', [change.type])
  const find = async (id: string) => (await client.keys.get('app-state-sync-key', [id]))[id]
  const fresh = { version: 0, hash: Buffer.alloc(128), indexValueMap: {} }
  const { patch } = await encodeSyncdPatch(change, client.creds.myAppStateKeyId ?? '', state ?? known ?? fresh, find)
  return proto.SyncdPatch.encode(patch).finish()
}

const pin = (jid: string): WAPatchCreate => ({
  syncAction: { pinAction: { pinned: true }, timestamp: Date.now() },
  index: ['pin_v1', jid],
  type: 'regular_low',
  apiVersion: 5,
  operation: proto.SyncdMutation.SyncdOperation.SET,
})

test('a companion archives, mutes, pins and marks a chat, which the phone and another companion see', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const other = await another(world, phone)
  const news = chatNews(other)
  const message = await ana.send(phone.number, 'hello')
  const { key, messageTimestamp } = await client.receivedText('hello')
  const lastMessages = [{ key, messageTimestamp: Number(messageTimestamp) }]
  const { socket } = client
  const until = Date.now() + 3_600_000

  await socket.chatModify({ archive: true, lastMessages }, ana.lid)
  await expect.poll(() => phone.chat(ana.number).archived).toBe(true)
  await expect.poll(() => news).toContainEqual(expect.objectContaining({ id: ana.lid, archived: true }))
  await socket.chatModify({ mute: until }, ana.lid)
  await expect.poll(() => phone.chat(ana.jid).muteUntil).toBe(until)
  await socket.chatModify({ pin: true }, ana.lid)
  await socket.chatModify({ markRead: false, lastMessages }, ana.lid)
  await socket.star(ana.lid, [{ id: message.id, fromMe: false }], true)
  await expect.poll(() => phone.chat(ana.lid).starred()).toEqual([message.id])
  expect(phone.chat(ana.number)).toMatchObject({ archived: true, pinned: true, markedUnread: true })
  await expect.poll(() => news).toContainEqual(expect.objectContaining({ id: ana.lid, unreadCount: -1 }))
  expect(news).toContainEqual(expect.objectContaining({ id: ana.lid, muteEndTime: until }))

  // Under the other address of the same chat, from the other companion.
  await other.socket.chatModify({ archive: false, lastMessages }, ana.jid)
  await other.socket.chatModify({ mute: null }, ana.jid)
  await expect.poll(() => phone.chat(ana.number).muteUntil).toBeUndefined()
  await expect.poll(() => phone.chat(ana.number).archived).toBe(false)
  await socket.chatModify({ delete: true, lastMessages }, ana.lid)
  await expect.poll(() => phone.chat(ana.number).deletedAt).toBeInstanceOf(Date)
  expect(phone.chats().map(({ id }) => id)).toEqual([ana.number])
  expect(world.violations()).toEqual([])
})

test('what the phone does to a chat reaches its companions', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const group = await ana.createGroup('Noisy', [phone.number])
  const { id } = await ana.send(phone.number, 'important')
  await phone.received((message) => message.id === id)
  const news = chatNews(client)
  const starred: unknown[] = []
  client.socket.ev.on('messages.update', (updates) => starred.push(...updates))
  await phone.chat(group.id).mute(-1)
  await phone.chat(group.id).archive(true)
  await phone.chat(ana.number).pin(true)
  await phone.chat(ana.number).star(id, true)
  await expect.poll(() => news).toContainEqual(expect.objectContaining({ id: group.id, muteEndTime: -1 }))
  await expect.poll(() => news).toContainEqual(expect.objectContaining({ id: group.id, archived: true }))
  await expect.poll(() => starred).toMatchObject([{ key: { id, remoteJid: ana.lid }, update: { starred: true } }])
  expect(news.find(({ pinned }) => pinned !== undefined)).toMatchObject({ id: ana.lid })
  expect(phone.chat(group.id)).toMatchObject({ archived: true, muteUntil: -1, pinned: false })
  await expect(phone.chat(ana.number).star('3EB0', true)).rejects.toMatchObject({ code: 'message-not-found' })
  phone.leave()
  await expect(phone.chat(ana.number).pin(false)).rejects.toMatchObject({ code: 'phone-offline' })
})

test('the devices of an account share its address book, its labels and its name', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const { socket } = client
  const learned: unknown[] = []
  socket.ev.on('contacts.upsert', (contacts) => learned.push(...contacts))
  socket.ev.on('labels.edit', (label) => learned.push(label))

  await socket.addOrEditContact(ana.jid, { fullName: 'Ana Costa', firstName: 'Ana' })
  const saved = { jid: ana.jid, number: ana.number, lid: ana.lid, fullName: 'Ana Costa', firstName: 'Ana' }
  await expect.poll(() => phone.contacts()).toEqual([saved])
  await socket.removeContact(ana.jid)
  await expect.poll(() => phone.contacts()).toEqual([])
  await phone.saveContact(ana.lid, 'Ana C.')
  await expect
    .poll(() => learned)
    .toContainEqual(expect.objectContaining({ id: ana.jid, name: 'Ana C.', lid: ana.lid, phoneNumber: ana.jid }))
  await phone.removeContact(ana.number)
  expect(phone.contacts()).toEqual([])

  await socket.addLabel('', { id: '7', name: 'Customers', color: 3 })
  await socket.addChatLabel(ana.lid, '7')
  await expect.poll(() => phone.chat(ana.number).labels()).toEqual(['7'])
  expect(phone.labels()).toEqual([{ id: '7', name: 'Customers', color: 3 }])

  await socket.updateProfileName('The Shop')
  await expect.poll(() => phone.name).toBe('The Shop')
  await phone.send(ana.number, 'who am I?')
  await phone.rename('Shop Two')
  await expect.poll(() => client.creds.me?.name).toBe('Shop Two')
})

test('a companion that is linked later finds everything, and the name of the account first', async () => {
  const world = await World.start()
  const { phone, ana } = await linked(world)
  await phone.chat(ana.number).archive(true)
  await phone.chat(ana.number).archive(false)
  await phone.chat(ana.number).archive(true)
  await phone.saveContact(ana.number, 'Ana')
  const later = await another(world, phone)
  const news = chatNews(later)
  const contacts: unknown[] = []
  later.socket.ev.on('contacts.upsert', (found) => contacts.push(...found))
  await later.socket.resyncAppState(['critical_block', 'critical_unblock_low', 'regular_low', 'regular'], false)
  await expect.poll(() => contacts).toMatchObject([{ id: ana.jid, name: 'Ana' }])
  expect(news).toMatchObject([{ id: ana.lid, archived: true }])
  expect(later.creds.me?.name).toBe(phone.name)
  const versions = await later.keys.get('app-state-sync-version', ['critical_block', 'regular_low', 'regular_high'])
  expect(versions).toMatchObject({ critical_block: { version: 1 }, regular_low: { version: 3 } })
  expect(versions.regular_high).toBeUndefined()
  await later.socket.chatModify({ pin: true }, ana.lid)
  await expect.poll(() => phone.chat(ana.number)).toMatchObject({ archived: true, pinned: true })
})

test('of two patches on top of one version the second is refused, with what it did not know', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  const other = await another(world, phone)
  const [late, ben] = [await patchOf(other, pin(ana.lid)), await world.phone()]
  await client.socket.chatModify({ pin: true }, ben.lid)
  const refused = await sync(other, 'regular_low', 0, late)
  expect(refused?.attrs).toMatchObject({ name: 'regular_low', type: 'error' })
  const [error, patches] = inside(refused)
  expect(error).toMatchObject({ tag: 'error', attrs: { code: '409', text: 'conflict' } })
  expect(inside(patches)).toHaveLength(1)
  await other.socket.resyncAppState(['regular_low'], false)
  const accepted = await sync(other, 'regular_low', 1, await patchOf(other, pin(ana.lid)))
  expect(accepted?.attrs).toMatchObject({ name: 'regular_low', version: '2' })
  await expect.poll(() => phone.chat(ana.number).pinned && phone.chat(ben.number).pinned).toBe(true)
  expect((await sync(other, 'no_such', 0))?.attrs).toMatchObject({ type: 'error' })
})

test('a patch whose state is not what it says is noticed, and nothing is read after it', async () => {
  const world = await World.start()
  const { phone, client, ana } = await linked(world)
  // Made on top of a state that never was.
  const wrong = { version: 0, hash: Buffer.alloc(128, 1), indexValueMap: {} }
  await sync(client, 'regular_low', 0, await patchOf(client, pin(ana.lid), wrong))
  await expect.poll(() => world.violations()).toMatchObject([{ rule: 'unreadable-patch' }])
  expect(phone.chat(ana.number).pinned).toBe(false)
  await expect(phone.chat(ana.number).pin(true)).rejects.toMatchObject({ code: 'state-unreadable' })
  await phone.chat(ana.number).mute(-1)
  expect(world.violations()).toHaveLength(1)
})

test('what the devices share outlives the server, and reaches a phone that was away', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client, ana } = await linked(world)
  await phone.chat(ana.number).archive(true)
  phone.leave()
  await client.socket.chatModify({ pin: true }, ana.lid)
  expect(phone.chat(ana.number)).toMatchObject({ archived: true, pinned: false })
  await client.close()
  await world.restart()
  const again = world.simulator.phone(phone.number)
  expect(again?.chat(ana.number)).toMatchObject({ archived: true, pinned: false })
  await again?.comeBack()
  expect(again?.chat(ana.number)).toMatchObject({ archived: true, pinned: true })
  await client.reconnect()
  await client.socket.chatModify({ pin: false }, ana.lid)
  await expect.poll(() => again?.chat(ana.number).pinned).toBe(false)
  expect(world.violations()).toEqual([])
})

test('a companion that lost the key asks for it, and goes on', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client, ana } = await linked(world)
  const id = client.creds.myAppStateKeyId ?? ''
  const has = async () => (await client.keys.get('app-state-sync-key', [id]))[id] !== undefined
  await client.keys.set({ 'app-state-sync-key': { [id]: null } })
  await expect(client.socket.chatModify({ pin: true }, ana.lid)).rejects.toThrow('not present')
  const type = proto.Message.ProtocolMessage.Type.APP_STATE_SYNC_KEY_REQUEST
  const appStateSyncKeyRequest = { keyIds: [{ keyId: Buffer.from(id, 'base64') }] }
  const additionalAttributes = { category: 'peer' }
  await client.socket.relayMessage(
    phone.jid,
    { protocolMessage: { type, appStateSyncKeyRequest } },
    { additionalAttributes },
  )
  await expect.poll(has).toBe(true)
  await client.socket.chatModify({ pin: true }, ana.lid)
  await expect.poll(() => phone.chat(ana.number).pinned).toBe(true)
  // What the phone wrote in answer moved its ratchet, which a restart must not turn back.
  await client.close()
  await world.restart()
  await client.reconnect()
  await world.simulator.phone(phone.number)?.send(ana.number, 'still readable')
  await client.receivedText('still readable')
  expect(world.violations()).toEqual([])
})
