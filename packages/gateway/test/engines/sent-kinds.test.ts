import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChatId } from '#gateway/core/ids.js'
import type { Content } from '#gateway/core/messages/content.js'
import { conversation, nextId } from './conversation.js'
import { messageTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

const thumbnail = Buffer.from('a small picture').toString('base64')

const contents: readonly Content[] = [
  { kind: 'text', text: 'hello' },
  {
    kind: 'text',
    text: 'see https://example.com/a',
    preview: { url: 'https://example.com/a', title: 'Example', description: 'An example', thumbnail },
  },
  { kind: 'text', text: 'again', forwarded: { score: 5 } },
  { kind: 'text', text: 'soon gone', expiresIn: 86_400 },
  { kind: 'text', text: '@4915100 look', mentions: ['4915100@s.whatsapp.net'] },
  { kind: 'location', latitude: 48.1, longitude: 11.5, name: 'Home', address: 'Street 1' },
  { kind: 'live-location', latitude: 48.1, longitude: 11.5, accuracy: 3, sequence: 2, caption: 'here' },
  { kind: 'contacts', contacts: [{ name: 'Ana', vcard: 'BEGIN:VCARD' }] },
  {
    kind: 'contacts',
    contacts: [
      { name: 'Ana', vcard: 'A' },
      { name: 'Ben', vcard: 'B' },
    ],
  },
  { kind: 'poll', question: 'Tea?', options: ['yes', 'no'], multiple: false },
  { kind: 'poll', question: 'Which?', options: ['one', 'two', 'three'], multiple: true },
  {
    kind: 'group-invite',
    group: '120363000@g.us',
    code: 'abc',
    expiresAt: '2030-03-17T17:46:40.000Z',
    name: 'Friends',
    caption: 'join us',
  },
  {
    kind: 'buttons',
    style: 'plain',
    header: 'head',
    text: 'choose',
    footer: 'foot',
    buttons: [{ kind: 'reply', id: '1', text: 'One' }],
  },
  {
    kind: 'buttons',
    style: 'template',
    text: 'choose',
    buttons: [
      { kind: 'reply', id: '1', text: 'One' },
      { kind: 'url', text: 'Site', url: 'https://example.com' },
      { kind: 'call', text: 'Call', phone: '+4989' },
    ],
  },
  {
    kind: 'buttons',
    style: 'interactive',
    header: 'head',
    text: 'choose',
    footer: 'foot',
    buttons: [
      { kind: 'reply', id: '1', text: 'One' },
      { kind: 'url', id: 'u', text: 'Site', url: 'https://example.com' },
      { kind: 'call', id: 'c', text: 'Call', phone: '+4989' },
      { kind: 'copy', id: 'k', text: 'Copy', code: '4711' },
    ],
  },
  { kind: 'button-reply', style: 'plain', id: '1', text: 'One' },
  { kind: 'button-reply', style: 'template', id: '1', text: 'One', index: 2 },
  { kind: 'button-reply', style: 'interactive', id: '1', text: 'One' },
  {
    kind: 'list',
    title: 'head',
    text: 'choose',
    footer: 'foot',
    button: 'Menu',
    sections: [{ title: 'S', rows: [{ id: '1', title: 'R', description: 'D' }] }],
  },
  { kind: 'list-reply', id: '1', title: 'R', description: 'D' },
]

test('what is sent says to the other side what it said here', async () => {
  const { writer, reader, readerPhone } = await conversation(whatsapp)
  for (const content of contents) {
    const id = nextId()
    await writer.connection.send(messageTo(readerPhone.jid, id, content))
    const { data } = await reader.told('message.received', (event) => event.data.id === id)
    expect(data.content).toEqual(content)
  }
})

test('an answer quotes the message that it answers, as the other side knows it', async () => {
  const { writer, writerPhone, reader, readerPhone } = await conversation(whatsapp)
  const asked = await readerPhone.send(writerPhone.number, 'when?')
  await writer.told('message.received', ({ data }) => data.id === asked.id)
  const id = nextId()
  const quoted = { id: asked.id, sender: readerPhone.jid, content: { kind: 'text', text: 'when?' } } as const
  await writer.connection.send(messageTo(readerPhone.jid, id, { kind: 'text', text: 'now', quoted }))
  const { data } = await reader.told('message.received', (event) => event.data.id === id)
  expect(data.content).toEqual({ kind: 'text', text: 'now', quoted })
  expect((await readerPhone.received((message) => message.id === id)).about).toBe(asked.id)
})

test('what is done to messages arrives as what was done', async () => {
  const { writer, writerPhone, reader, readerPhone } = await conversation(whatsapp)
  const theirs = await readerPhone.send(writerPhone.number, 'yours')
  const own = { id: nextId(), sender: null }
  const target = { id: theirs.id, sender: readerPhone.jid }
  const acts = [
    { kind: 'reaction', target, emoji: '👍' },
    { kind: 'reaction', target, emoji: null },
    { kind: 'edit', target: own, content: { kind: 'text', text: 'mine, corrected' } },
    { kind: 'pin', target, seconds: 86_400 },
    { kind: 'disappearing', seconds: 604_800 },
    { kind: 'delete', target: own },
  ] as const
  await writer.connection.send(messageTo(readerPhone.jid, own.id, { kind: 'text', text: 'mine' }))
  for (const act of acts) await writer.connection.send(messageTo(readerPhone.jid, nextId(), act))
  await reader.told('message.deleted')
  const told = reader.events().filter(({ kind, data }) => kind === 'chat.changed' || ('fromMe' in data && !data.fromMe))
  expect(told.map(({ kind, data }) => [kind, data])).toMatchObject([
    ['message.received', { content: { kind: 'text', text: 'mine' } }],
    ['message.reaction', { target: theirs.id, emoji: '👍' }],
    ['message.reaction', { target: theirs.id, emoji: null }],
    ['message.edited', { target: own.id, content: { kind: 'text', text: 'mine, corrected' } }],
    ['message.received', { content: { kind: 'unsupported', type: 'pinInChatMessage' } }],
    ['chat.changed', { change: { what: 'disappearing', seconds: 604_800 } }],
    ['message.deleted', { target: own.id }],
  ])
})

test('what was read here shows to its sender as read', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const group = await readerPhone.createGroup('Friends', [writerPhone.number])
  for (const to of [writerPhone.number, group.id]) {
    const { id } = await readerPhone.send(to, 'look')
    const { data } = await writer.told('message.received', (event) => event.data.id === id)
    const messages = [{ id, sender: data.sender }]
    await writer.connection.perform('chat.read', { chat: data.chat as ChatId, messages })
    const kinds = () =>
      readerPhone
        .messages()
        .find((message) => message.id === id)
        ?.receipts.map(({ kind }) => kind)
    await expect.poll(kinds).toContain('read')
  }
})
