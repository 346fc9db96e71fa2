import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversation, nextId } from './conversation.js'
import { messageTo, textTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

for (const addressing of ['lid', 'number'] as const) {
  test(`in a group of people by ${addressing}, everybody knows which message is meant and whose it is`, async () => {
    const { writer, writerPhone, reader, readerPhone } = await conversation(whatsapp)
    const group = await readerPhone.createGroup('Friends', [writerPhone.number], { addressing })
    const asked = await readerPhone.send(group.id, 'when?')
    const { data } = await writer.told('message.received', (event) => event.data.id === asked.id)
    expect(data).toMatchObject({ chat: group.id, chatPhone: null, chatLid: null, sender: readerPhone.jid })
    const [answer, own] = [nextId(), nextId()]
    const quoted = { id: asked.id, sender: readerPhone.jid, content: { kind: 'text', text: 'when?' } } as const
    await writer.connection.send(messageTo(group.id, answer, { kind: 'text', text: 'now', quoted }))
    const target = { id: asked.id, sender: readerPhone.jid }
    await writer.connection.send(messageTo(group.id, nextId(), { kind: 'reaction', target, emoji: '👍' }))
    await writer.connection.send(textTo(group.id, own, 'mine'))
    await writer.connection.send(messageTo(group.id, nextId(), { kind: 'delete', target: { id: own, sender: null } }))
    expect((await reader.told('message.received', (event) => event.data.id === answer)).data).toMatchObject({
      chat: group.id,
      sender: writerPhone.jid,
      phone: writerPhone.number,
      lid: writerPhone.lid,
      content: { kind: 'text', text: 'now', quoted },
    })
    const { data: reacted } = await reader.told('message.reaction')
    expect(reacted).toMatchObject({ target: asked.id, targetSender: null, emoji: '👍' })
    expect((await reader.told('message.deleted')).data.target).toBe(own)
    const reaction = await readerPhone.received(({ kind }) => kind === 'reaction')
    const author = addressing === 'lid' ? readerPhone.lid : readerPhone.jid
    expect(reaction.content.reactionMessage?.key).toMatchObject({ participant: author, fromMe: false })
  })
}

test('an admin deletes what another member wrote', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const group = await writerPhone.createGroup('Friends', [readerPhone.number])
  const { id } = await readerPhone.send(group.id, 'rude')
  await writer.told('message.received', ({ data }) => data.id === id)
  const target = { id, sender: readerPhone.jid }
  await writer.connection.send(messageTo(group.id, nextId(), { kind: 'delete', target }))
  const deletion = await readerPhone.received(({ kind }) => kind === 'revoke')
  expect(deletion.about).toBe(id)
})

test('disappearing messages are a setting of the group', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const group = await writerPhone.createGroup('Friends', [readerPhone.number])
  await writer.connection.send(messageTo(group.id, nextId(), { kind: 'disappearing', seconds: 86_400 }))
  const { data } = await writer.told('group.changed', (event) => event.data.change.what === 'disappearing')
  expect(data).toMatchObject({ group: group.id, change: { what: 'disappearing', seconds: 86_400 } })
})

test('a group that the account is not in, or not any more, is refused as such', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const [theirs, ours] = [
    await readerPhone.createGroup('Others', []),
    await readerPhone.createGroup('Friends', [writerPhone.number]),
  ]
  const sendTo = (chat: string) => writer.connection.send(textTo(chat, nextId(), 'hello'))
  await expect(sendTo(theirs.id)).rejects.toMatchObject({ code: 'not-in-group', effect: 'none' })
  await expect(sendTo('120363999999999999@g.us')).rejects.toMatchObject({ code: 'group-not-found', effect: 'none' })
  await sendTo(ours.id)
  await ours.remove([writerPhone.number])
  await expect(sendTo(ours.id)).rejects.toMatchObject({ code: 'not-in-group', effect: 'none' })
})

test('where only admins write, whoever is none is told so', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const group = await readerPhone.createGroup('News', [writerPhone.number])
  await writer.connection.send(textTo(group.id, nextId(), 'before'))
  await group.setAnnouncement(true)
  const sending = writer.connection.send(textTo(group.id, nextId(), 'after'))
  await expect(sending).rejects.toMatchObject({ code: 'not-group-admin', effect: 'none' })
  await group.promote([writerPhone.number])
  await writer.told('group.changed', ({ data }) => data.change.what === 'promoted')
  await writer.connection.send(textTo(group.id, nextId(), 'as admin'))
  await readerPhone.received(({ text }) => text === 'as admin')
})

test('receipts of a group say whose they are', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const group = await readerPhone.createGroup('Friends', [writerPhone.number])
  const id = nextId()
  await writer.connection.send(textTo(group.id, id, 'hello'))
  await readerPhone.received((message) => message.id === id)
  await readerPhone.read([id])
  const statuses = () =>
    writer.log.reports.filter(
      (report) => report.kind === 'message-status' && report.id === id && report.chat === group.id,
    )
  await expect.poll(statuses).toEqual(
    expect.arrayContaining([
      { kind: 'message-status', chat: group.id, id, status: 'delivered', participant: readerPhone.jid },
      { kind: 'message-status', chat: group.id, id, status: 'read', participant: readerPhone.jid },
    ]),
  )
})

test('a channel cannot be written to', async () => {
  const { writer } = await conversation(whatsapp)
  const sending = writer.connection.send(textTo('120363@newsletter', nextId(), 'hello'))
  await expect(sending).rejects.toMatchObject({ code: 'not-supported' })
})
