import { expect, test } from 'vitest'
import { AddressBook } from '#gateway/engines/baileys/address-book.js'
import { presenceEvents } from '#gateway/engines/baileys/presence-event.js'
import { SharedCache } from '#gateway/engines/baileys/shared-cache.js'

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
