import { expect, test } from 'vitest'
import { noNames } from '#gateway/core/chats/event-names.js'
import { largestFile } from '#gateway/core/media/media-file.js'
import type { Content, ContentKind } from '#gateway/core/messages/content.js'
import { notificationOf } from '#gateway/dialects/green-api/notifications.js'
import { type Settings, switchNames } from '#gateway/dialects/green-api/settings.js'
import { switchesOf } from '#gateway/dialects/green-api/switches.js'
import { answering, everyContent, everyContentKind, fileOf, thumbnail, vcard } from '../dialects/every-content.js'
import { eventOf, fromAna, mediaUrl, shop } from '../dialects/every-event.js'

const settings = Object.fromEntries(switchNames.map((name) => [name, 'yes'])) as Partial<Settings>

/** `messageData` of the notification that a message is told with. */
function messageData(content: Content): unknown {
  const event = eventOf('message.received', { ...fromAna, content })
  const told = notificationOf(event, { instance: shop, switches: switchesOf({ settings }), mediaUrl, names: noNames })
  return told !== null && 'messageData' in told ? told.messageData : null
}

const once = { forwardingScore: 0, isForwarded: false }
const downloadUrl = `https://gateway.example/media/${'f'.repeat(43)}`
const unnamed = (extension: string): string => `${'f'.repeat(43)}.${extension}`
const stanzaId = '3EB0C767D097B7C7C030AA'

/** vendors.md §1.8, key by key. A kind without its row does not compile. */
const table: Record<ContentKind, object> = {
  text: { typeMessage: 'textMessage', textMessageData: { textMessage: 'Hello' } },
  image: {
    typeMessage: 'imageMessage',
    fileMessageData: {
      downloadUrl,
      caption: 'Look',
      fileName: unnamed('jpg'),
      jpegThumbnail: thumbnail,
      mimeType: 'image/jpeg',
      ...once,
    },
  },
  video: {
    typeMessage: 'videoMessage',
    fileMessageData: {
      downloadUrl,
      caption: 'Watch',
      fileName: unnamed('mp4'),
      jpegThumbnail: thumbnail,
      mimeType: 'video/mp4',
      ...once,
    },
  },
  'video-note': {
    typeMessage: 'videoMessage',
    fileMessageData: {
      downloadUrl,
      caption: '',
      fileName: unnamed('mp4'),
      jpegThumbnail: thumbnail,
      mimeType: 'video/mp4',
      ...once,
    },
  },
  voice: {
    typeMessage: 'audioMessage',
    fileMessageData: {
      downloadUrl,
      caption: '',
      fileName: unnamed('oga'),
      jpegThumbnail: '',
      mimeType: 'audio/ogg; codecs=opus',
      ...once,
    },
  },
  audio: {
    typeMessage: 'audioMessage',
    fileMessageData: {
      downloadUrl,
      caption: '',
      fileName: 'song.mp3',
      jpegThumbnail: '',
      mimeType: 'audio/mpeg',
      ...once,
    },
  },
  document: {
    typeMessage: 'documentMessage',
    fileMessageData: {
      downloadUrl,
      caption: 'Read',
      fileName: 'offer.pdf',
      jpegThumbnail: thumbnail,
      mimeType: 'application/pdf',
      ...once,
    },
  },
  sticker: {
    typeMessage: 'stickerMessage',
    fileMessageData: {
      downloadUrl,
      caption: '',
      fileName: unnamed('webp'),
      jpegThumbnail: '',
      mimeType: 'image/webp',
      ...once,
      isAnimated: true,
    },
  },
  location: {
    typeMessage: 'locationMessage',
    locationMessageData: {
      nameLocation: 'Restaurant',
      address: 'Ulitsa 1',
      latitude: 44.94,
      longitude: 89.87,
      jpegThumbnail: thumbnail,
      ...once,
    },
  },
  'live-location': {
    typeMessage: 'locationMessage',
    locationMessageData: {
      nameLocation: 'On my way',
      address: '',
      latitude: 44.94,
      longitude: 89.87,
      jpegThumbnail: '',
      ...once,
    },
  },
  contacts: { typeMessage: 'contactMessage', contactMessageData: { displayName: 'Ben', vcard, ...once } },
  poll: {
    typeMessage: 'pollMessage',
    pollMessageData: {
      name: 'Which?',
      options: [{ optionName: 'one' }, { optionName: 'two' }],
      multipleAnswers: true,
    },
  },
  'group-invite': {
    typeMessage: 'groupInviteMessage',
    groupInviteMessageData: {
      groupJid: '120363012345678901@g.us',
      inviteCode: 'ceUpGy2XACDmR4HQ',
      inviteExpiration: 1767582000,
      groupName: 'Friends',
      caption: 'Come in',
      name: 'Friends',
      jpegThumbnail: thumbnail,
    },
  },
  buttons: {
    typeMessage: 'buttonsMessage',
    buttonsMessage: {
      contentText: 'How are you?',
      footer: 'Choose',
      buttons: [
        { buttonId: 'a', buttonText: 'Great' },
        { buttonId: 'b', buttonText: 'Not bad' },
      ],
      ...once,
    },
  },
  'button-reply': {
    typeMessage: 'buttonsResponseMessage',
    buttonsResponseMessage: { stanzaId, selectedButtonId: 'a', selectedButtonText: 'Great' },
  },
  list: {
    typeMessage: 'listMessage',
    listMessage: {
      contentText: 'What may it be?',
      title: 'Menu',
      footer: 'All fresh',
      buttonText: 'Open',
      sections: [
        {
          title: 'Drinks',
          rows: [
            { title: 'Tea', rowId: 'tea', description: 'Hot' },
            { title: 'Milk', rowId: 'milk', description: '' },
          ],
        },
      ],
      ...once,
    },
  },
  'list-reply': {
    typeMessage: 'listResponseMessage',
    listResponseMessage: { stanzaId, title: 'Tea', listType: 1, singleSelectReply: 'tea' },
  },
  unsupported: { typeMessage: 'textMessage', textMessageData: { textMessage: '{{SWE001}}' } },
}

test.each(everyContentKind)('%s', (kind) => {
  expect(messageData(everyContent[kind])).toEqual(table[kind])
})

test('buttons and replies that WhatsApp carries otherwise', () => {
  const buttons = [
    { kind: 'url', text: 'Site', url: 'https://green-api.com' },
    { kind: 'call', id: 'c', text: 'Call', phone: '79001234569' },
    { kind: 'reply', id: 'r', text: 'Great' },
    { kind: 'copy', text: 'Copy', code: '3333' },
  ] as const
  expect(messageData({ ...everyContent.buttons, style: 'template', buttons })).toEqual({
    typeMessage: 'templateMessage',
    templateMessage: {
      namespace: '',
      elementName: '',
      contentText: 'How are you?',
      footer: 'Choose',
      buttons: [
        { index: 0, urlButton: { displayText: 'Site', url: 'https://green-api.com' } },
        { index: 1, callButton: { displayText: 'Call', phoneNumber: '79001234569' } },
        { index: 2, quickReplyButton: { displayText: 'Great', id: 'r' } },
        { index: 3, quickReplyButton: { displayText: 'Copy', id: '4' } },
      ],
      ...once,
    },
  })
  expect(messageData({ ...everyContent.buttons, style: 'interactive', header: 'H', buttons })).toEqual({
    typeMessage: 'interactiveButtons',
    interactiveButtons: {
      titleText: 'H',
      contentText: 'How are you?',
      footerText: 'Choose',
      buttons: [
        { type: 'url', buttonId: '1', buttonText: 'Site', url: 'https://green-api.com' },
        { type: 'call', buttonId: 'c', buttonText: 'Call', phoneNumber: '79001234569' },
        { type: 'reply', buttonId: 'r', buttonText: 'Great' },
        { type: 'copy', buttonId: '4', buttonText: 'Copy', copyCode: '3333' },
      ],
    },
  })
  expect(messageData({ ...everyContent.buttons, style: 'interactive' })).toEqual({
    typeMessage: 'interactiveButtonsReply',
    interactiveButtonsReply: {
      titleText: '',
      contentText: 'How are you?',
      footerText: 'Choose',
      buttons: [
        { type: 'reply', buttonId: 'a', buttonText: 'Great' },
        { type: 'reply', buttonId: 'b', buttonText: 'Not bad' },
      ],
    },
  })
  expect(messageData({ ...everyContent['button-reply'], style: 'template', index: 2 })).toEqual({
    typeMessage: 'templateButtonsReplyMessage',
    templateButtonReplyMessage: {
      stanzaId,
      selectedIndex: 2,
      selectedId: 'a',
      selectedDisplayText: 'Great',
    },
  })
})

test('several contacts are an array, in an object that is called as the one around it', () => {
  const contacts = [
    { name: 'Ben', vcard },
    { name: 'Eve', vcard },
  ]
  expect(messageData({ kind: 'contacts', contacts })).toEqual({
    typeMessage: 'contactsArrayMessage',
    messageData: {
      contacts: [
        { displayName: 'Ben', vcard },
        { displayName: 'Eve', vcard },
      ],
      ...once,
    },
  })
})

test('a text with a link, a preview, or one that was passed on', () => {
  const extended = { description: '', title: '', previewType: 'None', jpegThumbnail: '', ...once }
  const text = 'see HTTPS://green-api.com/docs'
  expect(messageData({ kind: 'text', text })).toEqual({
    typeMessage: 'extendedTextMessage',
    extendedTextMessageData: { text, ...extended },
  })
  const preview = { url: 'green-api.com', title: 'GREEN-API', description: 'Docs', thumbnail }
  expect(messageData({ kind: 'text', text: 'see green-api.com', preview })).toEqual({
    typeMessage: 'extendedTextMessage',
    extendedTextMessageData: {
      ...extended,
      text: 'see green-api.com',
      title: 'GREEN-API',
      description: 'Docs',
      jpegThumbnail: thumbnail,
    },
  })
  expect(messageData({ kind: 'text', text: 'Hello', forwarded: { score: 4 } })).toEqual({
    typeMessage: 'extendedTextMessage',
    extendedTextMessageData: { ...extended, text: 'Hello', forwardingScore: 4, isForwarded: true },
  })
  for (const plain of ['https', 'https://', 'shop.example', 'xhttp://a']) {
    expect(messageData({ kind: 'text', text: plain })).toEqual({
      typeMessage: 'textMessage',
      textMessageData: { textMessage: plain },
    })
  }
})

test('what was passed on says how often, of every kind that has the field', () => {
  const told = JSON.stringify(
    everyContentKind.map((kind) => messageData({ ...everyContent[kind], forwarded: { score: 5 } })),
  )
  const carried = told.match(/"forwardingScore":5,"isForwarded":true/g)
  const all = JSON.stringify(Object.values(table)).match(/"forwardingScore":0,"isForwarded":false/g)
  // And of a text, which is of another type then.
  expect(carried).toHaveLength((all?.length ?? 0) + 1)
})

const quotes = { stanzaId: '3EB0608D6A2901063D63', participant: '79001234567@c.us' }

test('an answer to every kind says what it answers, one level up', () => {
  const quoted = (content: Content | null): unknown => {
    const data = messageData(answering(everyContent.image, content)) as { quotedMessage: unknown }
    expect(data).toEqual({ ...table.image, quotedMessage: data.quotedMessage })
    return data.quotedMessage
  }
  const file = (kind: ContentKind): object => (table[kind] as { fileMessageData: object }).fileMessageData
  expect(quoted(everyContent.text)).toEqual({ ...quotes, typeMessage: 'textMessage', textMessage: 'Hello' })
  for (const kind of ['image', 'video', 'voice', 'document', 'sticker'] as const) {
    const { typeMessage } = table[kind] as { typeMessage: string }
    expect(quoted(everyContent[kind])).toEqual({ ...quotes, typeMessage, ...file(kind) })
  }
  expect(quoted(everyContent.location)).toEqual({
    ...quotes,
    typeMessage: 'locationMessage',
    location: (table.location as { locationMessageData: object }).locationMessageData,
  })
  expect(quoted(everyContent.contacts)).toEqual({
    ...quotes,
    typeMessage: 'contactMessage',
    contact: { displayName: 'Ben', vcard, ...once },
  })
  expect(quoted({ kind: 'contacts', contacts: [] })).toEqual({
    ...quotes,
    typeMessage: 'contactsArrayMessage',
    contacts: [],
  })
  expect(quoted(everyContent.poll)).toEqual({ ...quotes, ...table.poll })
  expect(quoted(everyContent['group-invite'])).toEqual({ ...quotes, ...table['group-invite'] })
  expect(quoted(everyContent.buttons)).toMatchObject({ typeMessage: 'buttonsMessage', contentText: 'How are you?' })
  expect(quoted(everyContent.list)).toMatchObject({ typeMessage: 'listMessage', contentText: 'What may it be?' })
  expect(quoted({ kind: 'text', text: 'https://green-api.com' })).toMatchObject({
    typeMessage: 'extendedTextMessage',
    textMessage: 'https://green-api.com',
    extendedTextMessage: { text: 'https://green-api.com' },
  })
  expect(quoted(null)).toEqual(quotes)
  expect(quoted(everyContent.unsupported)).toEqual(quotes)
})

test('a text that answers is of a type of its own', () => {
  expect(messageData(answering({ kind: 'text', text: 'Yes' }, everyContent.text))).toEqual({
    typeMessage: 'quotedMessage',
    extendedTextMessageData: { text: 'Yes', ...quotes },
    quotedMessage: { ...quotes, typeMessage: 'textMessage', textMessage: 'Hello' },
  })
  const unknown = { kind: 'text', text: 'Yes', quoted: { id: 'A', sender: null, content: null } } as const
  expect(messageData(unknown)).toEqual({
    typeMessage: 'quotedMessage',
    extendedTextMessageData: { text: 'Yes', stanzaId: 'A', participant: '' },
    quotedMessage: { stanzaId: 'A', participant: '' },
  })
})

test('a file past 100 MB is not offered, one that opens once is', () => {
  const file = { ...fileOf('video/mp4'), size: largestFile + 1 }
  expect(messageData({ kind: 'video', file })).toMatchObject({ fileMessageData: { downloadUrl: '{{SWE002}}' } })
  const unknown = { ...fileOf('application/x-thing'), size: null }
  expect(messageData({ kind: 'document', file: unknown })).toMatchObject({
    fileMessageData: { downloadUrl, fileName: unnamed('bin') },
  })
  expect(messageData({ ...everyContent.image, viewOnce: true })).toEqual(table.image)
})

test('the key to a file is never told', () => {
  const told = JSON.stringify(
    everyContentKind.map((kind) => messageData(answering(everyContent[kind], everyContent.image))),
  )
  expect(told).toContain(downloadUrl)
  expect(told).not.toContain('a key')
})

test('a message of a kind that is not carried sends its reader to the phone, and is not swallowed', () => {
  const unsupported = (type: string): unknown => messageData({ kind: 'unsupported', type })
  const empty = { downloadUrl: '{{SWE002}}', caption: '', fileName: '', jpegThumbnail: '', mimeType: '', ...once }
  for (const typeMessage of ['imageMessage', 'videoMessage', 'audioMessage', 'documentMessage']) {
    expect(unsupported(typeMessage)).toEqual({ typeMessage, fileMessageData: empty })
  }
  expect(unsupported('ptvMessage')).toEqual({ typeMessage: 'videoMessage', fileMessageData: empty })
  expect(unsupported('stickerMessage')).toEqual({
    typeMessage: 'stickerMessage',
    fileMessageData: { ...empty, isAnimated: false },
  })
  // Nobody wrote these.
  for (const type of ['albumMessage', 'pinInChatMessage', 'pollUpdateMessage']) {
    expect(unsupported(type), type).toBeNull()
  }
})
