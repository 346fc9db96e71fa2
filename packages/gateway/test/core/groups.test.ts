import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { Group } from '#gateway/core/groups/group.js'
import { GroupsService } from '#gateway/core/groups/groups-service.js'
import type { MediaId } from '#gateway/core/ids.js'
import { coreWorld } from './world.js'

const group: Group = {
  id: '12345678901@g.us',
  subject: 'Team',
  subjectChangedAt: null,
  subjectChangedBy: null,
  description: null,
  owner: null,
  createdAt: null,
  participants: [],
  adminsWrite: false,
  adminsEdit: false,
  expiresIn: 0,
  joinApproval: false,
}
const outcome = { id: '4915100000@s.whatsapp.net', phone: '4915100000', lid: null, outcome: 'done' } as const

async function linkedWorld(answers: Readonly<Record<string, unknown>> = {}) {
  const world = await coreWorld()
  world.whatsapp.onPerform = async ({ name }) => {
    const answer = answers[name] ?? null
    if (answer instanceof Error) throw answer
    return answer
  }
  return { ...world, id: await world.linked() }
}

async function faultyField(refused: Promise<unknown>): Promise<string | undefined> {
  const error = await refused.catch((thrown: unknown) => thrown)
  return error instanceof GatewayError ? error.field : undefined
}

test('a group is made of people by any address, each of them once', async () => {
  const made = { group, outcomes: [outcome] }
  const { gateway, caller, id, whatsapp } = await linkedWorld({ 'group.create': made })
  const participants = ['+49 151 00000', '4915100000@c.us', '77700@lid']
  expect(await gateway.groups.create(caller, id, { subject: 'Team', participants })).toEqual(made)
  expect(whatsapp.performed).toEqual([
    { name: 'group.create', wish: { subject: 'Team', participants: [outcome.id, '77700@lid'] } },
  ])
  const refused = async (subject: string, people: string[]) =>
    faultyField(gateway.groups.create(caller, id, { subject, participants: people }))
  expect(await refused('', [])).toBe('subject')
  expect(await refused('x'.repeat(101), [])).toBe('subject')
  expect(await refused('Team', ['4915100000', 'nobody'])).toBe('participants.1')
  expect(await refused('Team', ['12345678901@g.us'])).toBe('participants.0')
  expect(
    await refused(
      'Team',
      Array.from({ length: 1024 }, (_, i) => String(4915100000 + i)),
    ),
  ).toBe('participants')
  expect(whatsapp.performed).toHaveLength(1)
})

test('an edited group is answered as WhatsApp has it then', async () => {
  const { gateway, caller, id, whatsapp } = await linkedWorld({ 'group.get': group })
  const changes = { subject: 'Team', description: null, adminsWrite: true, expiresIn: 86_400 }
  expect(await gateway.groups.edit(caller, id, group.id, changes)).toEqual(group)
  expect(await gateway.groups.edit(caller, id, group.id, {})).toEqual(group)
  expect(whatsapp.performed).toEqual([
    { name: 'group.edit', wish: { group: group.id, changes } },
    { name: 'group.get', wish: { group: group.id } },
    { name: 'group.get', wish: { group: group.id } },
  ])
  const refused = async (wrong: object) => faultyField(gateway.groups.edit(caller, id, group.id, wrong))
  expect(await refused({ subject: ' ' })).toBe('subject')
  expect(await refused({ description: 'x'.repeat(2049) })).toBe('description')
  expect(await refused({ expiresIn: 60 })).toBe('expiresIn')
  await expect(gateway.groups.get(caller, id, '4915100000')).rejects.toMatchObject({
    code: 'bad-request',
    field: 'group',
  })
})

test('participants, invitations and leaving', async () => {
  const { gateway, caller, id, whatsapp } = await linkedWorld({
    'group.participants': [outcome],
    'group.invite': 'AbCdEfGhIj',
    'group.revoke-invite': 'KlMnOpQrSt',
    'group.join': group.id,
  })
  expect(await gateway.groups.change(caller, id, group.id, 'promote', ['4915100000'])).toEqual([outcome])
  await expect(gateway.groups.change(caller, id, group.id, 'add', [])).rejects.toMatchObject({ field: 'participants' })
  expect(await gateway.groups.invite(caller, id, group.id)).toBe('https://chat.whatsapp.com/AbCdEfGhIj')
  expect(await gateway.groups.revokeInvite(caller, id, group.id)).toBe('https://chat.whatsapp.com/KlMnOpQrSt')
  for (const invite of [
    'AbCdEfGhIj',
    'https://chat.whatsapp.com/AbCdEfGhIj',
    'chat.whatsapp.com/invite/AbCdEfGhIj?mode=x',
  ])
    expect(await gateway.groups.join(caller, id, invite)).toBe(group.id)
  expect(new Set(whatsapp.acts('group.join').map(({ code }) => code))).toEqual(new Set(['AbCdEfGhIj']))
  for (const wrong of ['', 'https://wa.me/AbCdEfGhIj', 'https://chat.whatsapp.com/', 'a b'])
    await expect(gateway.groups.join(caller, id, wrong)).rejects.toMatchObject({ field: 'invite' })
  await gateway.groups.leave(caller, id, group.id)
  expect(whatsapp.acts('group.leave')).toEqual([{ group: group.id }])
})

test('the list of chats learns what groups are called', async () => {
  const world = await linkedWorld({ 'group.list': [{ ...group, subject: 'Crew' }] })
  const { gateway, caller, id, database } = world
  await world.tell(id, {
    kind: 'group.changed',
    data: { group: group.id, actor: null, change: { what: 'created', subject: 'Team' } },
  })
  expect(await gateway.groups.list(caller, id)).toMatchObject([{ subject: 'Crew' }])
  expect((await database.store.chats.find(id, group.id))?.name).toBe('Crew')
})

test('the picture of a group is made of an uploaded file', async () => {
  const { core, caller, id, whatsapp, database } = await linkedWorld()
  const jpeg = Buffer.from('jpeg')
  const groups = new GroupsService(core.roster, database.store.chats, { jpeg: async () => jpeg })
  await groups.setPicture(caller, id, group.id, 'f' as MediaId)
  await groups.setPicture(caller, id, group.id, null)
  expect(whatsapp.acts('profile.set-picture')).toEqual([
    { jid: group.id, jpeg },
    { jid: group.id, jpeg: null },
  ])
})

test('what WhatsApp refuses is refused in its words', async () => {
  const { gateway, caller, id } = await linkedWorld({ 'group.get': new GatewayError('not-in-group', 'not in it') })
  await expect(gateway.groups.get(caller, id, group.id)).rejects.toMatchObject({ code: 'not-in-group' })
})
