import { proto, type BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import type { PhoneContent } from '#simulator/index.js'
import { received } from './client.js'
import { World } from './world.js'

type Row = readonly [content: PhoneContent, message: proto.IMessage, type: string, mediatype: string | undefined]

const contents: Row[] = [
  [{ kind: 'text', text: 'plain' }, { conversation: 'plain' }, 'text', undefined],
  [
    { kind: 'location', latitude: 52.5, longitude: 13.4, name: 'Here', address: 'Somewhere 1' },
    { locationMessage: { degreesLatitude: 52.5, degreesLongitude: 13.4, name: 'Here', address: 'Somewhere 1' } },
    'media',
    'location',
  ],
  [
    { kind: 'contact', name: 'Ben', number: '15550003333' },
    {
      contactMessage: { displayName: 'Ben', vcard: expect.stringContaining('waid=15550003333:+15550003333') as string },
    },
    'media',
    'vcard',
  ],
  [
    { kind: 'poll', question: 'When?', options: ['Monday', 'Never'], selectable: 2 },
    {
      pollCreationMessageV3: {
        name: 'When?',
        options: [{ optionName: 'Monday' }, { optionName: 'Never' }],
        selectableOptionsCount: 2,
      },
    },
    'poll',
    undefined,
  ],
  [
    { kind: 'image', caption: 'look' },
    { imageMessage: { caption: 'look', mimetype: 'image/jpeg', fileLength: expect.anything() as number } },
    'media',
    'image',
  ],
  [{ kind: 'video', mimetype: 'video/3gpp' }, { videoMessage: { mimetype: 'video/3gpp' } }, 'media', 'video'],
  [{ kind: 'audio', voice: true }, { audioMessage: { ptt: true } }, 'media', 'ptt'],
  [
    { kind: 'document', fileName: 'bill.pdf' },
    { documentMessage: { fileName: 'bill.pdf', mimetype: 'application/pdf' } },
    'media',
    'document',
  ],
  [{ kind: 'sticker' }, { stickerMessage: { mimetype: 'image/webp' } }, 'media', 'sticker'],
  [
    { kind: 'raw', message: { eventMessage: { name: 'Party' } }, type: 'event' },
    { eventMessage: { name: 'Party' } },
    'event',
    undefined,
  ],
]

test.each<Row>(contents)(
  'a phone sends $kind to a companion, a phone and a group',
  async (content, message, type, mediatype) => {
    const world = await World.start()
    const { phone, client } = await world.linked()
    const [ana, ben] = [await world.phone(), await world.phone()]
    const group = await ana.createGroup('All kinds', [phone.number, ben.number])
    const stanzas: unknown[] = []
    client.socket.ws.on('CB:message', ({ attrs, content: parts }: BinaryNode) => {
      const encs = Array.isArray(parts) ? parts.filter(({ tag }) => tag === 'enc') : []
      stanzas.push([attrs.id, attrs.type, encs.at(-1)?.attrs.mediatype])
    })
    for (const to of [phone.number, group.id]) {
      const { id } = await ana.sendContent(to, content)
      expect((await received(client, id)).message).toMatchObject(message)
      expect(stanzas).toContainEqual([id, type, mediatype])
    }
    const kind = content.kind === 'raw' ? 'event' : content.kind
    expect(await ben.received(({ to }) => to === group.id)).toMatchObject({ kind, content: message })
    expect(ana.messages()).toMatchObject([{ kind }, { kind }])
    expect(world.violations()).toEqual([])
  },
)

test('a companion is told what a phone of another account does with messages', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const own = await client.socket.sendMessage(ana.lid, { text: 'ours' })
  await ana.received(({ text }) => text === 'ours')
  const ownId = own?.key.id ?? ''

  const love = await ana.react(ownId, '❤️')
  expect((await received(client, love.id)).message?.reactionMessage).toMatchObject({
    text: '❤️',
    key: { id: ownId, fromMe: true, remoteJid: ana.lid },
  })
  const none = await ana.react(ownId, '')
  expect((await received(client, none.id)).message?.reactionMessage?.text).toBe('')
  expect([love, none]).toMatchObject([
    { kind: 'reaction', text: '❤️', about: ownId },
    { kind: 'reaction', text: '', about: ownId },
  ])

  const typo = await ana.send(phone.number, 'helo')
  const edit = await ana.edit(typo.id, 'hello')
  const edited = await received(client, edit.id)
  expect(edited.message?.protocolMessage).toMatchObject({
    type: proto.Message.ProtocolMessage.Type.MESSAGE_EDIT,
    key: { id: typo.id, fromMe: true },
    editedMessage: { conversation: 'hello' },
  })
  const gone = await ana.revoke(typo.id)
  expect((await received(client, gone.id)).message?.protocolMessage).toMatchObject({
    type: proto.Message.ProtocolMessage.Type.REVOKE,
    key: { id: typo.id, fromMe: true },
  })
  const reply = await ana.sendContent(phone.number, { kind: 'text', text: 'which?' }, { quote: ownId })
  expect((await received(client, reply.id)).message?.extendedTextMessage).toMatchObject({
    text: 'which?',
    contextInfo: { stanzaId: ownId, participant: phone.jid, quotedMessage: { extendedTextMessage: { text: 'ours' } } },
  })
  expect(await phone.received(({ id }) => id === edit.id)).toMatchObject({
    kind: 'edit',
    text: 'hello',
    about: typo.id,
  })
  expect(await phone.received(({ id }) => id === gone.id)).toMatchObject({ kind: 'revoke', text: '', about: typo.id })
  expect(await phone.received(({ id }) => id === reply.id)).toMatchObject({ kind: 'text', about: ownId })
  await expect(ana.react('NO-SUCH-ID', 'x')).rejects.toMatchObject({ code: 'message-not-found' })
})

test('stanzas say from outside that they edit or revoke', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const edits = new Map<string, string | undefined>()
  client.socket.ws.on('CB:message', ({ attrs }: { attrs: Record<string, string> }) =>
    edits.set(attrs.id ?? '', attrs.edit),
  )
  const group = await ana.createGroup('Edits', [phone.number])
  const first = await ana.send(group.id, 'first')
  await client.receivedText('first')
  const [edit, revocation] = [await ana.edit(first.id, 'second'), await ana.revoke(first.id)]
  const mine = await client.socket.sendMessage(group.id, { text: 'mine' })
  await ana.received(({ text }) => text === 'mine')
  const byAdmin = await ana.revoke(mine?.key.id ?? '')
  await received(client, byAdmin.id)
  expect([first, edit, revocation, byAdmin].map(({ id }) => edits.get(id))).toEqual([undefined, '1', '7', '8'])
  expect(client.received.at(-1)?.message?.protocolMessage?.key).toMatchObject({
    id: mine?.key.id,
    remoteJid: group.id,
    participant: phone.lid,
    fromMe: false,
  })
})

test('a phone shows what a companion of another account sends', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  const { socket } = client
  const sent = await ana.send(client.socket.user?.id ?? '', 'question')
  const question = await client.receivedText('question')
  await socket.sendMessage(ana.lid, { react: { text: '👍', key: question.key } })
  expect(await ana.received(({ kind }) => kind === 'reaction')).toMatchObject({ text: '👍', about: sent.id })
  await socket.sendMessage(ana.lid, { text: 'answer' }, { quoted: question })
  const answer = await ana.received(({ text }) => text === 'answer')
  expect(answer).toMatchObject({ kind: 'text', about: sent.id })
  const key = { remoteJid: ana.lid, fromMe: true, id: answer.id }
  await socket.sendMessage(ana.lid, { text: 'better answer', edit: key })
  expect(await ana.received(({ kind }) => kind === 'edit')).toMatchObject({ text: 'better answer', about: answer.id })
  await socket.sendMessage(ana.lid, { delete: key })
  expect(await ana.received(({ kind }) => kind === 'revoke')).toMatchObject({ about: answer.id })
  await socket.sendMessage(ana.lid, { location: { degreesLatitude: 1, degreesLongitude: 2 } })
  expect((await ana.received(({ kind }) => kind === 'location')).content.locationMessage).toMatchObject({
    degreesLatitude: 1,
    degreesLongitude: 2,
  })
  await socket.sendMessage(ana.lid, { poll: { name: 'Tea?', values: ['yes', 'no'] } })
  expect(await ana.received(({ kind }) => kind === 'poll')).toMatchObject({ text: 'Tea?' })
  await socket.sendMessage(ana.lid, {
    contacts: { displayName: 'Ben', contacts: [{ displayName: 'Ben', vcard: 'BEGIN:VCARD' }] },
  })
  expect(await ana.received(({ kind }) => kind === 'contact')).toMatchObject({ text: 'Ben' })
  expect(world.violations()).toEqual([])
})

test('a companion that could not read a message gets it again as what it was', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await ana.send(phone.number, 'warm')
  await client.receivedText('warm')
  world.simulator.faults.add({ kind: 'poison', form: 'garbled', number: phone.number })
  const { id } = await ana.sendContent(phone.number, { kind: 'location', latitude: 3, longitude: 4 })
  await client.until((one) => one.received.some(({ message }) => message?.locationMessage), 'location')
  expect(client.received.at(-1)).toMatchObject({ key: { id }, message: { locationMessage: { degreesLatitude: 3 } } })
})

test('what a phone sends reaches its own companions as sent from elsewhere', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const stanzas: Record<string, string>[] = []
  client.socket.ws.on('CB:message', ({ attrs }: { attrs: Record<string, string> }) => stanzas.push(attrs))
  const direct = await phone.sendContent(ana.number, { kind: 'image', caption: 'mine' })
  expect(await received(client, direct.id)).toMatchObject({
    key: { fromMe: true, remoteJid: ana.lid },
    message: { imageMessage: { caption: 'mine' } },
  })
  const group = await phone.createGroup('Own', [ana.number])
  const inGroup = await phone.send(group.id, 'to all')
  expect((await received(client, inGroup.id)).key).toMatchObject({ fromMe: true, remoteJid: group.id })
  const reacted = await phone.react(direct.id, '👀')
  expect((await received(client, reacted.id)).message?.reactionMessage?.key).toMatchObject({
    id: direct.id,
    fromMe: true,
    remoteJid: ana.lid,
  })
  expect(stanzas).toMatchObject([
    { id: direct.id, from: phone.lid, recipient: ana.lid, peer_recipient_pn: ana.jid },
    { id: inGroup.id, from: group.id, participant: phone.lid, participant_pn: phone.jid },
    { id: reacted.id, from: phone.lid, recipient: ana.lid },
  ])
  const how = world.simulator.deliveries(`${phone.number}:1`).filter(({ tag }) => tag === 'message')
  await expect.poll(() => world.messages('acked')).toHaveLength(3)
  expect(how).toHaveLength(3)
  expect(world.simulator.deliveries(`${phone.number}:1`).filter(({ tag }) => tag === 'message')).toMatchObject(
    how.map(({ id }) => ({ id, acked: { by: 'receipt', type: 'sender' } })),
  )
})
