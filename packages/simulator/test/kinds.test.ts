import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { aesEncryptGCM, decryptPollVote, getAggregateVotesInPollMessage, proto, type AnyMessageContent } from 'baileys'
import { expect, test } from 'vitest'
import type { PhoneContent, PhoneMessage } from '#simulator/index.js'
import { received } from './client.js'
import { dataDir, World } from './world.js'

const menu = { text: 'What shall it be?', footer: 'until noon' }
const sections = [{ title: 'Hot', rows: [{ id: 'tea', text: 'Tea', description: 'green' }] }]

type Row = readonly [title: string, content: PhoneContent, message: proto.IMessage, shown: Partial<PhoneMessage>]

const contents: Row[] = [
  [
    'text with a link preview',
    { kind: 'text', text: 'see https://x.org', preview: { url: 'https://x.org', title: 'X', description: 'a page' } },
    { extendedTextMessage: { matchedText: 'https://x.org', title: 'X', description: 'a page' } },
    { text: 'see https://x.org' },
  ],
  [
    'live location',
    {
      kind: 'live-location',
      latitude: 1.5,
      longitude: -2.5,
      caption: 'on my way',
      accuracy: 10,
      speed: 1.5,
      sequence: 3,
    },
    {
      liveLocationMessage: {
        degreesLatitude: 1.5,
        degreesLongitude: -2.5,
        caption: 'on my way',
        accuracyInMeters: 10,
        speedInMps: 1.5,
      },
    },
    { text: 'on my way' },
  ],
  [
    'several contacts',
    {
      kind: 'contacts',
      contacts: [
        { name: 'Ben', number: '15550003333' },
        { name: 'Cid', number: '15550004444' },
      ],
    },
    { contactsArrayMessage: { contacts: [{ displayName: 'Ben' }, { displayName: 'Cid' }] } },
    { text: 'Ben, Cid' },
  ],
  [
    'poll of the first form',
    { kind: 'poll', question: 'When?', options: ['now', 'later'], selectable: 0, form: 1 },
    { pollCreationMessage: { name: 'When?', selectableOptionsCount: 0 } },
    {
      options: [
        { id: 'now', text: 'now' },
        { id: 'later', text: 'later' },
      ],
    },
  ],
  [
    'poll of the second form',
    { kind: 'poll', question: 'When?', options: ['now'], form: 2 },
    { pollCreationMessageV2: { name: 'When?' } },
    { text: 'When?' },
  ],
  [
    'list',
    { kind: 'list', ...menu, title: 'Drinks', button: 'Open', sections },
    {
      listMessage: {
        title: 'Drinks',
        description: menu.text,
        buttonText: 'Open',
        sections: [{ title: 'Hot', rows: [{ rowId: 'tea', title: 'Tea', description: 'green' }] }],
      },
    },
    { text: menu.text, options: [{ id: 'tea', text: 'Tea' }] },
  ],
  [
    'buttons',
    { kind: 'buttons', ...menu, buttons: [{ id: 'tea', text: 'Tea' }] },
    {
      buttonsMessage: {
        contentText: menu.text,
        footerText: menu.footer,
        buttons: [{ buttonId: 'tea', buttonText: { displayText: 'Tea' } }],
      },
    },
    { text: menu.text, options: [{ id: 'tea', text: 'Tea' }] },
  ],
  [
    'template',
    {
      kind: 'template',
      ...menu,
      buttons: [
        { text: 'Page', url: 'https://x.org' },
        { text: 'Tea', id: 'tea' },
      ],
    },
    {
      templateMessage: {
        hydratedTemplate: {
          hydratedContentText: menu.text,
          hydratedButtons: [{ urlButton: { url: 'https://x.org' } }, { quickReplyButton: { id: 'tea' } }],
        },
      },
    },
    { text: menu.text, options: [{ id: 'tea', text: 'Tea' }] },
  ],
  [
    'interactive message',
    {
      kind: 'interactive',
      ...menu,
      buttons: [
        { name: 'quick_reply', params: { id: 'tea', display_text: 'Tea' } },
        { name: 'single_select', params: { title: 'More', sections: [{ rows: [{ id: 'milk', title: 'Milk' }] }] } },
        { name: 'cta_url', params: { url: 'https://x.org', display_text: 'Page' } },
      ],
    },
    { interactiveMessage: { body: { text: menu.text }, footer: { text: menu.footer } } },
    {
      text: menu.text,
      options: [
        { id: 'tea', text: 'Tea' },
        { id: 'milk', text: 'Milk' },
      ],
    },
  ],
  [
    'product',
    { kind: 'raw', message: { productMessage: { product: { title: 'Chair' } } }, type: 'media' },
    { productMessage: { product: { title: 'Chair' } } },
    { kind: 'product', text: 'Chair' },
  ],
  [
    'order',
    { kind: 'raw', message: { orderMessage: { orderTitle: 'Two chairs', itemCount: 2 } } },
    { orderMessage: { orderTitle: 'Two chairs', itemCount: 2 } },
    { kind: 'order', text: 'Two chairs' },
  ],
  [
    'something unheard of',
    { kind: 'raw', message: { albumMessage: { expectedImageCount: 2 } } },
    { albumMessage: { expectedImageCount: 2 } },
    { kind: 'other', text: '[albumMessage]' },
  ],
]

test.each(contents)('a companion and a phone read from a phone: %s', async (_title, content, message, shown) => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const { id } = await ana.sendContent(phone.number, content)
  expect((await received(client, id)).message).toMatchObject(message)
  const second = await ana.sendContent(ben.number, content)
  expect(await ben.received((one) => one.id === second.id)).toMatchObject({ kind: content.kind, ...shown })
  expect(await ana.received((one) => one.id === id)).toMatchObject(shown)
})

test('an invitation to a group is one that somebody can accept', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const group = await ana.createGroup('Picnic', [])
  const { id } = await ana.sendContent(phone.number, { kind: 'group-invite', group: group.id, text: 'come along' })
  const invite = (await received(client, id)).message?.groupInviteMessage
  expect(invite).toMatchObject({ groupJid: group.id, groupName: 'Picnic', caption: 'come along' })
  expect(await client.socket.groupAcceptInvite(invite?.inviteCode ?? '')).toBe(group.id)
  // Not by `sendMessage`, which wants a picture of the group to go with it.
  await client.socket.relayMessage(ana.lid, { groupInviteMessage: { groupJid: group.id, caption: 'and you' } }, {})
  await ana.received(({ kind, text, from }) => kind === 'group-invite' && text === 'and you' && from === phone.number)
})

test('messages name people, answer others and are passed on', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const group = await ana.createGroup('Names', [phone.number, ben.number])
  const user = ben.lid.replace('@lid', '')
  const { id } = await ana.sendContent(group.id, { kind: 'text', text: `@${user} look` }, { mentions: [ben.number] })
  const arrived = await received(client, id)
  expect(arrived.message?.extendedTextMessage?.contextInfo?.mentionedJid).toEqual([ben.lid])
  expect(await ben.received((one) => one.id === id)).toMatchObject({ mentions: [ben.number] })

  const answer = { text: `@${user} I see`, mentions: [ben.lid] }
  const sent = await client.socket.sendMessage(group.id, answer, { quoted: arrived })
  expect(await ben.received((one) => one.id === sent?.key.id)).toMatchObject({ mentions: [ben.number], about: id })

  const first = await ben.forward(id, ana.number)
  expect(first).toMatchObject({ kind: 'text', text: `@${user} look`, forwarded: 1 })
  const second = await ana.forward((await ana.received((one) => one.id === first.id)).id, phone.number)
  expect((await received(client, second.id)).message?.extendedTextMessage?.contextInfo).toMatchObject({
    isForwarded: true,
    forwardingScore: 2,
  })
  const own = await ana.forward((await ana.send(ben.number, 'mine')).id, phone.number)
  expect(own.forwarded).toBeUndefined()
  await client.socket.sendMessage(ana.lid, { forward: await received(client, own.id) })
  expect(await ana.received(({ from, to }) => from === phone.number && to === ana.number)).toMatchObject({
    text: 'mine',
    forwarded: 1,
  })
})

test.each(['lid', 'number'] as const)(
  'a companion counts votes of phones on its poll, addressed by %s',
  async (addressing) => {
    const world = await World.start()
    const phone = await world.simulator.registerPhone({ addressing })
    const client = world.client()
    await client.link(phone)
    const [ana, ben] = [
      await world.simulator.registerPhone({ addressing }),
      await world.simulator.registerPhone({ addressing }),
    ]
    const group = await ana.createGroup('Votes', [phone.number, ben.number], { addressing })
    const own = addressing === 'lid' ? phone.lid : phone.jid
    for (const chat of [group.id, addressing === 'lid' ? ana.lid : ana.jid]) {
      const poll = await client.socket.sendMessage(chat, {
        poll: { name: 'Tea?', values: ['yes', 'no', 'milk'], selectableCount: 2 },
      })
      const id = poll?.key.id ?? ''
      await ana.received((one) => one.id === id)
      const votes = [await ana.vote(id, ['no']), await ana.vote(id, ['yes', 'milk'])]
      if (chat === group.id) {
        await ben.received((one) => one.id === id)
        votes.push(await ben.vote(id, ['milk']))
      }
      const pollUpdates = []
      for (const vote of votes) {
        const { message, key } = await received(client, vote.id)
        const update = message?.pollUpdateMessage
        expect(update?.pollCreationMessageKey).toMatchObject({ id, fromMe: true })
        const read = decryptPollVote(update?.vote ?? {}, {
          pollCreatorJid: own,
          pollMsgId: id,
          pollEncKey: poll?.message?.messageContextInfo?.messageSecret ?? new Uint8Array(),
          // The library leaves an empty participant where there is none.
          voterJid: (chat === group.id ? key.participant : key.remoteJid) ?? '',
        })
        pollUpdates.push({ pollUpdateMessageKey: key, vote: read })
      }
      const names = getAggregateVotesInPollMessage({
        message: poll?.message ?? null,
        pollUpdates: pollUpdates.slice(1),
      })
      expect(names.map(({ name, voters }) => [name, voters.length])).toEqual([
        ['yes', 1],
        ['no', 0],
        ['milk', chat === group.id ? 2 : 1],
      ])
      await expect(ana.vote(id, ['never'])).rejects.toMatchObject({ code: 'bad-choice' })
      await expect(ana.vote(id, ['yes', 'no', 'milk'])).rejects.toMatchObject({ code: 'bad-choice' })
    }
  },
)

test('a phone counts votes on its poll, each person once, also after a restart', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const [ana, ben, cid] = [await world.phone(), await world.phone(), await world.phone()]
  const group = await ana.createGroup('Votes', [ben.number, cid.number])
  const { id } = await ana.sendContent(group.id, { kind: 'poll', question: 'When?', options: ['now', 'later'] })
  for (const one of [ben, cid]) await one.received((message) => message.id === id)
  await ben.vote(id, ['now'])
  await cid.vote(id, ['now'])
  await ben.vote(id, ['later'])
  const own = await ana.vote(id, ['later'])
  const last = await cid.vote(id, [])
  await ben.received((message) => message.id === own.id)
  await ana.received((message) => message.id === last.id)
  const tally = {
    question: 'When?',
    options: [
      { name: 'now', voters: [] },
      { name: 'later', voters: expect.arrayContaining([ana.number, ben.number]) as string[] },
    ],
  }
  expect(ana.tally(id)).toEqual(tally)
  expect(ben.tally(id)).toEqual(tally)
  expect(ana.messages().filter(({ kind }) => kind === 'vote')).toMatchObject([
    { from: ben.number, about: id, text: 'now', choices: ['now'] },
    { from: cid.number, text: 'now' },
    { from: ben.number, text: 'later' },
    { from: ana.number, text: 'later' },
    { from: cid.number, text: '', choices: [] },
  ])
  expect(() => ana.tally(own.id)).toThrow(expect.objectContaining({ code: 'message-not-found' }) as Error)
  await world.restart()
  expect(world.simulator.phone(ana.number)?.tally(id)).toEqual(tally)
})

test('a phone counts the votes of companions on its poll', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const { id } = await ana.sendContent(phone.number, { kind: 'poll', question: 'Tea?', options: ['yes', 'no'] })
  const { message, key } = await received(client, id)
  const secret = message?.messageContextInfo?.messageSecret ?? new Uint8Array()
  const vote = async (creator: string, voter: string, option: string) => {
    // What the library's `decryptPollVote` undoes.
    const voteKey = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(32), `${id}${creator}${voter}Poll Vote`, 32))
    const selectedOptions = [createHash('sha256').update(option).digest()]
    const plaintext = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish()
    const encIv = randomBytes(12)
    const encPayload = aesEncryptGCM(plaintext, voteKey, encIv, Buffer.from(`${id}\0${voter}`))
    const pollUpdateMessage = {
      pollCreationMessageKey: key,
      vote: { encPayload, encIv },
      senderTimestampMs: Date.now(),
    }
    const voteId = await client.socket.relayMessage(ana.lid, { pollUpdateMessage }, {})
    return ana.received((one) => one.id === voteId)
  }
  expect(await vote(ana.lid, phone.lid, 'no')).toMatchObject({ kind: 'vote', about: id, choices: ['no'] })
  expect(ana.tally(id).options).toEqual([
    { name: 'yes', voters: [] },
    { name: 'no', voters: [phone.number] },
  ])
  expect(await vote(ana.jid, phone.jid, 'yes')).toMatchObject({ choices: ['yes'] })
  // Creator and voter under different kinds of address: WhatsApp could not read it.
  expect(await vote(ana.lid, phone.jid, 'no')).toMatchObject({ choices: [] })
})

const menus: readonly (readonly [title: string, message: proto.IMessage, option: string, answer: proto.IMessage])[] = [
  [
    'list',
    { listMessage: { description: '?', sections: [{ rows: [{ rowId: 'tea', title: 'Tea' }] }] } },
    'tea',
    { listResponseMessage: { title: 'Tea', singleSelectReply: { selectedRowId: 'tea' } } },
  ],
  [
    'buttons',
    { buttonsMessage: { contentText: '?', buttons: [{ buttonId: 'a', buttonText: { displayText: 'A' } }] } },
    'a',
    { buttonsResponseMessage: { selectedButtonId: 'a', selectedDisplayText: 'A' } },
  ],
  [
    'template',
    {
      templateMessage: {
        hydratedTemplate: {
          hydratedContentText: '?',
          hydratedButtons: [
            { index: 1, urlButton: { displayText: 'Page', url: 'https://x.org' } },
            { index: 2, quickReplyButton: { id: 'b', displayText: 'B' } },
          ],
        },
      },
    },
    'b',
    { templateButtonReplyMessage: { selectedId: 'b', selectedDisplayText: 'B', selectedIndex: 2 } },
  ],
  [
    'interactive message',
    {
      viewOnceMessage: {
        message: {
          interactiveMessage: {
            body: { text: '?' },
            nativeFlowMessage: {
              buttons: [{ name: 'quick_reply', buttonParamsJson: '{"id":"c","display_text":"C"}' }],
            },
          },
        },
      },
    },
    'c',
    {
      interactiveResponseMessage: {
        body: { text: 'C' },
        nativeFlowResponseMessage: { name: 'quick_reply', paramsJson: '{"id":"c"}' },
      },
    },
  ],
]

test.each(menus)('a phone chooses from what a companion offers: %s', async (_title, message, option, answer) => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  const id = await client.socket.relayMessage(ana.lid, message, {})
  expect((await ana.received((one) => one.id === id)).options).toContainEqual({
    id: option,
    text: expect.any(String) as string,
  })
  const chosen = await ana.choose(id, option)
  expect(chosen).toMatchObject({ kind: 'choice', about: id, choices: [option] })
  const arrived = (await received(client, chosen.id)).message
  expect(arrived).toMatchObject(answer)
  const [content] = Object.values(arrived ?? {}).filter((value) => typeof value === 'object') as {
    contextInfo?: proto.IContextInfo
  }[]
  expect(content?.contextInfo?.stanzaId).toBe(id)
  await expect(ana.choose(id, 'nothing')).rejects.toMatchObject({ code: 'bad-choice' })
})

test.each(['null', '[]', '{"id":5}', '{"sections":{}}', '{"sections":[null,{"rows":[7]}]}', 'no JSON'])(
  'a menu that makes no sense is shown all the same: %s',
  async (buttonParamsJson) => {
    const world = await World.start()
    const [ana, ben] = [await world.phone(), await world.phone()]
    const buttons = ['quick_reply', 'single_select'].map((name) => ({ name, buttonParamsJson }))
    const interactiveMessage = { body: { text: '?' }, nativeFlowMessage: { buttons } }
    const { id } = await ana.sendContent(ben.number, { kind: 'raw', message: { interactiveMessage } })
    expect(await ben.received((one) => one.id === id)).toMatchObject({ kind: 'interactive', text: '?' })
  },
)

const answers: readonly (readonly [AnyMessageContent, string, string])[] = [
  [{ buttonReply: { id: 'a', displayText: 'A' }, type: 'plain' } as AnyMessageContent, 'A', 'a'],
  [{ buttonReply: { id: 'b', displayText: 'B', index: 1 }, type: 'template' }, 'B', 'b'],
  [{ listReply: { title: 'Tea', singleSelectReply: { selectedRowId: 'tea' } } }, 'Tea', 'tea'],
]

test.each(answers)('a phone reads what a companion chose: %j', async (content, text, id) => {
  const world = await World.start()
  const { client } = await world.linked()
  const ana = await world.phone()
  await client.socket.sendMessage(ana.lid, content)
  expect(await ana.received(({ kind }) => kind === 'choice')).toMatchObject({ text, choices: [id] })
})

test('messages are pinned and unpinned, from both sides', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const edits = new Map<string, string | undefined>()
  client.socket.ws.on('CB:message', ({ attrs }: { attrs: Record<string, string> }) =>
    edits.set(attrs.id ?? '', attrs.edit),
  )
  const { id } = await ana.send(phone.number, 'remember this')
  const arrived = await received(client, id)
  const pinned = await ana.pin(id, 86_400)
  expect((await received(client, pinned.id)).message).toMatchObject({
    pinInChatMessage: { key: { id }, type: 1 },
    messageContextInfo: { messageAddOnDurationInSecs: 86_400 },
  })
  const unpinned = await ana.pin(id, 0)
  expect((await received(client, unpinned.id)).message?.pinInChatMessage?.type).toBe(2)
  expect([pinned, unpinned].map((one) => [one.kind, edits.get(one.id)])).toEqual([
    ['pin', '2'],
    ['unpin', '2'],
  ])
  await client.socket.sendMessage(ana.lid, { pin: arrived.key, type: proto.PinInChat.Type.PIN_FOR_ALL, time: 604_800 })
  expect(await ana.received(({ kind, from }) => kind === 'pin' && from === phone.number)).toMatchObject({ about: id })
})

test('the timer of a chat is set from both sides, and obeyed', async () => {
  const world = await World.start({ dataDir: await dataDir() })
  const { phone, client } = await world.linked()
  const [ana, ben] = [await world.phone(), await world.phone()]
  const expirationOf = async ({ id }: { id: string }) =>
    (await received(client, id)).message?.extendedTextMessage?.contextInfo?.expiration
  const set = await ana.setTimer(phone.number, 86_400)
  expect((await received(client, set.id)).message?.protocolMessage).toMatchObject({ ephemeralExpiration: 86_400 })
  expect(await expirationOf(await ana.send(phone.number, 'one day'))).toBe(86_400)
  await phone.received(({ kind }) => kind === 'timer')
  expect(await phone.send(ana.number, 'me too')).toMatchObject({ text: 'me too', expiration: 86_400 })
  expect((await ben.send(ana.number, 'not I')).expiration).toBeUndefined()

  await client.socket.sendMessage(ana.lid, { disappearingMessagesInChat: 604_800 })
  await ana.received(({ kind, expiration }) => kind === 'timer' && expiration === 604_800)
  const [many] = await ana.sendMany(phone.number, ['a week'])
  expect(await expirationOf({ id: many ?? '' })).toBe(604_800)
  await client.socket.sendMessage(ana.lid, { text: 'so do we' }, { ephemeralExpiration: 604_800 })
  expect(await ana.received(({ text }) => text === 'so do we')).toMatchObject({ expiration: 604_800 })
  await client.close()
  await world.restart()
  const again = world.simulator.phone(ana.number)
  expect(await again?.send(phone.number, 'still')).toMatchObject({ expiration: 604_800 })
  await again?.setTimer(phone.number, 0)
  expect((await again?.send(phone.number, 'for ever'))?.expiration).toBeUndefined()
})

test('a caption is edited', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  const { id } = await ana.sendContent(phone.number, { kind: 'image', caption: 'befor' })
  const edit = await ana.edit(id, 'before')
  expect(edit).toMatchObject({ kind: 'edit', text: 'before', about: id })
  expect((await received(client, edit.id)).message?.protocolMessage?.editedMessage).toMatchObject({
    imageMessage: { caption: 'before' },
  })
})
