import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Restriction } from '#gateway/core/errors/restriction.js'
import { conversation, nextId } from './conversation.js'
import { textTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

test('an account that may begin no new chats says until when', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const until = new Date('2030-03-17T17:46:40Z')
  await writerPhone.restrict({ until })
  const refused: unknown = await writer.connection
    .send(textTo(readerPhone.jid, nextId(), 'hello'))
    .catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Restriction)
  expect(refused).toMatchObject({ code: 'instance-restricted', effect: 'none', until })
  await writerPhone.unrestrict()
  await writer.connection.send(textTo(readerPhone.jid, nextId(), 'hello again'))
})

test('a refusal that has no name carries its code, and the message may be tried again under its id', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const id = nextId()
  const sending = () => writer.connection.send(textTo(readerPhone.jid, id, 'hello'))
  whatsapp.faults.add({ kind: 'refuse-message', error: 479, number: writerPhone.number })
  await expect(sending()).rejects.toMatchObject({ code: 'whatsapp-refused', effect: 'none' })
  await sending()
  expect((await readerPhone.received((message) => message.id === id)).text).toBe('hello')
})
