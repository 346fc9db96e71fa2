import { expect, test } from 'vitest'
import { chatAddress } from '#gateway/core/chats/chat-address.js'
import type { MessageWish } from '#gateway/core/gateway.js'
import type { InstanceId, MediaId } from '#gateway/core/ids.js'
import type { OutgoingContent } from '#gateway/core/messages/act.js'
import type { Content, FileContent } from '#gateway/core/messages/content.js'
import type { LinkPreviews } from '#gateway/core/ports/link-previews.js'
import { received } from '../store/sample.js'
import { account, coreWorld, type CoreWorld, type WorldParts } from './world.js'

const ana = '491700000002'
const chat = `${ana}@s.whatsapp.net`
const group = '120363000000000001@g.us'
const own = `${account.phone}@s.whatsapp.net`

/** An instance that has never been linked takes everything, so that what it was handed can be looked at. */
async function shop(parts: WorldParts = {}) {
  const world = await coreWorld(parts)
  const { instance } = await world.gateway.instances.create(world.caller, { name: 'shop' })
  const { id } = instance
  const send = (wish: Partial<MessageWish> & Pick<MessageWish, 'content'>) =>
    world.gateway.messages.send(world.caller, id, { to: ana, ...wish })
  return { ...world, id, send }
}

const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nTEL;type=CELL:+49 170 0000002\nEND:VCARD'

/** Each as it is asked for, and as it then stands in the queue. */
const sound: readonly (readonly [wish: MessageWish['content'], content: OutgoingContent])[] = [
  [
    { kind: 'text', text: 'hello', preview: false },
    { kind: 'text', text: 'hello' },
  ],
  [
    { kind: 'location', latitude: -90, longitude: 180, name: 'Pole' },
    { kind: 'location', latitude: -90, longitude: 180, name: 'Pole' },
  ],
  [
    { kind: 'contacts', contacts: [{ name: 'Ana', vcard }] },
    { kind: 'contacts', contacts: [{ name: 'Ana', vcard }] },
  ],
  [
    { kind: 'poll', question: 'Tea?', options: ['yes', 'no'], multiple: false },
    { kind: 'poll', question: 'Tea?', options: ['yes', 'no'], multiple: false },
  ],
  [
    { kind: 'group-invite', group, code: 'AbCdEfGh12', expiresAt: null, name: 'Us' },
    { kind: 'group-invite', group, code: 'AbCdEfGh12', expiresAt: null, name: 'Us' },
  ],
  [
    { kind: 'buttons', text: 'Which?', buttons: [{ kind: 'reply', id: '1', text: 'This' }] },
    { kind: 'buttons', style: 'interactive', text: 'Which?', buttons: [{ kind: 'reply', id: '1', text: 'This' }] },
  ],
  [
    { kind: 'list-reply', id: 'row', title: 'Row' },
    { kind: 'list-reply', id: 'row', title: 'Row' },
  ],
  [
    { kind: 'button-reply', id: '1', text: 'This' },
    { kind: 'button-reply', style: 'plain', id: '1', text: 'This' },
  ],
]

const poll = (options: readonly string[], question = 'Tea?') =>
  ({ content: { kind: 'poll', question, options, multiple: false } }) as const
const card = (text: string) => ({ content: { kind: 'contacts', contacts: [{ name: 'Ana', vcard: text }] } }) as const
const text = { kind: 'text', text: 'hello' } as const

const unsound: readonly (readonly [
  wish: Partial<MessageWish> & Pick<MessageWish, 'content'>,
  code: string,
  field: string,
])[] = [
  [{ content: { kind: 'text', text: '' } }, 'bad-request', 'text'],
  [{ content: { kind: 'text', text: ' \n\t' } }, 'bad-request', 'text'],
  [{ content: { kind: 'text', text: 'x'.repeat(65_537) } }, 'content-too-large', 'text'],
  [{ content: { kind: 'text', text: 'x', style: { background: '#FFFFFF', font: 1 } } }, 'bad-request', 'style'],
  [{ content: text, to: 'nobody' }, 'bad-request', 'to'],
  [{ content: text, to: '1234@newsletter' }, 'bad-request', 'to'],
  [{ content: text, replyTo: 'unknown' }, 'message-not-found', 'replyTo'],
  [{ content: text, mentions: [group] }, 'bad-request', 'mentions'],
  [{ content: text, typing: { as: 'composing', ms: 60_001 } }, 'bad-request', 'typing'],
  [{ content: text, audience: [ana] }, 'bad-request', 'audience'],
  [{ content: text, to: 'status@broadcast' }, 'bad-request', 'audience'],
  [{ ...poll(['yes', 'no']), to: 'status@broadcast', audience: [ana] }, 'not-supported', 'content'],
  [poll(['yes']), 'bad-request', 'options'],
  [poll(Array.from({ length: 13 }, (_, n) => String(n))), 'bad-request', 'options'],
  [poll(['yes', 'yes']), 'bad-request', 'options'],
  [poll(['yes', ' ']), 'bad-request', 'options'],
  [poll(['yes', 'x'.repeat(101)]), 'bad-request', 'options'],
  [poll(['yes', 'no'], ''), 'bad-request', 'question'],
  [poll(['yes', 'no'], 'x'.repeat(256)), 'bad-request', 'question'],
  [{ content: { kind: 'location', latitude: 90.1, longitude: 0 } }, 'bad-request', 'latitude'],
  [{ content: { kind: 'location', latitude: 0, longitude: NaN } }, 'bad-request', 'longitude'],
  [{ content: { kind: 'contacts', contacts: [] } }, 'bad-request', 'contacts'],
  [card(''), 'bad-request', 'vcard'],
  [card('BEGIN:VCARD\nVERSION:3.0\nTEL:1\nEND:VCARD'), 'bad-request', 'vcard'],
  [card('BEGIN:VCARD\nVERSION:3.0\nFN:Ana'), 'bad-request', 'vcard'],
  [card('BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nnonsense\nEND:VCARD'), 'bad-request', 'vcard'],
  [
    { content: { kind: 'group-invite', group: ana, code: 'AbCdEfGh', expiresAt: null, name: 'x' } },
    'bad-request',
    'group',
  ],
  [{ content: { kind: 'group-invite', group, code: '../..', expiresAt: null, name: 'x' } }, 'bad-request', 'code'],
  [{ content: { kind: 'buttons', text: 'x', buttons: [] } }, 'bad-request', 'buttons'],
  [
    { content: { kind: 'buttons', text: 'x', buttons: [{ kind: 'url', text: 'x', url: 'javascript:1' }] } },
    'bad-request',
    'buttons',
  ],
  [{ content: { kind: 'reaction', target: 'unknown', emoji: '👍' } }, 'message-not-found', 'target'],
]

test('what can be sent stands in the queue as it will go out', async () => {
  const { send } = await shop()
  for (const [wish, content] of sound) expect((await send({ content: wish })).content).toEqual(content)
})

test('what cannot be sent is refused by the name of the field, and nothing is stored', async () => {
  const { send, gateway, caller, id } = await shop()
  for (const [wish, code, field] of unsound) {
    await expect(send(wish), JSON.stringify(wish).slice(0, 100)).rejects.toMatchObject({ code, field })
  }
  expect(await gateway.messages.queued(caller, id, 10)).toEqual([])
})

test('the context of a message is looked up: what it answers, whom it mentions, how long it lasts', async () => {
  const { send, world, id } = await chatting()
  const answered = await send({ content: text, replyTo: 'M1', mentions: ['+49 170 0000003', '50002@lid'] })
  expect(answered.content).toEqual({
    ...text,
    quoted: { id: 'M1', sender: chat, content: { kind: 'text', text: 'text of M1' } },
    mentions: ['491700000003@s.whatsapp.net', '50002@lid'],
  })
  // Of what has not gone out yet, and of what this account wrote.
  const again = await send({ content: text, replyTo: answered.id })
  expect(again.content).toMatchObject({ quoted: { id: answered.id, sender: own, content: text } })
  await expect(send({ content: text, replyTo: 'M1', to: group })).rejects.toMatchObject({ code: 'message-not-found' })
  const change = { what: 'disappearing', seconds: 86_400 } as const
  await world.tell(id, { kind: 'chat.changed', data: { ...chatAddress(chat), change } })
  expect((await send({ content: text })).content).toEqual({ ...text, expiresIn: 86_400 })
})

test('a person has one chat, whatever they are addressed by, and WhatsApp is given an address that reaches it', async () => {
  const world = await coreWorld()
  const id = await world.linked()
  const lid = '50002@lid'
  await world.tell(id, received('M1', { chat: lid }))
  await world.tell(id, received('M2', { chat: lid, chatPhone: ana }))
  for (const to of [ana, `${ana}@c.us`, chat, lid]) {
    const message = await world.gateway.messages.send(world.caller, id, { to, content: text })
    expect(message.chat).toBe(lid)
    await world.gateway.messages.settled(world.caller, id, message.id, 30_000)
  }
  expect(new Set(world.whatsapp.sent.map((message) => message.chat))).toEqual(new Set([lid]))
  const told = await world.events(id, 'message.sent', 'message.status', 'contact.phone-resolved')
  expect(told.filter(({ kind }) => kind === 'contact.phone-resolved')).toHaveLength(1)
  for (const { data } of told) expect(data).toMatchObject('chat' in data ? { chat: lid, chatPhone: ana } : { lid })
})

test('acts are upon messages of the chat, within the rules of WhatsApp', async () => {
  const { send, world, id } = await chatting()
  const mine = { id: 'P1', sender: null }
  const theirs = { id: 'M1', sender: chat }
  const act = async (content: MessageWish['content']) => (await send({ content })).content
  expect(await act({ kind: 'reaction', target: 'M1', emoji: '👩‍👩‍👧‍👦' })).toEqual({
    kind: 'reaction',
    target: theirs,
    emoji: '👩‍👩‍👧‍👦',
  })
  expect(await act({ kind: 'reaction', target: 'P1', emoji: null })).toEqual({
    kind: 'reaction',
    target: mine,
    emoji: null,
  })
  expect(await act({ kind: 'edit', target: 'P1', text: 'better' })).toEqual({
    kind: 'edit',
    target: mine,
    content: { kind: 'text', text: 'better' },
  })
  expect(await act({ kind: 'delete', target: 'P1' })).toEqual({ kind: 'delete', target: mine })
  expect(await act({ kind: 'pin', target: 'M1', seconds: null })).toEqual({
    kind: 'pin',
    target: theirs,
    seconds: null,
  })
  expect(await act({ kind: 'poll-vote', target: 'Q1', options: ['yes'] })).toMatchObject({ options: ['yes'] })
  expect(await act({ kind: 'poll-vote', target: 'Q1', options: [] })).toMatchObject({ options: [] })
  const inGroup = await send({ to: group, content: { kind: 'delete', target: 'G1' } })
  expect(inGroup.content).toEqual({ kind: 'delete', target: { id: 'G1', sender: chat } })

  const refused: readonly (readonly [content: MessageWish['content'], field: string])[] = [
    [{ kind: 'reaction', target: 'M1', emoji: '' }, 'emoji'],
    [{ kind: 'reaction', target: 'M1', emoji: '👍👍' }, 'emoji'],
    [{ kind: 'edit', target: 'M1', text: 'not mine' }, 'target'],
    [{ kind: 'edit', target: 'Q2', text: 'a poll' }, 'target'],
    [{ kind: 'edit', target: 'P1', text: ' ' }, 'text'],
    [{ kind: 'delete', target: 'M1' }, 'target'],
    [{ kind: 'pin', target: 'M1', seconds: 60 }, 'seconds'],
    [{ kind: 'poll-vote', target: 'M1', options: [] }, 'target'],
    [{ kind: 'poll-vote', target: 'Q1', options: ['maybe'] }, 'options'],
    [{ kind: 'poll-vote', target: 'Q1', options: ['yes', 'no'] }, 'options'],
  ]
  for (const [content, field] of refused)
    await expect(act(content)).rejects.toMatchObject({ code: 'bad-request', field })
  await expect(act({ kind: 'delete', target: 'G1' })).rejects.toMatchObject({ code: 'message-not-found' })
  world.clock.advance(900_001)
  await expect(act({ kind: 'edit', target: 'P1', text: 'too late' })).rejects.toMatchObject({ field: 'target' })
  expect(await world.gateway.messages.queued(world.caller, id, 100)).toHaveLength(8)
})

test('a status post goes to those who are named, or to the contacts', async () => {
  const { send, world, id } = await chatting()
  const post = { to: 'status@broadcast', content: text } as const
  expect((await send({ ...post, audience: [ana, `${ana}@c.us`, '50003@lid'] })).audience).toEqual([chat, '50003@lid'])
  const saved = { id: '50009@lid', phone: null, lid: '50009@lid', name: null, savedName: 'Saved' }
  const met = { id: '50008@lid', phone: null, lid: '50008@lid', name: 'Seen in a group', savedName: null }
  await world.tell(id, { kind: 'contact.changed', data: saved }, { kind: 'contact.changed', data: met })
  expect((await send(post)).audience).toEqual([chat, '50009@lid'])
})

test('what is passed on says what it said, once more, and files are not sent anew', async () => {
  const { world, id } = await chatting()
  const file = {
    id: 'f' as MediaId,
    name: 'a.pdf',
    mimetype: 'application/pdf',
    size: 3,
    sha256: null,
    handle: 'at WhatsApp',
  }
  const context = { quoted: { id: 'x', sender: null, content: null }, mentions: [chat], expiresIn: 60 }
  const document: FileContent = { kind: 'document', file, caption: 'look', forwarded: { score: 3 }, ...context }
  await world.tell(
    id,
    received('F1', { chat, content: document }),
    received('V1', { chat, content: { ...document, viewOnce: true } }),
  )
  const wish = { from: ana, to: group, messages: ['M1', 'F1'] }
  const sent = await world.gateway.messages.forward(world.caller, id, wish)
  expect(sent.map((message) => [message.chat, message.content])).toEqual([
    [group, { kind: 'text', text: 'text of M1', forwarded: { score: 1 } }],
    [group, { kind: 'document', file, caption: 'look', forwarded: { score: 4 } }],
  ])
  const queued = await world.gateway.messages.queued(world.caller, id, 10)
  for (const messages of [['M1', 'unknown'], ['V1'], []]) {
    await expect(world.gateway.messages.forward(world.caller, id, { ...wish, messages })).rejects.toMatchObject({
      field: 'messages',
    })
  }
  expect(await world.gateway.messages.queued(world.caller, id, 10)).toEqual(queued)
})

test('a link is shown as far as it can be seen in time', async () => {
  const asked: string[] = []
  let answer: LinkPreviews['preview'] = (url) =>
    Promise.resolve({ url, title: 'Shop', description: null, thumbnail: null })
  const linkPreviews: LinkPreviews = {
    preview: (url, signal) => {
      asked.push(url)
      return answer(url, signal)
    },
  }
  const { send, clock } = await shop({ linkPreviews })
  const say = async (said: string, preview?: boolean) =>
    (await send({ content: { kind: 'text', text: said, ...(preview !== undefined && { preview }) } }))
      .content as Content
  expect(await say('see (https://shop.example/a?b=c).')).toMatchObject({
    preview: { url: 'https://shop.example/a?b=c' },
  })
  expect(await say('see https://shop.example', false)).not.toHaveProperty('preview')
  expect(await say('no link, and no http://')).not.toHaveProperty('preview')
  expect(asked).toEqual(['https://shop.example/a?b=c'])
  answer = () => Promise.reject(new Error('unreachable'))
  expect(await say('see https://shop.example')).not.toHaveProperty('preview')
  let stopped = false
  answer = (_, signal) =>
    new Promise(() => {
      signal.addEventListener('abort', () => (stopped = true))
    })
  const slow = say('see https://slow.example')
  await expect.poll(() => asked.length).toBe(3)
  clock.advance(5_000)
  expect(await slow).not.toHaveProperty('preview')
  expect(stopped).toBe(true)
})

/** An instance whose phone is away, with something said in a chat and in a group. */
async function chatting() {
  const world: CoreWorld = await coreWorld()
  const id: InstanceId = await world.linked()
  const sentAt = world.clock.now().toISOString()
  const question: Content = { kind: 'poll', question: 'Tea?', options: ['yes', 'no'], multiple: false }
  await world.tell(
    id,
    received('M1', { chat, sentAt }),
    { ...received('P1', { chat, sentAt, sender: own, fromMe: true }), kind: 'message.sent-from-phone' },
    received('Q1', { chat, sentAt, content: question }),
    { ...received('Q2', { chat, sentAt, content: question, fromMe: true }), kind: 'message.sent-from-phone' },
    received('G1', { chat: group, sentAt, sender: chat }),
  )
  await world.gateway.instances.pause(world.caller, id)
  const send = (wish: Partial<MessageWish> & Pick<MessageWish, 'content'>) =>
    world.gateway.messages.send(world.caller, id, { to: ana, ...wish })
  return { world, id, send }
}
