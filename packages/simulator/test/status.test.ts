import { proto, type BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import { received } from './client.js'
import { plainMedia } from './plain-https.js'
import { World } from './world.js'

const statusJid = 'status@broadcast'
const font = proto.Message.ExtendedTextMessage.FontType.FB_SCRIPT

test.each(['lid', 'number'] as const)('a phone posts a status for some, by %s', async (addressing) => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.simulator.registerPhone({ addressing })
  const own = world.client()
  await own.link(ana)
  const [ben, cid] = [await world.phone(), await world.phone()]
  const posts = [
    await ana.postStatus({ kind: 'text', text: 'sunny', background: '#336699', font }, [phone.number, ben.number]),
    await ana.postStatus({ kind: 'image', caption: 'the sea' }, [phone.number, ben.number]),
    await ana.postStatus({ kind: 'video' }, [phone.number, ben.number]),
    await ana.postStatus({ kind: 'audio', voice: true }, [phone.number, ben.number]),
  ]
  const messages: proto.IMessage[] = [
    { extendedTextMessage: { text: 'sunny', backgroundArgb: 0xff336699, font } },
    { imageMessage: { caption: 'the sea' } },
    { videoMessage: {} },
    { audioMessage: { ptt: true } },
  ]
  for (const [index, { id, to }] of posts.entries()) {
    expect(to).toBe(statusJid)
    const arrived = await received(client, id)
    expect(arrived.message).toMatchObject(messages[index] ?? {})
    const participant = addressing === 'lid' ? ana.lid : ana.jid
    expect(arrived.key).toMatchObject({ remoteJid: statusJid, participant, fromMe: false })
    expect((await received(own, id)).key).toMatchObject({ remoteJid: statusJid, fromMe: true })
    expect(await ben.received((one) => one.id === id)).toMatchObject({ from: ana.number, to: statusJid })
  }
  expect((await ben.media(posts[1]?.id ?? '')).mimetype).toBe('image/jpeg')
  expect(cid.messages()).toEqual([])
  expect(world.violations()).toEqual([])
})

test('who sees a status says so, reacts and answers, and it is taken back', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const { id } = await ana.postStatus({ kind: 'text', text: 'sunny' }, [phone.number, ben.number])
  const arrived = await received(client, id)
  await ben.received((one) => one.id === id)
  await client.socket.readMessages([arrived.key])
  await ben.read([id])
  const seen = await ana.received((one) => one.id === id && one.status === 'read')
  const readers = seen.receipts.filter(({ kind }) => kind === 'read').map(({ by }) => by)
  expect(new Set(readers)).toEqual(new Set([phone.number, ben.number]))

  const love = await ben.react(id, '💚')
  expect(await ana.received((one) => one.id === love.id)).toMatchObject({ kind: 'reaction', about: id, to: statusJid })
  await client.socket.sendMessage(statusJid, { react: { text: '👍', key: arrived.key } }, { statusJidList: [ana.lid] })
  await ana.received(({ kind, text, about, from }) => {
    return kind === 'reaction' && text === '👍' && about === id && from === phone.number
  })
  await ben.sendContent(ana.number, { kind: 'text', text: 'where?' }, { quote: id })
  expect(await ana.received(({ text }) => text === 'where?')).toMatchObject({
    about: id,
    content: { extendedTextMessage: { contextInfo: { remoteJid: statusJid, participant: ana.jid } } },
  })

  const gone = await ana.revoke(id)
  expect((await received(client, gone.id)).message?.protocolMessage).toMatchObject({
    type: proto.Message.ProtocolMessage.Type.REVOKE,
    key: { id, remoteJid: statusJid },
  })
  expect(await ben.received((one) => one.id === gone.id)).toMatchObject({ kind: 'revoke', about: id })
  // A reaction is for who posted, and for nobody else.
  expect(client.received.some(({ key }) => key.id === love.id)).toBe(false)
  expect(world.violations()).toEqual([])
})

test('a companion posts a status for those it lists', async () => {
  const world = await World.start()
  const phone = await world.phone()
  const client = world.client(plainMedia)
  await client.link(phone)
  const other = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const statusJidList = [ana.lid, other.phone.lid, phone.lid]
  const receipts: unknown[] = []
  // As stanzas: the library folds a receipt into the message itself when both come in one moment.
  client.socket.ws.on('CB:receipt', ({ attrs }: BinaryNode) => {
    receipts.push([attrs.id, attrs.participant, attrs.type === 'read'])
  })
  const text = await client.socket.sendMessage(
    statusJid,
    { text: 'open' },
    { statusJidList, backgroundColor: '#102030' },
  )
  const image = await client.socket.sendMessage(statusJid, { image: Buffer.from('picture') }, { statusJidList })
  const [id, pictureId] = [text?.key.id ?? '', image?.key.id ?? '']
  expect(await ana.received((one) => one.id === id)).toMatchObject({
    from: phone.number,
    to: statusJid,
    text: 'open',
    content: { extendedTextMessage: { backgroundArgb: 0xff102030 } },
  })
  await ana.received((one) => one.id === pictureId)
  expect((await ana.media(pictureId)).bytes.toString()).toBe('picture')
  expect((await received(other.client, id)).key).toMatchObject({ remoteJid: statusJid, participant: phone.lid })
  expect(await phone.received((one) => one.id === id)).toMatchObject({ from: phone.number, to: statusJid })

  await ana.read([id])
  const love = await ana.react(id, '💚')
  expect((await received(client, love.id)).message?.reactionMessage).toMatchObject({
    text: '💚',
    key: { id, fromMe: true },
  })
  expect(receipts).toContainEqual([id, ana.lid, false])
  expect(receipts).toContainEqual([id, ana.lid, true])

  await client.socket.sendMessage(statusJid, { delete: text?.key ?? {} }, { statusJidList })
  expect(await ana.received(({ kind }) => kind === 'revoke')).toMatchObject({ about: id, to: statusJid })
  expect(ben.messages()).toEqual([])
  expect(world.violations()).toEqual([])
})
