import type { BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import type { Client } from './client.js'
import { dataDir, World } from './world.js'

function joinRequests(client: Client): unknown[] {
  const heard: unknown[] = []
  client.socket.ev.on('group.join-request', ({ participant, action, method }) => {
    heard.push([participant, action, method])
  })
  return heard
}

/** Code and time of the invitation beside a refusal. */
function invitationIn(content: BinaryNode | undefined): { code: string; expiration: number } {
  const [request] = Array.isArray(content?.content) ? content.content : []
  return { code: request?.attrs.code ?? '', expiration: Number(request?.attrs.expiration) }
}

test('who does not want to be added is invited instead, and comes by the invitation once', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const guest = await world.linked()
  await guest.client.socket.updateGroupsAddPrivacy('contacts')
  const { id } = await client.socket.groupCreate('Party', [])
  const [refused] = await client.socket.groupParticipantsUpdate(id, [guest.phone.jid], 'add')
  expect(refused).toMatchObject({ status: '403', jid: guest.phone.lid })
  const { code, expiration } = invitationIn(refused?.content)
  expect(expiration).toBeGreaterThan(Date.now() / 1000)
  expect(guest.phone.groups()).toEqual([])
  const invitation = { groupJid: id, inviteCode: code, inviteExpiration: expiration }
  const accept = () => guest.client.socket.groupAcceptInviteV4(phone.lid, invitation)
  await client.socket.groupRevokeInviteV4(id, guest.phone.lid)
  await expect(accept()).rejects.toMatchObject({ data: 410 })

  const [again] = await client.socket.groupParticipantsUpdate(id, [guest.phone.jid], 'add')
  Object.assign(invitation, { inviteCode: invitationIn(again?.content).code })
  expect(await accept()).toBe(id)
  expect(guest.phone.groups().map((group) => group.id)).toEqual([id])
  await guest.client.socket.groupLeave(id)
  await expect(accept()).rejects.toMatchObject({ data: 410 })

  // In the address book, that setting lets them.
  await guest.phone.saveContact(phone.number, 'The Host')
  const made = await client.socket.groupCreate('Second party', [guest.phone.jid, '19995550000@s.whatsapp.net'])
  expect(guest.phone.groups().map(({ subject }) => subject)).toEqual(['Second party'])
  expect(phone.group(made.id)?.participants()).toHaveLength(2)
})

test('a phone invites somebody with a message, and they come in by it', async () => {
  const world = await World.start()
  const [ana, ben] = [await world.phone('Ana'), await world.phone('Ben')]
  const group = await ana.createGroup('Private', [])
  const id = await group.invite(ben.number)
  await ben.received((message) => message.id === id)
  expect((await ben.acceptInvitation(id)).participants()).toHaveLength(2)
  await expect(ben.group(group.id)?.invite(ana.number)).rejects.toMatchObject({ code: 'not-an-admin' })
})

test('where admins decide who joins, they are asked, and let in or turn away', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const { id } = await client.socket.groupCreate('Club', [])
  await client.socket.groupJoinApprovalMode(id, 'on')
  expect((await client.socket.groupMetadata(id)).joinApprovalMode).toBe(true)
  const heard = joinRequests(client)
  const code = (await client.socket.groupInviteCode(id)) ?? ''
  for (const one of [ana, ben]) await expect(one.joinGroup(code)).rejects.toMatchObject({ code: 'join-requested' })
  const known = ({ lid: participant }: { readonly lid: string }) => expect.stringContaining(participant) as string
  await expect
    .poll(() => heard)
    .toEqual([
      [known(ana), 'created', 'invite_link'],
      [known(ben), 'created', 'invite_link'],
    ])
  const list = () => client.socket.groupRequestParticipantsList(id)
  expect(await list()).toMatchObject([{ jid: ana.lid, request_method: 'invite_link' }, { jid: ben.lid }])
  expect(await client.socket.groupRequestParticipantsUpdate(id, [ana.lid, phone.lid], 'approve')).toEqual([
    { status: '200', jid: ana.lid },
    { status: '404', jid: phone.lid },
  ])
  await client.socket.groupRequestParticipantsUpdate(id, [ben.lid], 'reject')
  await expect.poll(() => heard.at(-1)).toEqual([known(ben), 'rejected', undefined])
  expect(await list()).toEqual([])
  expect(ana.groups()).toHaveLength(1)
  expect(ben.groups()).toEqual([])

  await expect(ben.joinGroup(code)).rejects.toMatchObject({ code: 'join-requested' })
  await client.close()
  await world.restart()
  const again = world.simulator.phone(phone.number)?.group(id)
  expect(await again?.requests()).toEqual([ben.number])
  await again?.approve([ben.number])
  await expect(again?.approve([ben.number])).rejects.toMatchObject({ code: 'member-refused' })
  await expect(world.simulator.phone(ana.number)?.group(id)?.requests()).rejects.toMatchObject({ code: 'not-an-admin' })
  expect(world.simulator.phone(ben.number)?.groups()).toHaveLength(1)
})

test('who left is not added again at once, and comes back by the code', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ben = await world.phone()
  const { id } = await client.socket.groupCreate('Door', [ben.jid])
  await ben.group(id)?.leave()
  expect(await client.socket.groupParticipantsUpdate(id, [ben.jid], 'add')).toMatchObject([{ status: '408' }])
  const code = (await client.socket.groupInviteCode(id)) ?? ''
  expect((await ben.joinGroup(code)).id).toBe(id)
})

test('codes that were replaced and codes that never were are refused with numbers of their own', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Codes', [])
  const old = await group.inviteCode()
  const code = await group.renewInvite()
  const { socket } = client
  await expect(socket.groupGetInviteInfo(old)).rejects.toMatchObject({ data: 410 })
  await expect(socket.groupAcceptInvite(old)).rejects.toMatchObject({ data: 410 })
  await expect(socket.groupAcceptInvite('NoSuchCode')).rejects.toMatchObject({ data: 406 })
  expect(await socket.groupGetInviteInfo(code)).toMatchObject({ id: group.id, subject: 'Codes', size: 1 })
  expect(await socket.groupAcceptInvite(code)).toBe(group.id)
  await expect(socket.groupInviteCode(group.id)).rejects.toMatchObject({ data: 401 })
  await expect(socket.groupRevokeInvite(group.id)).rejects.toMatchObject({ data: 403 })
})

test('members add people where they may, and a group that lost its last admin gets one', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Open', [phone.number])
  await expect(client.socket.groupParticipantsUpdate(group.id, [ben.jid], 'add')).rejects.toMatchObject({ data: 403 })
  await group.setMembersMayAdd(true)
  await client.socket.groupParticipantsUpdate(group.id, [ben.jid], 'add')
  expect(ben.groups()).toHaveLength(1)
  await group.setExpiration(86_400)
  expect(await client.socket.groupMetadata(group.id)).toMatchObject({ ephemeralDuration: 86_400, memberAddMode: true })
  await group.leave()
  await client.socket.groupToggleEphemeral(group.id, 0)
  expect(phone.group(group.id)).toMatchObject({ expiration: 0, membersMayAdd: true })
  expect(phone.group(group.id)?.participants()[0]).toMatchObject({ number: phone.number, role: 'admin' })
  await client.socket.groupUpdateDescription(group.id, 'first')
  const stale = { tag: 'description', attrs: { id: 'X' }, content: [{ tag: 'body', attrs: {}, content: 'late' }] }
  const attrs = { type: 'set', xmlns: 'w:g2', to: group.id }
  await expect(client.socket.query({ tag: 'iq', attrs, content: [stale] })).rejects.toMatchObject({ data: 409 })
})
