import { expect, test } from 'vitest'
import { groupNamed } from './fake-core.js'
import { account, startWorld, type World } from './world.js'

const groupId = '120363043968066561@g.us'
const [participantChatId, participant] = ['79001234568@c.us', '79001234568@s.whatsapp.net']
const details = (complaint: string): string => `Validation failed. Details: ${complaint}`

async function groupWorld(): Promise<{ world: World; ask: (method: string, body: object) => Promise<unknown> }> {
  const world = await startWorld()
  const { path } = await world.instance({ state: 'linked', account })
  world.core.groupList.set(groupId, groupNamed(groupId, 'Friends', [participant]))
  return {
    world,
    async ask(method, body) {
      world.clock.advance(1000)
      const answer = await world.call('POST', path(method), body)
      return answer.status === 200 ? answer.body : [answer.status, answer.body.message]
    },
  }
}

test('a group is made, with the link into it', async () => {
  const { world, ask } = await groupWorld()
  const made = await ask('createGroup', { groupName: 'Club', chatIds: [participantChatId, '79001234569@c.us'] })
  expect(made).toEqual({
    created: true,
    chatId: '120363000000000001@g.us',
    groupInviteLink: 'https://chat.whatsapp.com/ABCDEF',
  })
  expect(world.core.asked[0]).toEqual([
    'groups.create',
    { subject: 'Club', participants: [participant, '79001234569@s.whatsapp.net'] },
  ])
  for (const [body, complaint] of [
    [{ chatIds: [participantChatId] }, "'groupName' is required"],
    [{ groupName: 'Club' }, "'chatIds' is required"],
    [{ groupName: 'Club', chatIds: [] }, "'chatIds' must contain at least 1 items"],
    [
      { groupName: 'Club', chatIds: [groupId] },
      "'chatIds[0]' must be one of the next formats: 'phone_number@c.us' or 'chat_id@lid'",
    ],
    [
      { groupName: 'x'.repeat(101), chatIds: [participantChatId] },
      "'groupName' length must be less than or equal to 100 characters long",
    ],
  ] as const) {
    expect(await ask('createGroup', body)).toEqual([400, details(complaint)])
  }
})

test('what a group is', async () => {
  const { world, ask } = await groupWorld()
  const data = {
    groupId,
    owner: '79001234567@c.us',
    subject: 'Friends',
    creation: 1767322800,
    participants: [
      { id: '79001234567@c.us', isAdmin: true, isSuperAdmin: true },
      { id: participantChatId, isAdmin: false, isSuperAdmin: false },
    ],
    subjectTime: 1767322800,
    subjectOwner: '79001234567@c.us',
    groupInviteLink: 'https://chat.whatsapp.com/ABCDEF',
  }
  expect(await ask('getGroupData', { groupId })).toEqual(data)
  world.core.refusals.set('groups.invite', 'not-group-admin')
  expect(await ask('getGroupData', { groupId })).toEqual({ ...data, groupInviteLink: '' })
  expect(await ask('getGroupData', {})).toEqual([400, details("'groupId' is required")])
  expect(await ask('getGroupData', { groupId: participantChatId })).toEqual([
    400,
    details("'groupId' must be one of the next formats: 'group_id@g.us'"),
  ])
  expect(await ask('getGroupData', { groupId: '120363043968066562@g.us' })).toEqual([400, 'bad request data'])
})

test.each([
  ['addGroupParticipant', 'add', 'addParticipant'],
  ['removeGroupParticipant', 'remove', 'removeParticipant'],
  ['setGroupAdmin', 'promote', 'setGroupAdmin'],
  ['removeAdmin', 'demote', 'removeAdmin'],
])('%s', async (method, change, told) => {
  const { world, ask } = await groupWorld()
  expect(await ask(method, { groupId, participantChatId })).toEqual({ [told]: true })
  expect(world.core.asked).toEqual([['groups.change', groupId, change, [participant]]])
  for (const [outcome, done] of [
    ['already', true],
    ['invite-needed', false],
    ['not-found', false],
    ['refused', false],
  ] as const) {
    world.core.outcomes.set(participant, outcome)
    expect(await ask(method, { groupId, participantChatId })).toEqual({ [told]: done })
  }
  expect(await ask(method, { groupId })).toEqual([400, details("'participantChatId' is required")])
  world.core.refusals.set('groups.change', 'not-group-admin')
  expect(await ask(method, { groupId, participantChatId })).toEqual([400, 'bad request data'])
})

test('a group is renamed, opened, closed and left', async () => {
  const { world, ask } = await groupWorld()
  expect(await ask('updateGroupName', { groupId, groupName: 'Club' })).toEqual({ updateGroupName: true })
  const settings = { allowParticipantsEditGroupSettings: false, allowParticipantsSendMessages: true }
  expect(await ask('updateGroupSettings', { groupId, ...settings })).toEqual({
    updateGroupSettings: true,
    reason: null,
  })
  expect(await ask('updateGroupSettings', { groupId, allowParticipantsSendMessages: false })).toMatchObject({
    updateGroupSettings: true,
  })
  expect(await ask('leaveGroup', { groupId })).toEqual({ leaveGroup: true })
  expect(world.core.asked).toEqual([
    ['groups.edit', groupId, { subject: 'Club' }],
    ['groups.edit', groupId, { adminsEdit: true, adminsWrite: false }],
    ['groups.edit', groupId, { adminsWrite: true }],
    ['groups.leave', groupId],
  ])
  expect(await ask('updateGroupSettings', { groupId })).toEqual([400, 'bad request data'])
})

test('the picture of a group, whichever part of the form comes first', async () => {
  const world = await startWorld()
  const { path } = await world.instance({ state: 'linked', account })
  world.core.groupList.set(groupId, groupNamed(groupId, 'Friends', []))
  const picture = 'https://pps.whatsapp.net/v/friends.jpg'
  world.core.profiles.set(groupId, { id: groupId, phone: null, lid: null, picture, about: null, business: null })
  const send = async (...names: readonly ('groupId' | 'file')[]): Promise<unknown> => {
    world.clock.advance(1000)
    const body = new FormData()
    for (const name of names) {
      if (name === 'file') body.append('file', new Blob([Buffer.from('jpeg')], { type: 'image/jpeg' }), 'group.jpg')
      else body.append('groupId', groupId)
    }
    const response = await fetch(world.url + path('setGroupPicture'), { method: 'POST', body })
    const said = (await response.json()) as { message?: string }
    return response.status === 200 ? said : [response.status, said.message]
  }
  for (const names of [
    ['groupId', 'file'],
    ['file', 'groupId'],
  ] as const) {
    expect(await send(...names)).toEqual({ setGroupPicture: true, urlAvatar: picture, reason: '' })
    expect(world.core.asked).toContainEqual(['groups.setPicture', groupId, [...world.core.files.keys()].at(-1)])
  }
  world.core.refusals.set('groups.setPicture', 'bad-request')
  expect(await send('groupId', 'file')).toEqual({ setGroupPicture: false, urlAvatar: null, reason: 'bad image file' })
  expect(await send('groupId')).toEqual([400, details("'file' is required")])
  expect(await send('file')).toEqual([400, details("'groupId' is required")])
})
