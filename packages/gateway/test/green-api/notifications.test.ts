import { expect, test } from 'vitest'
import { type EventNames, noNames } from '#gateway/core/chats/event-names.js'
import type { EventKind, StatusData } from '#gateway/core/events/event.js'
import { type ErrorCode, errorCodes } from '#gateway/core/errors/gateway-error.js'
import { instanceStates, type InstanceState } from '#gateway/core/instances/instance.js'
import type { MessageAct } from '#gateway/core/messages/act.js'
import { messageStatuses } from '#gateway/core/messages/message.js'
import { notificationOf } from '#gateway/dialects/green-api/notifications.js'
import { type Settings, switchNames } from '#gateway/dialects/green-api/settings.js'
import { switchesOf } from '#gateway/dialects/green-api/switches.js'
import { everyContent } from '../dialects/every-content.js'
import {
  type DataOf,
  eventOf,
  everyEvent,
  everyKind,
  fromAna,
  fromPhone,
  inGroup,
  mediaUrl,
  shop,
} from '../dialects/every-event.js'

const allOn = Object.fromEntries(switchNames.map((name) => [name, 'yes'])) as Partial<Settings>
const allBut = (...off: readonly string[]): Partial<Settings> =>
  Object.fromEntries(Object.entries(allOn).filter(([name]) => !off.includes(name)))

function told<Kind extends EventKind>(
  kind: Kind,
  data?: DataOf<Kind>,
  settings = allOn,
  instance = shop,
  names = noNames,
): unknown {
  return notificationOf(eventOf(kind, data), { instance, switches: switchesOf({ settings }), mediaUrl, names })
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
      quotedMessage: { stanzaId, participant: '79001234567@c.us' },
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
  'message.poll-vote': {
    typeWebhook: 'incomingMessageReceived',
    ...sent,
    idMessage,
    senderData: ana,
    messageData: {
      typeMessage: 'pollUpdateMessage',
      pollMessageData: {
        stanzaId,
        name: 'Which?',
        votes: [
          { optionName: 'one', optionVoters: ['79001234568@c.us'] },
          { optionName: 'two', optionVoters: [] },
        ],
        multipleAnswers: false,
      },
    },
  },
  'contact.blocked': {
    typeWebhook: 'incomingBlock',
    ...happened,
    chatId: '79001234568@c.us',
    chatState: 'blocked',
  },
  'chat.changed': null,
  'contact.presence': null,
  'group.changed': null,
  'contact.changed': null,
  'contact.phone-resolved': null,
  'message-link.conversation': null,
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
  'message.poll-vote': ['incomingWebhook', 'pollMessageWebhook'],
  'message.undecryptable': ['incomingWebhook'],
  'contact.blocked': ['incomingBlockWebhook'],
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

test('a chat and whoever wrote are called as the account calls them, where that is known', () => {
  const called = (names: EventNames, data = fromAna) =>
    told('message.received', { ...data, content: { kind: 'text', text: 'Hello' } }, allOn, shop, names)
  const chatId = '120363012345678901@g.us'
  expect(called({ chat: 'Ana Pérez', sender: 'Ana Pérez' })).toMatchObject({
    senderData: { ...ana, chatName: 'Ana Pérez', senderContactName: 'Ana Pérez' },
  })
  expect(called({ chat: 'Friends', sender: 'Ana Pérez' }, inGroup)).toMatchObject({
    senderData: { ...ana, chatId, chatName: 'Friends', senderContactName: 'Ana Pérez' },
  })
  expect(called(noNames, inGroup)).toMatchObject({ senderData: { ...ana, chatId, chatName: '' } })
  const content = { kind: 'text', text: 'Hello' } as const
  const names = { chat: 'Ana Pérez', sender: null }
  for (const kind of ['message.sent', 'message.sent-from-phone'] as const) {
    const data = { ...everyEvent[kind], content } as DataOf<typeof kind>
    expect(told(kind, data, allOn, shop, names)).toMatchObject({ senderData: { ...own, chatName: 'Ana Pérez' } })
  }
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
  const hidden = { chat: lid, chatPhone: null, sender: lid, phone: null }
  expect(senderOf({})).toMatchObject({ chatId: number, sender: number })
  const known = { chatPhone: '79001234568', phone: '79001234568' }
  expect(senderOf({ ...hidden, ...known })).toMatchObject({ chatId: number, sender: number })
  expect(senderOf(hidden)).toMatchObject({ chatId: lid, sender: lid })
  expect(senderOf({}, byLid)).toMatchObject({ chatId: lid, sender: lid })
  expect(senderOf({ lid: null, chatLid: null }, byLid)).toMatchObject({ chatId: number, sender: number })
  expect(senderOf(inGroup, byLid)).toMatchObject({ chatId: inGroup.chat, sender: lid })
  expect(told('message.status', undefined, byLid)).toMatchObject({ chatId: lid })
  expect(told('contact.blocked', undefined, byLid)).toMatchObject({ chatId: lid })
  expect(told('message.sent-from-phone', undefined, byLid)).toMatchObject({
    senderData: { chatId: lid, sender: '123456789012345@lid' },
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
  const { targetSender: _unknown, ...toWhom } = everyEvent['message.reaction']
  for (const [data, quotedMessage] of [
    [toWhom, { stanzaId }],
    [
      { ...toWhom, targetSender: '79001234569@s.whatsapp.net' },
      { stanzaId, participant: '79001234569@c.us' },
    ],
  ] as const) {
    expect(told('message.reaction', data)).toHaveProperty('messageData.quotedMessage', quotedMessage)
  }
  const edited = (content: DataOf<'message.edited'>['content']): unknown =>
    told('message.edited', { ...everyEvent['message.edited'], content })
  expect(edited({ kind: 'unsupported', type: 'imageMessage' })).toMatchObject({
    messageData: { typeMessage: 'editedMessage', editedMessageData: { stanzaId } },
  })
  expect(edited(everyContent.image)).toMatchObject({
    messageData: { typeMessage: 'editedMessage', editedMessageData: { caption: 'Look', stanzaId } },
  })
})

test('what was done to a message through this gateway is told as what is done on the phone is', () => {
  const done = (content: MessageAct, settings = allOn): unknown => {
    const body = told('message.sent', { ...everyEvent['message.sent'], content }, settings)
    return (body as { messageData: unknown } | null)?.messageData
  }
  const target = { id: 'AAAA', sender: fromAna.sender }
  const quotedMessage = { stanzaId: 'AAAA', participant: '79001234568@c.us' }
  expect(done({ kind: 'reaction', target, emoji: '👍' })).toEqual({
    typeMessage: 'reactionMessage',
    extendedTextMessageData: { text: '👍' },
    quotedMessage,
  })
  expect(done({ kind: 'reaction', target: { id: 'AAAA', sender: null }, emoji: null })).toEqual({
    typeMessage: 'reactionMessage',
    extendedTextMessageData: { text: '' },
    quotedMessage: { stanzaId: 'AAAA', participant: '79001234567@c.us' },
  })
  const edit = { kind: 'edit', target, content: { kind: 'text', text: 'Better' } } as const
  expect(done(edit)).toEqual({
    typeMessage: 'editedMessage',
    editedMessageData: { textMessage: 'Better', stanzaId: 'AAAA' },
  })
  expect(done(edit, allBut('editedMessageWebhook'))).toBeUndefined()
  expect(done({ kind: 'delete', target })).toEqual({
    typeMessage: 'deletedMessage',
    deletedMessageData: { stanzaId: 'AAAA' },
  })
  expect(done({ kind: 'delete', target }, allBut('deletedMessageWebhook'))).toBeUndefined()
  expect(done({ kind: 'poll-vote', target, options: ['one'] })).toBeUndefined()
  expect(done({ kind: 'pin', target, seconds: 86_400 })).toBeUndefined()
  expect(done({ kind: 'disappearing', seconds: 86_400 })).toBeUndefined()
})

test('polls are switched by a setting of their own as well', () => {
  const data = { ...fromAna, content: everyContent.poll }
  expect(told('message.received', data)).toMatchObject({ messageData: { typeMessage: 'pollMessage' } })
  expect(told('message.received', data, allBut('pollMessageWebhook'))).toBeNull()
})

test('who is no longer blocked is not told: the vendor has no word for it', () => {
  expect(told('contact.blocked', { ...everyEvent['contact.blocked'], blocked: false })).toBeNull()
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
  expect(statusOf({ status: 'failed', failure: 'not-in-group' })).toBe('notInGroup')
  expect(statusOf({ status: 'failed', failure: 'not-group-admin' }, {})).toBe('failed')
  // Whoever clears the queue knows.
  expect(statusOf({ status: 'failed', failure: 'message-cancelled' })).toBeUndefined()
  const silent: readonly (ErrorCode | null)[] = ['message-cancelled']
  for (const failure of [...errorCodes, null].filter((code) => !silent.includes(code))) {
    const body = told('message.status', { ...everyEvent['message.status'], status: 'failed', failure })
    expect(body).toMatchObject({ description: expect.stringMatching(/^\S.+$/) as string, sendByApi: true })
  }
  const toGroup = { ...everyEvent['message.status'], chat: inGroup.chat, chatPhone: null, chatLid: null }
  expect(told('message.status', { ...toGroup, participant: fromAna.sender })).toMatchObject({ chatId: inGroup.chat })
  const story = { ...toGroup, chat: 'status@broadcast' }
  expect(told('message.status', { ...story, status: 'server-ack' })).toMatchObject({ chatId: story.chat })
  expect(told('message.status', { ...story, participant: fromAna.sender })).toBeNull()
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
