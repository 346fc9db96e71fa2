import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChatId } from '#gateway/core/ids.js'
import { AddressBook } from '#gateway/engines/baileys/address-book.js'
import { presenceEvents } from '#gateway/engines/baileys/presence-event.js'
import { SharedCache } from '#gateway/engines/baileys/shared-cache.js'
import { conversation } from './conversation.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

const [jid, lid] = ['4915100@s.whatsapp.net', '77700@lid']

function book(): AddressBook {
  const made = new AddressBook(new SharedCache({ entries: 100, lifetime: 60_000 }).view('shop'), async () => ({}))
  made.introduce(jid, lid)
  return made
}

/** How the stanzas of one person are told to whoever watches these chats. */
function told(
  attrs: Record<string, string>,
  content?: { tag: string; attrs: Record<string, string> }[],
  watched = [jid],
) {
  const stanza = { tag: content ? 'chatstate' : 'presence', attrs, ...(content && { content }) }
  return presenceEvents(stanza, book(), new Set(watched)).map((event) => event.data)
}

const person = { chat: jid, chatPhone: '4915100', chatLid: lid, sender: jid, phone: '4915100', lid, lastSeen: null }

test('a watched person is told to be there, to write and to be gone, by whichever address they come', () => {
  expect(told({ from: lid })).toEqual([{ ...person, presence: 'available' }])
  expect(told({ from: jid }, [{ tag: 'composing', attrs: {} }])).toEqual([{ ...person, presence: 'composing' }])
  expect(told({ from: lid }, [{ tag: 'composing', attrs: { media: 'audio' } }])).toEqual([
    { ...person, presence: 'recording' },
  ])
  expect(told({ from: lid }, [{ tag: 'paused', attrs: {} }])).toEqual([{ ...person, presence: 'paused' }])
  expect(told({ from: lid, type: 'unavailable', last: '1900000000' })).toEqual([
    { ...person, presence: 'unavailable', lastSeen: '2030-03-17T17:46:40.000Z' },
  ])
  expect(told({ from: lid, type: 'unavailable', last: 'deny' })).toEqual([{ ...person, presence: 'unavailable' }])
})

test('somebody who writes in a watched group is named', () => {
  const group = '120363@g.us'
  expect(told({ from: group, participant: lid }, [{ tag: 'composing', attrs: {} }], [group])).toEqual([
    { ...person, chat: group, chatPhone: null, chatLid: null, presence: 'composing' },
  ])
})

test('of chats that nobody watches, and of states that nobody knows, nothing is told', () => {
  expect(told({ from: '4915999@s.whatsapp.net' })).toEqual([])
  expect(told({ from: lid }, [{ tag: 'juggling', attrs: {} }])).toEqual([])
})

test('whoever is watched is told, and sees who types here', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const chat = readerPhone.jid as ChatId
  await writer.connection.perform('presence.set', { presence: 'available' })
  await writer.connection.perform('presence.subscribe', { chat })
  await readerPhone.setAvailable(true)
  await writer.told('contact.presence', ({ data }) => data.presence === 'available' && data.chat === chat)
  await readerPhone.type(writerPhone.number, 'recording')
  await writer.told('contact.presence', ({ data }) => data.presence === 'recording')
  await readerPhone.setAvailable(false)
  const { data } = await writer.told('contact.presence', (event) => event.data.presence === 'unavailable')
  expect(data).toMatchObject({ sender: readerPhone.jid, phone: readerPhone.number, lid: readerPhone.lid })
  await writer.connection.perform('presence.show', { chat, presence: 'composing' })
  await expect.poll(() => readerPhone.typing()).toMatchObject([{ from: writerPhone.number, state: 'composing' }])
  await writer.connection.perform('presence.show', { chat, presence: 'paused' })
  await expect.poll(() => readerPhone.typing()).toEqual([])
})
