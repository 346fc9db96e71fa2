import type { BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import { dataDir, World } from './world.js'

const addressings = ['lid', 'number'] as const

test.each(addressings)('a group addressed by %s carries messages both ways', async (addressing) => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone('Ana'), await world.phone('Ben')]
  const group = await ana.createGroup('Picnic', [phone.number, ben.jid], { addressing })

  const first = await ana.send(group.id, 'who brings bread?')
  const arrived = await client.receivedText('who brings bread?')
  expect(arrived).toMatchObject({
    key: {
      id: first.id,
      fromMe: false,
      remoteJid: group.id,
      participant: addressing === 'lid' ? ana.lid : ana.jid,
      participantAlt: addressing === 'lid' ? ana.jid : ana.lid,
      addressingMode: addressing === 'lid' ? 'lid' : 'pn',
    },
    pushName: 'Ana',
  })
  await ana.send(group.id, 'and salt?')
  await client.receivedText('and salt?')
  expect(await ben.received(({ text }) => text === 'and salt?')).toMatchObject({ from: ana.number, to: group.id })

  const answer = await client.socket.sendMessage(group.id, { text: 'we do' })
  for (const one of [ana, ben, phone]) {
    expect(await one.received(({ text }) => text === 'we do')).toMatchObject({
      id: answer?.key.id,
      from: phone.number,
      to: group.id,
    })
  }
  await client.socket.sendMessage(group.id, { text: 'both of it' })
  await ben.received(({ text }) => text === 'both of it')

  const pushed = world.simulator.deliveries(`${phone.number}:1`).filter(({ tag }) => tag === 'message')
  // The sender key comes with the first message only.
  expect(pushed.map(({ encryption }) => encryption)).toEqual([['pkmsg', 'skmsg'], ['skmsg']])
  expect(world.violations()).toEqual([])
})

test('companions of several members read each other in a group, and the own phone is read by its companion', async () => {
  const world = await World.start()
  const [one, two] = [await world.linked(), await world.linked()]
  const group = await one.phone.createGroup('Team', [two.phone.number])
  await one.client.socket.sendMessage(group.id, { text: 'from the first' })
  const seen = await two.client.receivedText('from the first')
  expect(seen.key).toMatchObject({ remoteJid: group.id, fromMe: false })
  await two.client.socket.sendMessage(group.id, { text: 'from the second' })
  await one.client.receivedText('from the second')
  await two.phone.send(group.id, 'from the phone')
  expect((await two.client.receivedText('from the phone')).key).toMatchObject({
    fromMe: true,
    remoteJid: group.id,
    participant: two.phone.lid,
  })
  await one.client.receivedText('from the phone')
  expect(world.violations()).toEqual([])
})

test('a companion finds its groups, and what is in them', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Chess', [phone.number])
  await group.setDescription('Mondays')
  await group.setAnnouncement(true)
  const metadata = await client.socket.groupMetadata(group.id)
  expect(metadata).toMatchObject({
    id: group.id,
    subject: 'Chess',
    addressingMode: 'lid',
    owner: ana.lid,
    ownerPn: ana.jid,
    desc: 'Mondays',
    descOwner: ana.lid,
    announce: true,
    restrict: false,
    size: 2,
    participants: [
      { id: ana.lid, phoneNumber: ana.jid, admin: 'superadmin' },
      { id: phone.lid, phoneNumber: phone.jid, admin: null },
    ],
  })
  expect(await client.socket.groupFetchAllParticipating()).toEqual({ [group.id]: metadata })
  const other = await ana.createGroup('Others', [])
  await expect(client.socket.groupMetadata(other.id)).rejects.toMatchObject({ data: 403 })
  await expect(client.socket.groupMetadata('120363000000000000@g.us')).rejects.toMatchObject({ data: 404 })
})

test('what happens in a group is told to the companions of its members', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone('Ana'), await world.phone('Ben')]
  const happened: unknown[] = []
  client.socket.ev.on('groups.upsert', ([made]) => happened.push(['made', made?.subject, made?.author]))
  client.socket.ev.on('groups.update', ([{ id: _id, ...change } = {}]) => {
    const { author: _author, authorPn: _pn, ...news } = change
    happened.push(news)
  })
  client.socket.ev.on('group-participants.update', ({ action, participants, author }) => {
    happened.push([action, participants.map(({ id }) => id), author])
  })
  // One at a time: the library merges updates of a group that it has not told of yet.
  const expectNext = async (act: Promise<unknown> | undefined, news: unknown) => {
    await act
    await expect.poll(() => happened).toHaveLength(1)
    expect(happened.splice(0)).toEqual([news])
  }
  const group = await ana.createGroup('Old', [phone.number])
  await expectNext(undefined, ['made', 'Old', ana.lid])
  await expectNext(group.add([ben.number]), ['add', [ben.lid], ana.lid])
  await expectNext(group.promote([ben.lid]), ['promote', [ben.lid], ana.lid])
  await expectNext(group.demote([ben.jid]), ['demote', [ben.lid], ana.lid])
  await expectNext(group.rename('New'), { subject: 'New' })
  await expectNext(group.setDescription('what for'), { desc: 'what for' })
  await expectNext(group.setDescription(), { desc: undefined })
  await expectNext(group.setAnnouncement(true), { announce: true })
  await expectNext(group.setAnnouncement(false), { announce: false })
  await expectNext(group.setLocked(true), { restrict: true })
  await expectNext(group.setLocked(false), { restrict: false })
  const before = await group.inviteCode()
  const renewed = group.renewInvite()
  await expectNext(renewed, { inviteCode: await renewed })
  await expect(ben.joinGroup(before)).rejects.toMatchObject({ code: 'group-not-found' })
  await expectNext(group.remove([ben.number]), ['remove', [ben.lid], ana.lid])
  await expectNext(ben.joinGroup(await renewed), ['add', [ben.lid], ben.lid])
  await expectNext(ben.group(group.id)?.leave(), ['remove', [ben.lid], ben.lid])
  await expectNext(group.remove([phone.number]), ['remove', [phone.lid], ana.lid])
  expect(phone.groups()).toEqual([])
  expect(ana.group(group.id)?.participants()).toMatchObject([{ number: ana.number, role: 'superadmin' }])
  const pushed = () => world.simulator.deliveries(`${phone.number}:1`).filter(({ tag }) => tag !== 'peer')
  await expect.poll(() => pushed().filter(({ acked }) => acked === undefined)).toEqual([])
  expect(pushed().filter(({ tag, acked }) => tag === 'notification' && acked?.by === 'ack')).toHaveLength(
    pushed().length,
  )
})

test('who is added to a group later gets it whole', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Growing', [])
  await ana.send(group.id, 'alone')
  const joined: unknown[] = []
  client.socket.ev.on('groups.upsert', (groups) => joined.push(...groups))
  await group.add([phone.number])
  await expect.poll(() => joined).toMatchObject([{ id: group.id, subject: 'Growing', size: 2, author: ana.lid }])
  await ana.send(group.id, 'together')
  await client.receivedText('together')
  expect(client.texts()).not.toContain('alone')
})

test('a companion manages a group', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const { socket } = client
  const { id } = await socket.groupCreate('Made here', [ana.jid])
  expect(ana.group(id)?.participants()).toMatchObject([
    { number: phone.number, role: 'superadmin' },
    { number: ana.number, role: 'member' },
  ])
  const view = () => ana.group(id)
  await socket.groupUpdateSubject(id, 'Käse')
  expect(view()?.subject).toBe('Käse')
  await socket.groupUpdateDescription(id, 'about cheese')
  expect(view()?.description).toBe('about cheese')
  await socket.groupUpdateDescription(id)
  expect(view()?.description).toBeUndefined()
  await socket.groupSettingUpdate(id, 'announcement')
  await socket.groupSettingUpdate(id, 'locked')
  expect(view()).toMatchObject({ announcement: true, locked: true })
  await socket.groupSettingUpdate(id, 'not_announcement')
  await socket.groupSettingUpdate(id, 'unlocked')
  expect(view()).toMatchObject({ announcement: false, locked: false })

  expect(
    await socket.groupParticipantsUpdate(id, [ben.jid, ana.jid, '19995550000@s.whatsapp.net'], 'add'),
  ).toMatchObject([{ status: '200' }, { status: '409' }, { status: '404' }])
  await socket.groupParticipantsUpdate(id, [ben.jid], 'promote')
  expect(
    view()
      ?.participants()
      .map(({ role }) => role),
  ).toEqual(['superadmin', 'member', 'admin'])
  expect(
    await ben
      .group(id)
      ?.remove([phone.number])
      .catch((error: unknown) => error),
  ).toMatchObject({
    code: 'member-refused',
  })
  await socket.groupParticipantsUpdate(id, [ben.jid], 'demote')
  await socket.groupParticipantsUpdate(id, [ben.jid], 'remove')
  expect(ben.groups()).toEqual([])

  const code = (await socket.groupInviteCode(id)) ?? ''
  expect((await socket.groupGetInviteInfo(code)).subject).toBe('Käse')
  expect((await ben.joinGroup(code)).id).toBe(id)
  expect(await socket.groupRevokeInvite(id)).not.toBe(code)
  await expect(ana.joinGroup(code)).rejects.toMatchObject({ code: 'group-not-found' })
  await socket.groupLeave(id)
  expect(
    view()
      ?.participants()
      .map(({ number }) => number),
  ).toEqual([ana.number, ben.number])
})

test('who is no admin, or not in the group, is refused', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Mine', [phone.number, ben.number])
  await expect(client.socket.groupParticipantsUpdate(group.id, [ben.jid], 'remove')).rejects.toMatchObject({
    data: 403,
  })
  await expect(ben.group(group.id)?.promote([ben.number])).rejects.toMatchObject({ code: 'not-an-admin' })
  await client.socket.groupUpdateSubject(group.id, 'Ours')
  await group.setLocked(true)
  await expect(client.socket.groupUpdateSubject(group.id, 'Theirs')).rejects.toMatchObject({ data: 403 })
  await expect(group.rename('')).rejects.toMatchObject({ code: 'bad-subject' })

  await group.setAnnouncement(true)
  await expect(ben.send(group.id, 'hello?')).rejects.toMatchObject({ code: 'not-an-admin' })
  const refused = await client.socket.sendMessage(group.id, { text: 'hello?' })
  const error = 0
  await client.until(
    (one) => one.statuses.some(({ id, status }) => id === refused?.key.id && status === error),
    'refused',
  )
  await ben.group(group.id)?.leave()
  await expect(ben.send(group.id, 'still?')).rejects.toMatchObject({ code: 'not-a-member' })
  await expect(ben.createGroup('x', ['19995550000'])).rejects.toMatchObject({ code: 'recipient-not-found' })
})

test('a member who left reads nothing of what is written afterwards', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Secret', [phone.number, ben.number])
  await ana.send(group.id, 'all of us')
  await ben.received(({ text }) => text === 'all of us')
  await client.receivedText('all of us')
  await group.remove([ben.number])
  await ana.send(group.id, 'two of us')
  await client.receivedText('two of us')
  expect(ben.messages().map(({ text }) => text)).toEqual(['all of us'])
  const encryption = world.simulator
    .deliveries(`${phone.number}:1`)
    .flatMap((one) => (one.tag === 'message' ? [one.encryption] : []))
  // Whoever had the key must not be able to read on, so each of the two messages came with a new one.
  expect(encryption).toMatchObject([{ length: 2 }, { length: 2 }])
})

test('a companion that lost the sender key of a member asks again and gets the message', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Forgetful', [phone.number])
  await ana.send(group.id, 'before')
  await client.receivedText('before')
  const name = `${group.id}::${client.socket.signalRepository.jidToSignalProtocolAddress(ana.lid).replace('.', '::')}`
  expect(Object.keys(await client.keys.get('sender-key', [name]))).toEqual([name])
  await client.keys.set({ 'sender-key': { [name]: null } })
  await ana.send(group.id, 'lost at first')
  await client.receivedText('lost at first')
  await ana.send(group.id, 'after')
  await client.receivedText('after')
})

test('a phone that a companion did not know of asks for a message to the group, and gets it', async () => {
  const world = await World.start()
  const { client, phone } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Late', [phone.number])
  const stale = [await client.socket.groupMetadata(group.id)]
  await group.add([ben.number])
  const other = world.client({ cachedGroupMetadata: async () => stale.pop() })
  await other.link(phone)
  const sent = await other.socket.sendMessage(group.id, { text: 'for a list without Ben' })
  expect(await ben.received(({ text }) => text === 'for a list without Ben')).toMatchObject({ id: sent?.key.id })
  await ana.received(({ text }) => text === 'for a list without Ben')
  expect(ana.messages()).toHaveLength(1)
  expect(world.violations()).toEqual([])
})

test('members report to the author of a message in a group', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Receipts', [phone.number, ben.number])
  const reported: unknown[] = []
  client.socket.ws.on('CB:receipt', ({ attrs, content }: BinaryNode) => {
    const items = Array.isArray(content)
      ? content.flatMap((list) => (Array.isArray(list.content) ? list.content : []))
      : []
    reported.push([attrs.from, attrs.participant, attrs.type, [attrs.id, ...items.map((item) => item.attrs.id)]])
  })
  const one = await client.socket.sendMessage(group.id, { text: 'one' })
  const two = await client.socket.sendMessage(group.id, { text: 'two' })
  await ana.received(({ text }) => text === 'two')
  await ben.received(({ text }) => text === 'two')
  await ana.read()
  const ids = [one?.key.id, two?.key.id]
  await expect.poll(() => reported).toHaveLength(5)
  for (const id of ids) {
    for (const member of [ana.lid, ben.lid]) expect(reported).toContainEqual([group.id, member, undefined, [id]])
  }
  // Both were read in one act, so one receipt names them both.
  expect(reported).toContainEqual([group.id, ana.lid, 'read', ids])

  const question = await ana.send(group.id, 'all fine?')
  const arrived = await client.receivedText('all fine?')
  await ana.received(({ id, status }) => id === question.id && status === 'delivered')
  await client.socket.readMessages([arrived.key])
  const read = await ana.received(({ id, receipts: all }) => id === question.id && all.length === 3)
  expect(read.receipts).toMatchObject([
    { kind: 'delivered' },
    { kind: 'delivered' },
    { by: phone.number, kind: 'read' },
  ])
  expect(read.status).toBe('delivered')
  await ben.read()
  await ana.received(({ id, status }) => id === question.id && status === 'read')
})

test('groups and sender keys outlive the server', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Kept', [phone.number])
  await group.setDescription('for ever')
  await ana.send(group.id, 'before')
  await client.receivedText('before')
  await client.socket.sendMessage(group.id, { text: 'answer' })
  await ana.received(({ text }) => text === 'answer')
  await client.close()
  await world.restart()
  const again = world.simulator.phone(ana.number)
  expect(again?.group(group.id)).toMatchObject({ subject: 'Kept', description: 'for ever' })
  await client.reconnect()
  await again?.send(group.id, 'after')
  await client.receivedText('after')
  await client.socket.sendMessage(group.id, { text: 'answer after' })
  await again?.received(({ text }) => text === 'answer after')
  const encryption = world.simulator.deliveries().flatMap((one) => (one.tag === 'message' ? [one.encryption] : []))
  expect(encryption).toEqual([['skmsg']])
  expect(world.violations()).toEqual([])
})

test('an iteration of a sender key used for two messages is noticed', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Twice', [phone.number])
  await client.socket.sendMessage(group.id, { text: 'one' })
  const own = client.socket.user?.lid ?? ''
  const name = `${group.id}::${client.socket.signalRepository.jidToSignalProtocolAddress(own).replace('.', '::')}`
  const { [name]: key } = await client.keys.get('sender-key', [name])
  const copy = structuredClone(key)
  await client.socket.sendMessage(group.id, { text: 'two' })
  await ana.received(({ text }) => text === 'two')
  expect(world.violations()).toEqual([])
  // As after the restore of an old backup.
  await client.keys.set({ 'sender-key': { [name]: copy } })
  await client.socket.sendMessage(group.id, { text: 'three' })
  await expect.poll(() => world.violations()).toMatchObject([{ rule: 'reused-counter', device: `${phone.number}:1` }])
})

test('a message to a group with a known id is delivered once', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Once', [phone.number])
  const messageId = '3EB0BBBBBBBBBBBBBBBBBB'
  await client.socket.sendMessage(group.id, { text: 'once' }, { messageId })
  await client.socket.sendMessage(group.id, { text: 'once' }, { messageId })
  await client.socket.sendMessage(group.id, { text: 'end' })
  await ana.received(({ text }) => text === 'end')
  expect(ana.messages().map(({ text }) => text)).toEqual(['once', 'end'])
  const received = world.simulator
    .history()
    .flatMap((entry) => (entry.event === 'received' && entry.id === messageId ? [entry] : []))
  expect(received).toMatchObject([{ to: group.id, encryption: ['pkmsg', 'msg', 'skmsg'] }, { repeated: true }])
})
