import { randomBytes } from 'node:crypto'
import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { proto } from 'baileys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Content } from '#gateway/core/messages/content.js'
import { LinkedAccount } from './linked-account.js'

const { FontType } = proto.Message.ExtendedTextMessage

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

const file = {
  mimetype: 'image/png',
  directPath: '/v/t62.7118-24/abc_n.enc?oe=1',
  mediaKey: randomBytes(32),
  fileSha256: Buffer.alloc(32, 1),
  fileEncSha256: Buffer.alloc(32, 2),
  fileLength: 1234,
}
const media = (name: string | null, mimetype: string) => ({
  id: expect.stringMatching(/^[\w-]{43}$/) as string,
  name,
  mimetype,
  size: 1234,
  sha256: '01'.repeat(32),
  handle: expect.stringMatching(/^[\w-]+$/) as string,
})
const picture = Buffer.from('a small picture')
const thumbnail = picture.toString('base64')
const inner = { imageMessage: { ...file, caption: 'look' } }

/** Of each kind: what the sender's client puts on the wire, and what it says. */
const kinds: readonly (readonly [name: string, message: proto.IMessage, content: object])[] = [
  ['plain text', { conversation: 'hello' }, { kind: 'text', text: 'hello' }],
  [
    'text with a preview',
    {
      extendedTextMessage: {
        text: 'see https://example.com/a',
        matchedText: 'https://example.com/a',
        title: 'Example',
        description: 'An example',
        jpegThumbnail: picture,
      },
    },
    {
      kind: 'text',
      text: 'see https://example.com/a',
      preview: { url: 'https://example.com/a', title: 'Example', description: 'An example', thumbnail },
    },
  ],
  [
    'text of a status',
    { extendedTextMessage: { text: 'status', backgroundArgb: 0xff1f7aec, font: FontType.FB_SCRIPT } },
    { kind: 'text', text: 'status', style: { background: '#1F7AEC', font: 2 } },
  ],
  [
    'image',
    { imageMessage: { ...file, caption: 'look', width: 640, height: 480, jpegThumbnail: picture } },
    { kind: 'image', file: media(null, 'image/png'), caption: 'look', width: 640, height: 480, thumbnail },
  ],
  [
    'image that opens once',
    { viewOnceMessageV2: { message: inner } },
    { kind: 'image', file: media(null, 'image/png'), caption: 'look', viewOnce: true },
  ],
  [
    'voice note that opens once',
    { viewOnceMessageV2Extension: { message: { audioMessage: { ...file, ptt: true, seconds: 3 } } } },
    { kind: 'voice', file: media(null, 'image/png'), seconds: 3, viewOnce: true },
  ],
  [
    'image that says itself that it opens once',
    { imageMessage: { ...file, viewOnce: true } },
    { kind: 'image', file: media(null, 'image/png'), viewOnce: true },
  ],
  [
    'image of an album',
    { associatedChildMessage: { message: inner } },
    { kind: 'image', file: media(null, 'image/png'), caption: 'look' },
  ],
  [
    'image that disappears',
    { ephemeralMessage: { message: { imageMessage: { ...file, contextInfo: { expiration: 86_400 } } } } },
    { kind: 'image', file: media(null, 'image/png'), expiresIn: 86_400 },
  ],
  [
    'video that plays like a GIF',
    { videoMessage: { ...file, mimetype: 'video/mp4', gifPlayback: true, seconds: 7 } },
    { kind: 'video', file: media(null, 'video/mp4'), animated: true, seconds: 7 },
  ],
  [
    'video note',
    { ptvMessage: { ...file, mimetype: 'video/mp4', seconds: 7 } },
    { kind: 'video-note', file: media(null, 'video/mp4'), seconds: 7 },
  ],
  [
    'voice note',
    {
      audioMessage: {
        ...file,
        mimetype: 'audio/ogg; codecs=opus',
        ptt: true,
        seconds: 9,
        waveform: Buffer.alloc(64, 9),
      },
    },
    {
      kind: 'voice',
      file: media(null, 'audio/ogg; codecs=opus'),
      seconds: 9,
      waveform: Buffer.alloc(64, 9).toString('base64'),
    },
  ],
  ['audio', { audioMessage: { ...file, seconds: 9 } }, { kind: 'audio', file: media(null, 'image/png'), seconds: 9 }],
  [
    'document with a caption',
    {
      documentWithCaptionMessage: {
        message: { documentMessage: { ...file, fileName: 'bill.pdf', caption: 'the bill', pageCount: 2 } },
      },
    },
    { kind: 'document', file: media('bill.pdf', 'image/png'), caption: 'the bill', pages: 2 },
  ],
  [
    'animated sticker',
    { stickerMessage: { ...file, mimetype: 'image/webp', isAnimated: true, width: 512, height: 512 } },
    { kind: 'sticker', file: media(null, 'image/webp'), animated: true, width: 512, height: 512 },
  ],
  [
    'file that nobody could open',
    { imageMessage: { mimetype: 'image/png', caption: 'no key' } },
    {
      kind: 'image',
      file: { id: expect.any(String) as string, name: null, mimetype: 'image/png', size: null, sha256: null },
      caption: 'no key',
    },
  ],
  [
    'location',
    { locationMessage: { degreesLatitude: 48.1, degreesLongitude: 11.5, name: 'Home', address: 'Street 1' } },
    { kind: 'location', latitude: 48.1, longitude: 11.5, name: 'Home', address: 'Street 1' },
  ],
  [
    'live location',
    {
      liveLocationMessage: {
        degreesLatitude: 48.1,
        degreesLongitude: 11.5,
        accuracyInMeters: 12,
        speedInMps: 1.5,
        sequenceNumber: 77,
        caption: 'on my way',
      },
    },
    {
      kind: 'live-location',
      latitude: 48.1,
      longitude: 11.5,
      accuracy: 12,
      speed: 1.5,
      sequence: 77,
      caption: 'on my way',
    },
  ],
  [
    'contact card',
    { contactMessage: { displayName: 'Ana', vcard: 'BEGIN:VCARD' } },
    { kind: 'contacts', contacts: [{ name: 'Ana', vcard: 'BEGIN:VCARD' }] },
  ],
  [
    'contact cards',
    {
      contactsArrayMessage: {
        contacts: [
          { displayName: 'Ana', vcard: 'A' },
          { displayName: 'Ben', vcard: 'B' },
        ],
      },
    },
    {
      kind: 'contacts',
      contacts: [
        { name: 'Ana', vcard: 'A' },
        { name: 'Ben', vcard: 'B' },
      ],
    },
  ],
  ...(['pollCreationMessage', 'pollCreationMessageV2', 'pollCreationMessageV3', 'pollCreationMessageV5'] as const).map(
    (form): (typeof kinds)[number] => [
      form,
      {
        [form]: {
          name: 'Tea?',
          options: [{ optionName: 'yes' }, { optionName: 'no' }],
          selectableOptionsCount: 1,
        },
      },
      { kind: 'poll', question: 'Tea?', options: ['yes', 'no'], multiple: false },
    ],
  ),
  [
    'poll in a wrapping, of which many may be chosen',
    { pollCreationMessageV4: { message: { pollCreationMessage: { name: 'Tea?', options: [{ optionName: 'yes' }] } } } },
    { kind: 'poll', question: 'Tea?', options: ['yes'], multiple: true },
  ],
  [
    'group invite',
    {
      groupInviteMessage: {
        groupJid: '120363@g.us',
        inviteCode: 'abc',
        inviteExpiration: 1_900_000_000,
        groupName: 'Friends',
        caption: 'join us',
      },
    },
    {
      kind: 'group-invite',
      group: '120363@g.us',
      code: 'abc',
      expiresAt: '2030-03-17T17:46:40.000Z',
      name: 'Friends',
      caption: 'join us',
    },
  ],
  [
    'buttons',
    {
      buttonsMessage: {
        contentText: 'choose',
        footerText: 'foot',
        text: 'head',
        buttons: [{ buttonId: '1', buttonText: { displayText: 'One' } }],
      },
    },
    {
      kind: 'buttons',
      style: 'plain',
      header: 'head',
      text: 'choose',
      footer: 'foot',
      buttons: [{ kind: 'reply', id: '1', text: 'One' }],
    },
  ],
  [
    'template',
    {
      templateMessage: {
        hydratedTemplate: {
          hydratedContentText: 'choose',
          hydratedButtons: [
            { index: 0, quickReplyButton: { displayText: 'One', id: '1' } },
            { index: 1, urlButton: { displayText: 'Site', url: 'https://example.com' } },
            { index: 2, callButton: { displayText: 'Call', phoneNumber: '+4989' } },
          ],
        },
      },
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
  ],
  [
    'interactive message',
    {
      interactiveMessage: {
        header: { title: 'head' },
        body: { text: 'choose' },
        nativeFlowMessage: {
          buttons: [
            { name: 'quick_reply', buttonParamsJson: '{"display_text":"One","id":"1"}' },
            { name: 'cta_copy', buttonParamsJson: '{"display_text":"Copy","copy_code":"4711"}' },
            { name: 'cta_url', buttonParamsJson: 'not JSON' },
          ],
        },
      },
    },
    {
      kind: 'buttons',
      style: 'interactive',
      header: 'head',
      text: 'choose',
      buttons: [
        { kind: 'reply', id: '1', text: 'One' },
        { kind: 'copy', text: 'Copy', code: '4711' },
        { kind: 'url', text: '', url: '' },
      ],
    },
  ],
  [
    'interactive list',
    {
      interactiveMessage: {
        body: { text: 'choose' },
        nativeFlowMessage: {
          buttons: [
            {
              name: 'single_select',
              buttonParamsJson: JSON.stringify({
                title: 'Menu',
                sections: [{ title: 'S', rows: [{ id: '1', title: 'R' }] }],
              }),
            },
          ],
        },
      },
    },
    {
      kind: 'list',
      text: 'choose',
      button: 'Menu',
      sections: [{ title: 'S', rows: [{ id: '1', title: 'R' }] }],
    },
  ],
  [
    'answer to buttons',
    { buttonsResponseMessage: { selectedButtonId: '1', selectedDisplayText: 'One' } },
    { kind: 'button-reply', style: 'plain', id: '1', text: 'One' },
  ],
  [
    'answer to a template',
    { templateButtonReplyMessage: { selectedId: '1', selectedDisplayText: 'One', selectedIndex: 2 } },
    { kind: 'button-reply', style: 'template', id: '1', text: 'One', index: 2 },
  ],
  [
    'answer to an interactive message',
    {
      interactiveResponseMessage: {
        body: { text: 'One' },
        nativeFlowResponseMessage: { name: 'quick_reply', paramsJson: '{"id":"1"}' },
      },
    },
    { kind: 'button-reply', style: 'interactive', id: '1', text: 'One' },
  ],
  [
    'list',
    {
      listMessage: {
        title: 'head',
        description: 'choose',
        buttonText: 'Menu',
        footerText: 'foot',
        sections: [{ title: 'S', rows: [{ rowId: '1', title: 'R', description: 'D' }] }],
      },
    },
    {
      kind: 'list',
      title: 'head',
      text: 'choose',
      footer: 'foot',
      button: 'Menu',
      sections: [{ title: 'S', rows: [{ id: '1', title: 'R', description: 'D' }] }],
    },
  ],
  [
    'answer to a list',
    { listResponseMessage: { title: 'R', singleSelectReply: { selectedRowId: '1' }, description: 'D' } },
    { kind: 'list-reply', id: '1', title: 'R', description: 'D' },
  ],
  [
    'comment',
    {
      commentMessage: {
        message: { conversation: 'well said' },
        targetMessageKey: { remoteJid: '1@g.us', id: 'AB', participant: '4915100@s.whatsapp.net' },
      },
    },
    { kind: 'text', text: 'well said', quoted: { id: 'AB', sender: '4915100@s.whatsapp.net', content: null } },
  ],
  [
    'forwarded text',
    { extendedTextMessage: { text: 'again', contextInfo: { isForwarded: true, forwardingScore: 5 } } },
    { kind: 'text', text: 'again', forwarded: { score: 5 } },
  ],
  [
    'text that answers and mentions',
    {
      extendedTextMessage: {
        text: '@4915100 yes',
        contextInfo: {
          stanzaId: 'AB',
          participant: '4915100:7@s.whatsapp.net',
          quotedMessage: { ...inner, imageMessage: { ...inner.imageMessage, contextInfo: { stanzaId: 'deeper' } } },
          mentionedJid: ['4915100@s.whatsapp.net'],
        },
      },
    },
    {
      kind: 'text',
      text: '@4915100 yes',
      mentions: ['4915100@s.whatsapp.net'],
      quoted: {
        id: 'AB',
        sender: '4915100@s.whatsapp.net',
        content: { kind: 'image', file: media(null, 'image/png'), caption: 'look' },
      },
    },
  ],
  ['event', { eventMessage: { name: 'Party' } }, { kind: 'unsupported', type: 'eventMessage' }],
  ['pin', { pinInChatMessage: { key: { id: 'A' } } }, { kind: 'unsupported', type: 'pinInChatMessage' }],
  ['reaction to nothing', { reactionMessage: { text: 'x' } }, { kind: 'unsupported', type: 'reactionMessage' }],
  ['vote in no poll', { pollUpdateMessage: {} }, { kind: 'unsupported', type: 'pollUpdateMessage' }],
  [
    'list of products',
    { listMessage: { description: 'shop', productListInfo: {} } },
    { kind: 'unsupported', type: 'listMessage' },
  ],
  [
    'shared number',
    { protocolMessage: { type: proto.Message.ProtocolMessage.Type.SHARE_PHONE_NUMBER } },
    { kind: 'unsupported', type: 'protocolMessage' },
  ],
]

test('every kind of message is told as what it says', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone({ name: 'Ana' })]
  const account = await LinkedAccount.of(whatsapp, phone)
  for (const [name, message, content] of kinds) {
    const { id } = await friend.sendContent(phone.number, { kind: 'raw', message })
    const event = await account.told('message.received', ({ data }) => data.id === id)
    expect(event.data, name).toEqual({
      id,
      chat: friend.jid,
      chatPhone: friend.number,
      chatLid: friend.lid,
      sender: friend.jid,
      phone: friend.number,
      lid: friend.lid,
      name: 'Ana',
      fromMe: false,
      sentAt: expect.any(String) as string,
      content,
    })
  }
})

test('what the account sends from its phone is told in the chat it went to', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await LinkedAccount.of(whatsapp, phone)
  const { id } = await phone.send(friend.number, 'from my phone')
  const { data } = await account.told('message.sent-from-phone', (event) => event.data.id === id)
  expect(data).toMatchObject({
    chatLid: friend.lid,
    sender: phone.jid,
    phone: phone.number,
    lid: phone.lid,
    fromMe: true,
    content: { kind: 'text', text: 'from my phone' },
  })
})

test('reactions, edits and deletions name the message that they are about', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await LinkedAccount.of(whatsapp, phone)
  const { id } = await friend.send(phone.number, 'first')
  await friend.react(id, '👍')
  await friend.react(id, '')
  await friend.edit(id, 'second')
  await friend.revoke(id)
  await account.told('message.deleted')
  const acts = account.events().filter((event) => 'target' in event.data)
  expect(acts.map(({ kind, data }) => [kind, data])).toMatchObject([
    ['message.reaction', { target: id, targetSender: friend.jid, emoji: '👍' }],
    ['message.reaction', { target: id, targetSender: friend.jid, emoji: null }],
    ['message.edited', { target: id, content: { kind: 'text', text: 'second' } }],
    ['message.deleted', { target: id }],
  ])
})

test('reactions name whose message they are about, as far as WhatsApp does', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const [third, account] = [await whatsapp.registerPhone(), await LinkedAccount.of(whatsapp, phone)]
  const reacted = async (by: VirtualPhone, id: string) => {
    const { id: reaction } = await by.react(id, '👍')
    return (await account.told('message.reaction', ({ data }) => data.id === reaction)).data.targetSender
  }
  const theirs = await friend.send(phone.number, 'theirs')
  const ours = await phone.send(friend.number, 'ours')
  expect([await reacted(phone, theirs.id), await reacted(phone, ours.id)]).toEqual([friend.jid, null])
  expect([await reacted(friend, theirs.id), await reacted(friend, ours.id)]).toEqual([friend.jid, null])

  const group = await friend.createGroup('Friends', [phone.number, third.number])
  const [inGroup, ofThird] = [await phone.send(group.id, 'ours'), await third.send(group.id, 'of somebody else')]
  expect([await reacted(friend, inGroup.id), await reacted(friend, ofThird.id)]).toEqual([null, third.jid])
  expect([await reacted(third, ofThird.id), await reacted(phone, ofThird.id)]).toEqual([third.jid, third.jid])

  const keyless = { reactionMessage: { key: { id: ofThird.id }, text: '👍' } }
  const { id } = await friend.sendContent(group.id, { kind: 'raw', message: keyless, type: 'reaction' })
  const { data } = await account.told('message.reaction', (event) => event.data.id === id)
  expect(data).not.toHaveProperty('targetSender')
})

test('that messages disappear from now on is a change of the chat', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await LinkedAccount.of(whatsapp, phone)
  const type = proto.Message.ProtocolMessage.Type.EPHEMERAL_SETTING
  const setting = { protocolMessage: { type, ephemeralExpiration: 604_800 } }
  await friend.sendContent(phone.number, { kind: 'raw', message: { ephemeralMessage: { message: setting } } })
  const { data } = await account.told('chat.changed')
  expect(data).toEqual({
    chat: friend.jid,
    chatPhone: friend.number,
    chatLid: friend.lid,
    change: { what: 'disappearing', seconds: 604_800 },
  })
})

test('what a hostile client makes endless is cut, and what is no number left out', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await LinkedAccount.of(whatsapp, phone)
  const many = <Item>(item: Item): Item[] => Array.from({ length: 20_000 }, () => item)
  const hostile: readonly [message: proto.IMessage, check: (content: Content) => void][] = [
    [
      {
        extendedTextMessage: {
          text: '😀'.repeat(100_000),
          contextInfo: { mentionedJid: many('1@s.whatsapp.net'), forwardingScore: 0xffffffff },
        },
      },
      (content) => {
        expect(content.kind === 'text' && content.text.length).toBe(65_536)
        expect(content.mentions).toHaveLength(1_024)
      },
    ],
    [
      { locationMessage: { degreesLatitude: Number.NaN, degreesLongitude: Number.POSITIVE_INFINITY } },
      (content) => {
        expect(content).toEqual({ kind: 'unsupported', type: 'locationMessage' })
      },
    ],
    [
      { contactsArrayMessage: { contacts: many({ displayName: 'A', vcard: 'V'.repeat(100) }) } },
      (content) => {
        expect(content.kind === 'contacts' && content.contacts.length).toBe(256)
      },
    ],
    [
      {
        pollCreationMessage: {
          name: 'Q',
          options: many({ optionName: 'same' }),
          selectableOptionsCount: 4_000_000_000,
        },
      },
      (content) => {
        expect(content.kind === 'poll' && content.options).toEqual(['same'])
      },
    ],
    [
      { imageMessage: { ...file, jpegThumbnail: Buffer.alloc(500_000), fileLength: Number.MAX_SAFE_INTEGER * 4 } },
      (content) => {
        expect(content).not.toHaveProperty('thumbnail')
        expect('file' in content && content.file.size).toBeNull()
      },
    ],
    [
      { imageMessage: { ...file, directPath: `/${'x'.repeat(10_000)}` } },
      (content) => {
        expect('file' in content && content.file).not.toHaveProperty('handle')
      },
    ],
    [
      {
        interactiveMessage: { nativeFlowMessage: { buttons: many({ name: 'quick_reply', buttonParamsJson: '[[[' }) } },
      },
      (content) => {
        expect(content.kind === 'buttons' && content.buttons.length).toBe(32)
      },
    ],
  ]
  for (const [message, check] of hostile) {
    const { id } = await friend.sendContent(phone.number, { kind: 'raw', message })
    check((await account.told('message.received', ({ data }) => data.id === id)).data.content)
  }
})

test('of however many wrappings only a few are opened', async () => {
  const [phone, friend] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const account = await LinkedAccount.of(whatsapp, phone)
  let message: proto.IMessage = { conversation: 'deep' }
  for (let depth = 0; depth < 20; depth++) message = { ephemeralMessage: { message } }
  const { id } = await friend.sendContent(phone.number, { kind: 'raw', message })
  const { data } = await account.told('message.received', (event) => event.data.id === id)
  expect(data.content).toEqual({ kind: 'unsupported', type: 'ephemeralMessage' })
})
