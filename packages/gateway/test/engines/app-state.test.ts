import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChatChange } from '#gateway/core/events/event.js'
import type { ChatId } from '#gateway/core/ids.js'
import { LinkedAccount } from './linked-account.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

async function linked(): Promise<{ phone: VirtualPhone; friend: VirtualPhone; account: LinkedAccount }> {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  return { phone, friend, account: await LinkedAccount.of(whatsapp, phone) }
}

test('what is done to a chat on the phone is told, each thing once', async () => {
  const { phone, friend, account } = await linked()
  const { id } = await friend.send(phone.number, 'hello')
  await account.told('message.received', ({ data }) => data.id === id)
  const chat = phone.chat(friend.number)
  const changes = () => account.events().flatMap((event) => (event.kind === 'chat.changed' ? [event.data] : []))
  const doings: readonly (readonly [() => Promise<void>, ChatChange])[] = [
    [() => chat.archive(true), { what: 'archived', on: true }],
    [() => chat.pin(true), { what: 'pinned', on: true }],
    [() => chat.mute(1_900_000_000_000), { what: 'muted', until: new Date(1_900_000_000_000).toISOString() }],
    [() => chat.mute(-1), { what: 'muted', until: 'always' }],
    [() => chat.mute(), { what: 'muted', until: null }],
    [() => chat.markUnread(true), { what: 'marked-unread', on: true }],
    [() => chat.archive(false), { what: 'archived', on: false }],
    [() => chat.clear(), { what: 'cleared' }],
    [() => chat.delete(), { what: 'deleted' }],
  ]
  for (const [index, [act]] of doings.entries()) {
    await act()
    await expect.poll(changes).toHaveLength(index + 1)
  }
  const address = { chat: friend.jid, chatPhone: friend.number, chatLid: friend.lid }
  expect(changes()).toEqual(doings.map(([, change]) => ({ ...address, change })))
})

test('what the phone knew before the account was linked is told once, and not again after a restart', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  await phone.saveContact(friend.number, 'Ana Example')
  await phone.chat(friend.number).archive(true)
  const account = await LinkedAccount.of(whatsapp, phone)
  const { data } = await account.told('contact.changed', (event) => event.data.savedName !== null)
  expect(data).toMatchObject({ id: friend.jid, savedName: 'Ana Example' })
  await account.told('chat.changed', (event) => event.data.change.what === 'archived')
  const later = await account.restarted(whatsapp)
  await phone.chat(friend.number).pin(true)
  await later.told('chat.changed', (event) => event.data.change.what === 'pinned')
  expect(later.events().filter(({ kind }) => kind === 'chat.changed')).toHaveLength(1)
})

test('news of the app state are committed with the version that they belong to', async () => {
  const { phone, friend, account } = await linked()
  await phone.chat(friend.number).archive(true)
  await account.told('chat.changed')
  const commit = account.log.accept.bind(account.log)
  const steps: { kinds: readonly string[]; keys: readonly string[] }[] = []
  account.log.accept = async (step) => {
    const kinds = step.report.kind === 'received' ? step.report.events.map(({ kind }) => kind) : []
    steps.push({ kinds, keys: step.credentials.flatMap((one) => (one.kind === 'key' ? [one.keyKind] : [])) })
    await commit(step)
  }
  await phone.chat(friend.number).pin(true)
  await account.told('chat.changed', ({ data }) => data.change.what === 'pinned')
  const told = steps.find(({ kinds }) => kinds.includes('chat.changed'))
  expect(told?.keys).toContain('app-state-sync-version')
})

test('the account changes its chats, and its phone sees that', async () => {
  const { phone, friend, account } = await linked()
  const { id } = await friend.send(phone.number, 'hello')
  const { data } = await account.told('message.received', (event) => event.data.id === id)
  const chat = data.chat as ChatId
  const message = { id, sender: data.sender, sentAt: new Date(data.sentAt) }
  const newest = [message]
  await account.connection.perform('chat.archive', { chat, on: true, newest })
  await expect.poll(() => phone.chat(friend.number).archived).toBe(true)
  await account.connection.perform('chat.archive', { chat, on: false, newest })
  await expect.poll(() => phone.chat(friend.number).archived).toBe(false)
  await account.connection.perform('chat.pin', { chat, on: true })
  await expect.poll(() => phone.chat(friend.number).pinned).toBe(true)
  await account.connection.perform('chat.mute', { chat, until: 'always' })
  await expect.poll(() => phone.chat(friend.number).muteUntil).toBe(-1)
  await account.connection.perform('chat.mute', { chat, until: null })
  await expect.poll(() => phone.chat(friend.number).muteUntil).toBeUndefined()
  await account.connection.perform('chat.hide-message', { chat, message })
  await expect.poll(() => phone.chat(friend.number).hidden()).toEqual([id])
  await account.connection.perform('chat.mark-unread', { chat, on: true, newest })
  await expect.poll(() => phone.chat(friend.number).markedUnread).toBe(true)
})

test('in a group the account deletes for itself what it wrote, and nothing else', async () => {
  const { phone, friend, account } = await linked()
  const group = await friend.createGroup('Friends', [phone.number])
  const [theirs, own] = [await friend.send(group.id, 'theirs'), await phone.send(group.id, 'ours')]
  const hide = (id: string, sender: string | null) =>
    account.connection.perform('chat.hide-message', {
      chat: group.id as ChatId,
      message: { id, sender, sentAt: own.timestamp },
    })
  await expect(hide(theirs.id, friend.jid)).rejects.toMatchObject({ code: 'not-supported' })
  await hide(own.id, null)
  await expect.poll(() => phone.chat(group.id).hidden()).toEqual([own.id])
})

test('the account keeps its address book, and blocks people', async () => {
  const { phone, friend, account } = await linked()
  const { connection } = account
  const names = { firstName: 'Ana', fullName: 'Ana Example', onPhone: true }
  await connection.perform('contact.save', { jid: friend.jid, ...names })
  await expect.poll(() => phone.contacts().map(({ fullName }) => fullName)).toEqual(['Ana Example'])
  await connection.perform('contact.remove', { jid: friend.jid })
  await expect.poll(() => phone.contacts()).toEqual([])
  await connection.perform('contact.block', { jid: friend.jid, on: true })
  expect(phone.privacy.blocked()).toEqual([friend.number])
  const blocked = [{ id: friend.jid, phone: friend.number, lid: friend.lid }]
  expect(await connection.perform('contact.blocked', null)).toEqual(blocked)
  await connection.perform('contact.block', { jid: friend.jid, on: false })
  expect(await connection.perform('contact.blocked', null)).toEqual([])
  await phone.privacy.block(friend.number)
  const { data } = await account.told('contact.blocked')
  expect(data).toEqual({ ...blocked[0], blocked: true })
})
