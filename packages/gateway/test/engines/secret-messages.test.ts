import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { proto } from 'baileys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversation, nextId } from './conversation.js'
import { textTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

/** As clients encrypt what refers to another message: bound to its id, both people, and what it is for. */
function sealed(secret: Uint8Array, bound: string, message: Uint8Array) {
  const encIv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(hkdfSync('sha256', secret, '', bound, 32)), encIv)
  return { encIv, encPayload: Buffer.concat([cipher.update(message), cipher.final(), cipher.getAuthTag()]) }
}

const { SecretEncType } = proto.Message.SecretEncryptedMessage
const messageEdit = (id: string, sealing: ReturnType<typeof sealed>): proto.IMessage => ({
  secretEncryptedMessage: { targetMessageKey: { id }, secretEncType: SecretEncType.MESSAGE_EDIT, ...sealing },
})
const raw = (phone: VirtualPhone, to: VirtualPhone, message: proto.IMessage) =>
  phone.sendContent(to.number, { kind: 'raw', message })

test('an edit that is encrypted with the secret of its message is an edit', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  for (const jid of [readerPhone.lid, readerPhone.jid]) {
    const messageSecret = randomBytes(32)
    const first = { conversation: 'helo', messageContextInfo: { messageSecret } }
    const { id } = await raw(readerPhone, writerPhone, first)
    const plain = proto.Message.encode({ protocolMessage: { key: { id }, editedMessage: { conversation: 'hello' } } })
    const sealing = sealed(messageSecret, `${id}${jid}${jid}Message Edit`, plain.finish())
    await raw(readerPhone, writerPhone, messageEdit(id, sealing))
    const { data } = await writer.told('message.edited', (event) => event.data.target === id)
    expect(data.content).toEqual({ kind: 'text', text: 'hello' })
  }
})

test('a reaction that is encrypted with the secret of a message of ours is a reaction, after a restart too', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const id = nextId()
  await writer.connection.send(textTo(readerPhone.jid, id, 'hello'))
  const { content } = await readerPhone.received((message) => message.id === id)
  const secret = content.messageContextInfo?.messageSecret ?? Buffer.alloc(0)
  const later = await writer.restarted(whatsapp)
  const plain = proto.Message.ReactionMessage.encode({ text: '👍' }).finish()
  const bound = `${id}${writerPhone.jid}${readerPhone.lid}Enc Reaction`
  const encReactionMessage = { targetMessageKey: { id }, ...sealed(secret, bound, plain) }
  await raw(readerPhone, writerPhone, { encReactionMessage })
  expect((await later.told('message.reaction')).data).toMatchObject({ target: id, targetSender: null, emoji: '👍' })
})

test('what does not open is told as not carried', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const messageSecret = randomBytes(32)
  const { id } = await raw(readerPhone, writerPhone, { conversation: 'helo', messageContextInfo: { messageSecret } })
  const { lid } = readerPhone
  const hostile = [
    sealed(randomBytes(32), `${id}${lid}${lid}Message Edit`, Buffer.from('x')),
    sealed(messageSecret, `${id}${lid}${lid}Message Edit`, Buffer.from('no message at all')),
    { encIv: Buffer.alloc(0), encPayload: Buffer.alloc(3) },
  ]
  for (const sealing of hostile) {
    const message = await raw(readerPhone, writerPhone, messageEdit(id, sealing))
    const { data } = await writer.told('message.received', (event) => event.data.id === message.id)
    expect(data.content).toEqual({ kind: 'unsupported', type: 'secretEncryptedMessage' })
  }
})
