import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextId } from './conversation.js'
import { LinkedAccount } from './linked-account.js'
import { messageTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

test('who keeps their number to themselves is known by LID, is answered there, and is resolved once they show it', async () => {
  const phone = await whatsapp.registerPhone()
  const shy = await whatsapp.registerPhone({ name: 'Shy', hideNumber: true })
  const account = await LinkedAccount.of(whatsapp, phone)
  const { id } = await shy.send(phone.number, 'guess who')
  const { data } = await account.told('message.received', (event) => event.data.id === id)
  expect(data).toMatchObject({
    chat: shy.lid,
    chatPhone: null,
    chatLid: shy.lid,
    sender: shy.lid,
    phone: null,
    lid: shy.lid,
  })
  const target = { id, sender: data.sender }
  const quoted = { ...target, content: { kind: 'text', text: 'guess who' } } as const
  const answer = nextId()
  await account.connection.send(messageTo(data.chat, answer, { kind: 'text', text: 'no idea', quoted }))
  await account.connection.send(messageTo(data.chat, nextId(), { kind: 'reaction', target, emoji: '🤔' }))
  expect((await shy.received((message) => message.id === answer)).about).toBe(id)
  expect((await shy.received(({ kind }) => kind === 'reaction')).about).toBe(id)
  await shy.privacy.revealNumber()
  const shown = await shy.send(phone.number, 'it is me')
  const resolved = await account.told('contact.phone-resolved', (event) => event.data.lid === shy.lid)
  expect(resolved.data).toEqual({ id: shy.jid, lid: shy.lid, phone: shy.number })
  const next = await account.told('message.received', (event) => event.data.id === shown.id)
  expect(next.data).toMatchObject({ chat: shy.jid, chatPhone: shy.number, chatLid: shy.lid })
})
