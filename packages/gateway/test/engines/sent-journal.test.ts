import { startSimulator, type Simulator } from '@gangway/simulator'
import { proto } from 'baileys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeSent, journalEntry, sentTo } from '#gateway/engines/baileys/sending/journal.js'
import { conversation, nextId } from './conversation.js'
import { storeOver } from './key-stores.js'
import { MemoryCredentials, shop } from './memory-credentials.js'
import { messageTo, textTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

const arrivals = (id: string) =>
  whatsapp.history().filter((entry) => entry.event === 'received' && entry.tag === 'message' && entry.id === id)

test('a message is stored before it leaves, and sent again after a crash it is the same message', async () => {
  const { writer, readerPhone, writerPhone } = await conversation(whatsapp)
  const id = nextId()
  whatsapp.faults.add({ kind: 'withhold-ack', number: writerPhone.number })
  const first = writer.connection.send(textTo(readerPhone.jid, id, 'once'))
  first.catch(() => undefined)
  await expect.poll(() => arrivals(id).length).toBe(1)
  const journal = await writer.credentials.sent(shop.id, id)
  const again = await writer.restarted(whatsapp)
  await expect(first).rejects.toMatchObject({ code: 'send-timed-out', effect: 'unknown' })
  // Whatever is handed in under the id by now: what was sent stands.
  await again.connection.send(textTo(readerPhone.jid, id, 'something else'))
  const received = await readerPhone.received((message) => message.id === id)
  expect(received.text).toBe('once')
  expect(arrivals(id)).toHaveLength(2)
  expect(proto.WebMessageInfo.decode(journal ?? Buffer.alloc(0)).message?.extendedTextMessage?.text).toBe('once')
  expect(readerPhone.messages().filter((message) => message.id === id)).toHaveLength(1)
})

test('who cannot read a message is sent it again, also when this process has never seen it', async () => {
  const { writer, reader, readerPhone } = await conversation(whatsapp)
  await writer.connection.send(textTo(readerPhone.jid, nextId(), 'a session'))
  await reader.told('message.received')
  await reader.close()
  const id = nextId()
  await writer.connection.send(messageTo(readerPhone.jid, id, { kind: 'text', text: 'kept', forwarded: { score: 2 } }))
  await writer.restarted(whatsapp)
  reader.credentials.forget('session')
  const later = await reader.restarted(whatsapp)
  const { data } = await later.told('message.received', (event) => event.data.id === id)
  expect(data.content).toEqual({ kind: 'text', text: 'kept', forwarded: { score: 2 } })
  expect(later.events()[0]).toMatchObject({ kind: 'message.undecryptable', data: { id } })
})

test('a phone that could not read a message is answered after a restart', async () => {
  const { writer, readerPhone } = await conversation(whatsapp)
  const id = nextId()
  readerPhone.leave()
  whatsapp.faults.add({ kind: 'unreadable', number: readerPhone.number })
  await writer.connection.send(textTo(readerPhone.jid, id, 'kept'))
  await writer.restarted(whatsapp)
  await readerPhone.comeBack()
  expect((await readerPhone.received((message) => message.id === id)).text).toBe('kept')
})

test('who was not sent a message is not sent it again either', async () => {
  const { keys } = storeOver(new MemoryCredentials())
  const message = { extendedTextMessage: { text: 'for my friend' } }
  const bytes = encodeSent('3EB0A', { chat: '4915100@s.whatsapp.net', message })
  await keys.set(journalEntry('3EB0A', bytes))
  keys.book.introduce('4915100@s.whatsapp.net', '77700@lid')
  const asks = (remoteJid: string) => sentTo(keys, { id: '3EB0A', remoteJid })
  expect(await asks('4915100:3@s.whatsapp.net')).toMatchObject(message)
  expect(await asks('77700:3@lid')).toMatchObject(message)
  expect(await asks('4915999@s.whatsapp.net')).toBeUndefined()
  expect(await asks('120363@g.us')).toBeUndefined()
  expect(await sentTo(keys, { id: '3EB0B', remoteJid: '4915100@s.whatsapp.net' })).toBeUndefined()
})
