import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LinkedAccount } from './linked-account.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

async function linked() {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  return { phone, friend, account: await LinkedAccount.of(whatsapp, phone) }
}

test('a group is made, looked at, changed and left', async () => {
  const { phone, friend, account } = await linked()
  const { connection } = account
  const wish = { subject: 'Friends', participants: [friend.jid, '999000111222@s.whatsapp.net'] }
  const { group, outcomes } = await connection.perform('group.create', wish)
  expect(outcomes).toMatchObject([
    { id: friend.jid, phone: friend.number, outcome: 'done' },
    { id: '999000111222@s.whatsapp.net', outcome: 'not-found' },
  ])
  expect(group).toMatchObject({
    subject: 'Friends',
    owner: phone.jid,
    adminsWrite: false,
    participants: [
      { id: phone.jid, phone: phone.number, lid: phone.lid, role: 'owner' },
      { id: friend.jid, phone: friend.number, lid: friend.lid, role: 'member' },
    ],
  })
  const changes = {
    subject: 'Best friends',
    description: 'for us',
    adminsWrite: true,
    adminsEdit: true,
    expiresIn: 86_400,
    joinApproval: true,
  }
  await connection.perform('group.edit', { group: group.id, changes })
  expect(await connection.perform('group.get', { group: group.id })).toMatchObject(changes)
  await connection.perform('group.edit', { group: group.id, changes: { description: null, expiresIn: 0 } })
  const found = await connection.perform('group.get', { group: group.id })
  expect(found).toMatchObject({ description: null, expiresIn: 0, adminsWrite: true })
  expect(await connection.perform('group.list', null)).toEqual([found])
  await connection.perform('group.leave', { group: group.id })
  expect(await connection.perform('group.list', null)).toEqual([])
  await expect(connection.perform('group.get', { group: group.id })).rejects.toMatchObject({ code: 'not-in-group' })
})

test('each of those who are added, removed, promoted or demoted has an outcome', async () => {
  const { phone, friend, account } = await linked()
  const other = await whatsapp.registerPhone()
  const { id: group } = await phone.createGroup('Friends', [friend.number])
  const change = (what: 'add' | 'remove' | 'promote' | 'demote', participants: string[]) =>
    account.connection.perform('group.participants', { group, change: what, participants })
  const outcomes = async (...asked: Parameters<typeof change>) => (await change(...asked)).map(({ outcome }) => outcome)
  const [them, others] = [friend.jid, other.jid]
  expect(await outcomes('add', [them, others, '999000111222@s.whatsapp.net'])).toEqual(['already', 'done', 'not-found'])
  expect(await outcomes('promote', [them])).toEqual(['done'])
  expect(await outcomes('demote', [them])).toEqual(['done'])
  expect(await outcomes('remove', [them, them])).toEqual(['done', 'done'])
  expect(await outcomes('remove', [them])).toEqual(['not-found'])
})

test('who may not do something in a group is told whether as no admin or as no member', async () => {
  const { phone, friend, account } = await linked()
  const other = await friend.createGroup('Others', [])
  const ours = await friend.createGroup('Ours', [phone.number])
  const { connection } = account
  const add = (group: string) =>
    connection.perform('group.participants', { group, change: 'remove', participants: [friend.jid] })
  await expect(add(ours.id)).rejects.toMatchObject({ code: 'not-group-admin', effect: 'none' })
  await expect(add(other.id)).rejects.toMatchObject({ code: 'not-in-group', effect: 'none' })
  await expect(add('120363999999999999@g.us')).rejects.toMatchObject({ code: 'group-not-found', effect: 'none' })
  await expect(connection.perform('group.invite', { group: ours.id })).rejects.toMatchObject({
    code: 'not-group-admin',
  })
})

test('people come in by an invite code until it is revoked', async () => {
  const { phone, friend, account } = await linked()
  const { connection } = account
  const theirs = await friend.createGroup('Theirs', [])
  const code = await theirs.inviteCode()
  expect(await connection.perform('group.join', { code })).toBe(theirs.id)
  expect(await connection.perform('group.join', { code })).toBe(theirs.id)
  await expect(connection.perform('group.join', { code: 'nonsense' })).rejects.toMatchObject({
    code: 'group-not-found',
  })
  const { id: group } = await phone.createGroup('Ours', [])
  const first = await connection.perform('group.invite', { group })
  const second = await connection.perform('group.revoke-invite', { group })
  expect(second).not.toBe(first)
  await expect(friend.joinGroup(first)).rejects.toThrow()
  expect((await friend.joinGroup(second)).id).toBe(group)
})

test('what others do to a group is told', async () => {
  const { phone, friend, account } = await linked()
  const group = await friend.createGroup('Ours', [phone.number])
  await account.told('group.changed')
  await group.setExpiration(86_400)
  await group.setExpiration(0)
  await group.renewInvite()
  const changes = () => account.events().flatMap((event) => (event.kind === 'group.changed' ? [event.data] : []))
  await expect.poll(() => changes().at(-1)?.change.what).toBe('invite-revoked')
  expect(changes().slice(-3)).toEqual([
    { group: group.id, actor: friend.jid, change: { what: 'disappearing', seconds: 86_400 } },
    { group: group.id, actor: friend.jid, change: { what: 'disappearing', seconds: 0 } },
    { group: group.id, actor: friend.jid, change: { what: 'invite-revoked' } },
  ])
})
