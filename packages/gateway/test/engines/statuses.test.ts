import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversation, nextId } from './conversation.js'
import { messageTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

const today = { kind: 'text', text: 'today', style: { background: '#1F7AEC', font: 2 } } as const

test('a status goes to those it is for, to the phone of the account, and to nobody else', async () => {
  const { writer, writerPhone, reader, readerPhone } = await conversation(whatsapp)
  const stranger = await whatsapp.registerPhone()
  const id = nextId()
  await writer.connection.send(messageTo('status@broadcast', id, today, { audience: [readerPhone.jid] }))
  const { data } = await reader.told('message.received', (event) => event.data.id === id)
  expect(data).toMatchObject({ chat: 'status@broadcast', chatPhone: null, sender: writerPhone.jid, content: today })
  await writerPhone.received((message) => message.id === id)
  expect(stranger.messages()).toEqual([])
  await readerPhone.read([id])
  const seen = { kind: 'message-status', chat: 'status@broadcast', id, status: 'read', participant: readerPhone.jid }
  await expect.poll(() => writer.log.reports).toContainEqual(seen)
  const target = { id, sender: null }
  await writer.connection.send(
    messageTo('status@broadcast', nextId(), { kind: 'delete', target }, { audience: [readerPhone.jid] }),
  )
  expect((await reader.told('message.deleted')).data).toMatchObject({ chat: 'status@broadcast', target: id })
})

test('statuses of others are told as theirs', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const { id } = await readerPhone.postStatus({ kind: 'text', text: 'mine', background: '#1F7AEC' }, [
    writerPhone.number,
  ])
  const { data } = await writer.told('message.received', (event) => event.data.id === id)
  expect(data).toMatchObject({
    chat: 'status@broadcast',
    sender: readerPhone.jid,
    phone: readerPhone.number,
    lid: readerPhone.lid,
    content: { kind: 'text', text: 'mine' },
  })
})
