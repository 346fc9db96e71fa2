import { expect, test } from 'vitest'
import type { EventKind, StatusData } from '#gateway/core/events/event.js'
import { instanceStates, type InstanceState } from '#gateway/core/instances/instance.js'
import { messageStatuses } from '#gateway/core/messages/message.js'
import { notificationOf } from '#gateway/dialects/green-api/notifications.js'
import { type Settings, switchNames } from '#gateway/dialects/green-api/settings.js'
import { switchesOf } from '#gateway/dialects/green-api/switches.js'
import {
  type DataOf,
  eventOf,
  everyEvent,
  everyKind,
  fromAna,
  fromPhone,
  inGroup,
  shop,
} from '../dialects/every-event.js'

const allOn = Object.fromEntries(switchNames.map((name) => [name, 'yes'])) as Partial<Settings>
const allBut = (...off: readonly string[]): Partial<Settings> =>
  Object.fromEntries(Object.entries(allOn).filter(([name]) => !off.includes(name)))

function told<Kind extends EventKind>(kind: Kind, data?: DataOf<Kind>, settings = allOn, instance = shop): unknown {
  return notificationOf(eventOf(kind, data), instance, switchesOf({ settings }))
}

const instanceData = { idInstance: 1101000001, wid: '79001234567@c.us', typeInstance: 'whatsapp' }
const happened = { instanceData, timestamp: 1767323045 }
const sent = { instanceData, timestamp: 1767322800 }
const ana = {
  chatId: '79001234568@c.us',
  sender: '79001234568@c.us',
  chatName: 'Ana',
  senderName: 'Ana',
  senderContactName: '',
}
const own = { ...ana, sender: '79001234567@c.us', chatName: '', senderName: 'Shop' }
const [idMessage, stanzaId] = [fromAna.id, '3EB0C767D097B7C7C030AA']
const hello = { typeMessage: 'textMessage', textMessageData: { textMessage: 'Hello' } }

const bodies: Record<EventKind, object | null> = {
  'instance.state': { typeWebhook: 'stateInstanceChanged', ...happened, stateInstance: 'authorized' },
  'link.step': null,
  'message.received': {
    typeWebhook: 'incomingMessageReceived',
    ...sent,
    idMessage,
    senderData: ana,
    messageData: hello,
  },
  'message.sent-from-phone': {
    typeWebhook: 'outgoingMessageReceived',
    ...sent,
    idMessage,
    senderData: own,
    messageData: hello,
  },
  'message.sent': {
    typeWebhook: 'outgoingAPIMessageReceived',
    ...sent,
    idMessage: stanzaId,
    senderData: own,
    messageData: hello,
  },
  'message.edited': {
    typeWebhook: 'incomingMessageReceived',
    ...sent,
    idMessage,
    senderData: ana,
    messageData: { typeMessage: 'editedMessage', editedMessageData: { textMessage: 'Hello again', stanzaId } },
  },
  'message.deleted': {
    typeWebhook: 'incomingMessageReceived',
    ...sent,
    idMessage,
    senderData: ana,
    messageData: { typeMessage: 'deletedMessage', deletedMessageData: { stanzaId } },
  },
  'message.reaction': {
    typeWebhook: 'incomingMessageReceived',
    ...sent,
    idMessage,
    senderData: ana,
    messageData: {
      typeMessage: 'reactionMessage',
      extendedTextMessageData: { text: '👍' },
      quotedMessage: { stanzaId },
    },
  },
  'message.undecryptable': {
    typeWebhook: 'incomingMessageReceived',
    ...sent,
    idMessage,
    senderData: ana,
    messageData: { typeMessage: 'textMessage', textMessageData: { textMessage: '{{SWE001}}' } },
  },
  'message.recovered': null,
  'message.status': {
    typeWebhook: 'outgoingMessageStatus',
    chatId: '79001234568@c.us',
    ...happened,
    idMessage: stanzaId,
    status: 'delivered',
    sendByApi: true,
  },
  call: {
    from: '79001234568@c.us',
    typeWebhook: 'incomingCall',
    ...happened,
    status: 'offer',
    idMessage: '104179EDB7F5328988D8834107EEBE50',
  },
  'group.changed': null,
  'contact.changed': null,
  'contact.phone-resolved': null,
}

test.each(everyKind)('%s', (kind) => {
  expect(told(kind)).toEqual(bodies[kind])
})

/** What has to be on for it; those that are left out are always told. */
const switchesFor: Partial<Record<EventKind, readonly (keyof Settings)[]>> = {
  'instance.state': ['stateWebhook', 'statusInstanceWebhook'],
  'message.received': ['incomingWebhook'],
  'message.sent-from-phone': ['outgoingMessageWebhook'],
  'message.sent': ['outgoingAPIMessageWebhook'],
  'message.edited': ['incomingWebhook', 'editedMessageWebhook'],
  'message.deleted': ['incomingWebhook', 'deletedMessageWebhook'],
  'message.reaction': ['incomingWebhook'],
  'message.undecryptable': ['incomingWebhook'],
  'message.status': ['outgoingWebhook'],
  call: ['incomingCallWebhook'],
}

test.each(everyKind.filter((kind) => bodies[kind] !== null))('%s is switched by its settings alone', (kind) => {
  const needed = switchesFor[kind] ?? []
  expect(told(kind, undefined, {})).toBeNull()
  expect(told(kind, undefined, Object.fromEntries(needed.map((name) => [name, 'yes'])))).toEqual(bodies[kind])
  if (kind === 'instance.state') return
  for (const name of needed) expect(told(kind, undefined, allBut(name)), name).toBeNull()
})

test('what the account does on its phone is switched and told as its messages are', () => {
  for (const kind of ['message.edited', 'message.deleted', 'message.reaction', 'message.undecryptable'] as const) {
    const data = { ...everyEvent[kind], ...fromPhone } as DataOf<typeof kind>
    expect(told(kind, data)).toMatchObject({ typeWebhook: 'outgoingMessageReceived', senderData: own })
    expect(told(kind, data, allBut('incomingWebhook'))).not.toBeNull()
    expect(told(kind, data, allBut('outgoingMessageWebhook'))).toBeNull()
  }
})

test('what the account writes is by itself, also where WhatsApp addresses it by its chat', () => {
  const data = { ...fromPhone, sender: fromPhone.chat, phone: '79001234568', lid: null }
  const content = { kind: 'text', text: 'Hello' } as const
  expect(told('message.sent-from-phone', { ...data, content })).toEqual(bodies['message.sent-from-phone'])
})

test('in a group the chat is the group, whose name is not known', () => {
  expect(told('message.received', { ...inGroup, content: { kind: 'text', text: 'Hello' } })).toMatchObject({
    senderData: { ...ana, chatId: '120363012345678901@g.us', chatName: '' },
  })
})

test('people are named by number, by LID where there is no number, and by LID everywhere when asked to be', () => {
  const senderOf = (data: Partial<typeof fromAna>, settings = allOn) =>
    (
      told('message.received', { ...fromAna, ...data, content: { kind: 'text', text: 'x' } }, settings) as {
        senderData: object
      }
    ).senderData
  const byLid = { ...allOn, enableLidMode: true }
  const [number, lid] = ['79001234568@c.us', '99887766554433@lid']
  const hidden = { chat: lid, sender: lid, phone: null }
  expect(senderOf({})).toMatchObject({ chatId: number, sender: number })
  expect(senderOf({ ...hidden, phone: '79001234568' })).toMatchObject({ chatId: number, sender: number })
  expect(senderOf(hidden)).toMatchObject({ chatId: lid, sender: lid })
  expect(senderOf({}, byLid)).toMatchObject({ chatId: lid, sender: lid })
  expect(senderOf({ lid: null }, byLid)).toMatchObject({ chatId: number, sender: number })
  expect(senderOf({ chat: inGroup.chat }, byLid)).toMatchObject({ chatId: inGroup.chat, sender: lid })
  // Whose chat it is, is known by number only when it is the account that writes.
  expect(told('message.sent-from-phone', undefined, byLid)).toMatchObject({
    senderData: { chatId: number, sender: '123456789012345@lid' },
  })
  expect(told('message.sent', undefined, byLid)).toMatchObject({ senderData: { sender: '123456789012345@lid' } })
  expect(told('call', undefined, byLid)).toMatchObject({ from: number })
  expect(told('call', { ...everyEvent.call, lid: '99887766554433:3@lid' }, byLid)).toMatchObject({ from: lid })
})

test('stories, channels and broadcast lists are not told: nobody can answer there', () => {
  for (const chat of ['status@broadcast', '120363012345678901@newsletter', '1420070400@broadcast']) {
    expect(told('message.received', { ...fromAna, chat, content: { kind: 'text', text: 'x' } })).toBeNull()
  }
})

test('a text with a link is an extended one', () => {
  const data = { ...fromAna, content: { kind: 'text', text: 'see HTTPS://green-api.com/docs' } } as const
  expect(told('message.received', data)).toMatchObject({
    messageData: {
      typeMessage: 'extendedTextMessage',
      extendedTextMessageData: {
        text: 'see HTTPS://green-api.com/docs',
        description: '',
        title: '',
        previewType: 'None',
        jpegThumbnail: '',
        forwardingScore: 0,
        isForwarded: false,
      },
    },
  })
  for (const text of ['https', 'https://', 'shop.example', 'xhttp://a']) {
    expect(told('message.received', { ...fromAna, content: { kind: 'text', text } })).toMatchObject({
      messageData: { typeMessage: 'textMessage', textMessageData: { textMessage: text } },
    })
  }
})

test('a message of a kind that is not carried sends its reader to the phone, and is not swallowed', () => {
  const messageData = (type: string): unknown => {
    const body = told('message.received', { ...fromAna, content: { kind: 'unsupported', type } })
    return (body as { messageData: unknown } | null)?.messageData
  }
  const file = {
    downloadUrl: '{{SWE002}}',
    caption: '',
    fileName: '',
    jpegThumbnail: '',
    mimeType: '',
    forwardingScore: 0,
    isForwarded: false,
  }
  for (const typeMessage of ['imageMessage', 'videoMessage', 'audioMessage', 'documentMessage']) {
    expect(messageData(typeMessage)).toEqual({ typeMessage, fileMessageData: file })
  }
  expect(messageData('ptvMessage')).toEqual({ typeMessage: 'videoMessage', fileMessageData: file })
  expect(messageData('stickerMessage')).toEqual({
    typeMessage: 'stickerMessage',
    fileMessageData: { ...file, isAnimated: false },
  })
  expect(messageData('locationMessage')).toEqual({
    typeMessage: 'textMessage',
    textMessageData: { textMessage: '{{SWE001}}' },
  })
  // Nobody wrote these.
  for (const type of ['albumMessage', 'pinInChatMessage', 'pollUpdateMessage']) {
    expect(messageData(type), type).toBeUndefined()
  }
})

test('what could not be read is told by the vendor’s marker', () => {
  const marks = (['no-session', 'unavailable', 'bad-ciphertext', 'malformed'] as const).map((reason) => {
    const body = told('message.undecryptable', { ...fromAna, reason })
    return (body as { messageData: { textMessageData: { textMessage: string } } }).messageData.textMessageData
      .textMessage
  })
  expect(marks).toEqual(['{{SWE001}}', '{{SWE001}}', '{{SWE003}}', '{{SWE003}}'])
})

test('a reaction that was taken back is an empty one, an edit of something else than a text has none', () => {
  expect(told('message.reaction', { ...everyEvent['message.reaction'], emoji: null })).toMatchObject({
    messageData: { typeMessage: 'reactionMessage', extendedTextMessageData: { text: '' } },
  })
  const content = { kind: 'unsupported', type: 'imageMessage' } as const
  expect(told('message.edited', { ...everyEvent['message.edited'], content })).toMatchObject({
    messageData: { typeMessage: 'editedMessage', editedMessageData: { stanzaId } },
  })
})

test('statuses, of which failed and noAccount cannot be switched off', () => {
  const statusOf = (data: Partial<StatusData>, settings = allOn): unknown => {
    const body = told('message.status', { ...everyEvent['message.status'], ...data }, settings)
    return (body as { status: string } | null)?.status
  }
  const words: Record<(typeof messageStatuses)[number], string | undefined> = {
    queued: undefined,
    sent: undefined,
    'server-ack': 'sent',
    delivered: 'delivered',
    read: 'read',
    played: 'read',
    failed: 'failed',
  }
  for (const status of messageStatuses) expect(statusOf({ status }), status).toBe(words[status])
  expect(statusOf({ status: 'failed', failure: 'send-timed-out' }, {})).toBe('failed')
  expect(statusOf({ status: 'failed', failure: 'recipient-not-found' }, {})).toBe('noAccount')
  expect(statusOf({ status: 'failed', failure: 'instance-restricted' })).toBe('yellowCard')
  expect(statusOf({ status: 'failed', failure: 'instance-restricted' }, {})).toBeUndefined()
  for (const failure of ['recipient-not-found', 'content-too-large', 'not-supported', null] as const) {
    const body = told('message.status', { ...everyEvent['message.status'], status: 'failed', failure })
    expect(body).toMatchObject({ description: expect.stringMatching(/^\S.+$/) as string, sendByApi: true })
  }
  expect(told('message.status', { ...everyEvent['message.status'], chat: inGroup.chat })).toMatchObject({
    chatId: inGroup.chat,
  })
})

const words: Record<InstanceState, readonly [stateInstance: string, statusInstance: string]> = {
  unlinked: ['notAuthorized', 'offline'],
  opening: ['notAuthorized', 'offline'],
  'awaiting-link': ['notAuthorized', 'offline'],
  starting: ['starting', 'offline'],
  linked: ['authorized', 'online'],
  reconnecting: ['authorized', 'offline'],
  paused: ['sleepMode', 'offline'],
  restricted: ['yellowCard', 'offline'],
  banned: ['blocked', 'offline'],
  'storage-error': ['starting', 'offline'],
}

test('of a change of state each word is told when it changed, the account’s before the socket’s', () => {
  for (const state of instanceStates)
    for (const previous of instanceStates) {
      const change = { state, previous, reason: 'connected' } as const
      const [[stateInstance, statusInstance], before] = [words[state], words[previous]]
      const account = { typeWebhook: 'stateInstanceChanged', ...happened, stateInstance }
      const socket = { typeWebhook: 'statusInstanceChanged', ...happened, statusInstance }
      const both = [stateInstance === before[0] ? null : account, statusInstance === before[1] ? null : socket] as const
      expect(told('instance.state', change, { stateWebhook: 'yes' })).toEqual(both[0])
      expect(told('instance.state', change, { statusInstanceWebhook: 'yes' })).toEqual(both[1])
      expect(told('instance.state', change)).toEqual(both[0] ?? both[1])
    }
})

test('the socket’s word follows from the account’s wherever both have changed', () => {
  for (const state of instanceStates)
    for (const previous of instanceStates) {
      const [word, status] = words[state]
      if (word === words[previous][0] || status === words[previous][1]) continue
      expect(status === 'online').toBe(word === 'authorized')
    }
})

test('an instance without an account is named by its number alone', () => {
  const change = { state: 'unlinked', previous: 'linked', reason: 'logged-out-by-phone' } as const
  expect(told('instance.state', change, allOn, { ...shop, account: null })).toMatchObject({
    instanceData: { idInstance: 1101000001, wid: '', typeInstance: 'whatsapp' },
    stateInstance: 'notAuthorized',
  })
  expect(told('message.sent', undefined, allOn, { ...shop, account: null })).toMatchObject({
    senderData: { sender: '', senderName: '' },
  })
})

test('calls', () => {
  const statusOf = (status: DataOf<'call'>['status']) =>
    (told('call', { ...everyEvent.call, status }) as { status: string } | null)?.status
  expect((['offered', 'accepted', 'rejected', 'missed', 'ended'] as const).map(statusOf)).toEqual([
    'offer',
    'pickUp',
    'hangUp',
    'declined',
    undefined,
  ])
})
