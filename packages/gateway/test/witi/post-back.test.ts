import { expect, test } from 'vitest'
import type { EventKind, GroupChange, StatusData } from '#gateway/core/events/event.js'
import { instanceStates } from '#gateway/core/instances/instance.js'
import type { MessageAct } from '#gateway/core/messages/act.js'
import type { ContentKind } from '#gateway/core/messages/content.js'
import { messageStatuses } from '#gateway/core/messages/message.js'
import { postBackEvent } from '#gateway/dialects/witi/post-back.js'
import { deviceInfo, stateAnswers } from '#gateway/dialects/witi/replies.js'
import {
  type DataOf,
  eventOf,
  everyEvent,
  everyKind,
  fromAna,
  inGroup,
  recipientOf,
  shop,
} from '../dialects/every-event.js'
import { everyAct, everyContent } from '../native/every-content.js'

const webId = '6D6307C3-2973-4468-85FA-D047CB8E1F2E'

const told = <Kind extends EventKind>(kind: Kind, data?: DataOf<Kind>, instance = shop): unknown =>
  postBackEvent(eventOf(kind, data), recipientOf(undefined, null, instance), webId)

const common = { EventID: 'event-1', WebID: webId, t: 1767323045 }
const sent = { ...common, t: 1767322800 }
const [MessageID, TargetID] = [fromAna.id, '3EB0C767D097B7C7C030AA']
const number = '79001234568@s.whatsapp.net'
const ana = { event: 'Msg', MessageID, number, jid: number, notify: 'Ana', isGroup: false, fromMe: false }
const me = { jid: '79001234567@s.whatsapp.net', fromMe: true }
const group = '120363012345678901@g.us'

const bodies: Record<EventKind, object | null> = {
  'instance.state': {
    ...common,
    event: 'Conn',
    status: 10,
    statusString: 'WhatsAppAuthenticated',
    connected: true,
    CanRestoreConnection: true,
    ConnectionInfo: deviceInfo(shop, true),
  },
  'link.step': null,
  'message.received': { ...sent, ...ana, type: 'text', message: 'Hello' },
  'message.sent-from-phone': { ...sent, ...ana, ...me, notify: 'Shop', type: 'text', message: 'Hello' },
  'message.sent': { ...sent, ...ana, ...me, MessageID: TargetID, notify: 'Shop', type: 'text', message: 'Hello' },
  'message.edited': { ...sent, ...ana, type: 'edit', message: 'Hello again', TargetID },
  'message.deleted': { ...sent, ...ana, type: 'revoke', message: '', TargetID },
  'message.reaction': { ...sent, ...ana, type: 'reaction', message: '👍', TargetID },
  'message.poll-vote': {
    ...sent,
    ...ana,
    type: 'pollvote',
    message: 'Which?',
    TargetID,
    chosen: ['one'],
    votes: [
      { option: 'one', voters: [number] },
      { option: 'two', voters: [] },
    ],
  },
  'message.undecryptable': { ...sent, ...ana, type: 'ciphertext', message: '' },
  'message.recovered': null,
  'message.status': { ...common, event: 'Ack', MessageID: TargetID, number, ack: 2 },
  call: {
    ...common,
    event: 'Call',
    MessageID: '104179EDB7F5328988D8834107EEBE50',
    number,
    jid: number,
    isGroup: false,
    isVideo: false,
    type: 'offered',
  },
  'group.changed': { ...common, event: 'Group', number: group, jid: number, type: 'renamed', name: 'Friends' },
  'chat.changed': { ...common, event: 'Chat', number, type: 'archived', value: true },
  'contact.presence': { ...common, event: 'Presence', number, jid: number, type: 'composing', lastSeen: 0 },
  'contact.blocked': { ...common, event: 'Contact', jid: number, notify: '', blocked: true },
  'contact.changed': { ...common, event: 'Contact', jid: number, notify: 'Ana' },
  'contact.phone-resolved': null,
  'message-link.conversation': null,
}

test.each(everyKind)('%s', (kind) => {
  expect(told(kind)).toEqual(bodies[kind])
})

test('a change between states that are one number for this vendor is none', () => {
  for (const state of instanceStates)
    for (const previous of instanceStates) {
      const body = told('instance.state', { state, previous, reason: 'connected' })
      const { status } = stateAnswers[state]
      if (status === stateAnswers[previous].status) expect(body, `${previous} to ${state}`).toBeNull()
      else expect(body, `${previous} to ${state}`).toMatchObject({ event: 'Conn', status, connected: status === 10 })
    }
})

test('a logout on the phone is told as what it is', () => {
  const change = { state: 'unlinked', previous: 'linked', reason: 'logged-out-by-phone' } as const
  expect(told('instance.state', change, { ...shop, account: null })).toMatchObject({
    status: 13,
    statusString: 'WhatsAppNotAuthenticated',
    connected: false,
    CanRestoreConnection: false,
    ConnectionInfo: { wid: '', pushname: '', connected: false },
  })
})

test('in a group the number is the group and the jid its writer', () => {
  expect(told('message.received', { ...inGroup, content: { kind: 'text', text: 'Hello' } })).toMatchObject({
    number: group,
    jid: number,
    isGroup: true,
  })
})

test('stories and channels are not told: nobody can answer there', () => {
  for (const chat of ['status@broadcast', '120363012345678901@newsletter'])
    expect(told('message.received', { ...fromAna, chat, content: { kind: 'text', text: 'x' } })).toBeNull()
})

test('a message of a kind that is not carried is told under WhatsApp’s word for it', () => {
  const content = { kind: 'unsupported', type: 'imageMessage' } as const
  expect(told('message.received', { ...fromAna, content, name: null })).toMatchObject({
    type: 'imageMessage',
    message: '',
    notify: '',
  })
  expect(told('message.reaction', { ...everyEvent['message.reaction'], emoji: null })).toMatchObject({ message: '' })
})

const file = {
  Url: `https://gateway.example/media/${'f'.repeat(43)}`,
  mimetype: 'application/pdf',
  filename: 'menu.pdf',
}
const saidAs: Record<ContentKind, object> = {
  text: { type: 'text', QuotedID: 'AA', isForwarded: true },
  image: { type: 'image', message: 'Look', ...file, jpegThumbnail: 'AA==' },
  video: { type: 'video', ...file, seconds: 7, QuotedID: 'AA' },
  'video-note': { type: 'ptv', ...file },
  voice: { type: 'ptt', message: '', ...file, jpegThumbnail: '', seconds: 2 },
  audio: { type: 'audio', ...file },
  document: { type: 'document', message: 'Look', ...file },
  sticker: { type: 'sticker', ...file },
  location: { type: 'location', message: 'Shop', latitude: 1.5, longitude: -2.5, address: 'Street 1' },
  'live-location': { type: 'livelocation', latitude: 1, longitude: 2 },
  contacts: { type: 'vcard' },
  poll: { type: 'poll' },
  'group-invite': { type: 'groupinvite' },
  buttons: { type: 'buttons' },
  'button-reply': { type: 'buttonreply' },
  list: { type: 'list' },
  'list-reply': { type: 'listreply' },
  unsupported: { message: '' },
}

test.each(Object.entries(everyContent))('what is said: %s', (kind, content) => {
  const said = saidAs[kind as ContentKind]
  expect(told('message.received', { ...fromAna, content })).toMatchObject({ ...sent, ...ana, ...said })
  expect(told('message.sent', { ...everyEvent['message.sent'], content })).toMatchObject({ ...said, fromMe: true })
})

const doneAs: Record<MessageAct['kind'], object> = {
  reaction: { type: 'reaction' },
  edit: { type: 'edit' },
  delete: { type: 'revoke', message: '' },
  'poll-vote': { type: 'pollvote' },
  pin: { type: 'pin' },
  disappearing: { type: 'disappearing' },
}

test.each(Object.entries(everyAct))('what is done here: %s', (kind, content) => {
  const done = told('message.sent', { ...everyEvent['message.sent'], content })
  expect(done).toMatchObject({ ...doneAs[kind as MessageAct['kind']], fromMe: true, number })
})

test('acknowledgements are the numbers of WhatsApp Web', () => {
  const ackOf = (data: Partial<StatusData>): unknown =>
    (told('message.status', { ...everyEvent['message.status'], ...data }) as { ack: number } | null)?.ack
  const acks: Record<(typeof messageStatuses)[number], number | undefined> = {
    queued: undefined,
    sent: undefined,
    'server-ack': 1,
    delivered: 2,
    read: 3,
    played: 4,
    failed: -1,
  }
  for (const status of messageStatuses) expect(ackOf({ status }), status).toBe(acks[status])
  const failed = { ...everyEvent['message.status'], status: 'failed', failure: 'recipient-not-found' } as const
  expect(told('message.status', failed)).toMatchObject({ ack: -1, error: 'Number is not on WhatsApp' })
})

test('a call of a group is told in the group', () => {
  expect(told('call', { ...everyEvent.call, group, video: true, status: 'missed' })).toMatchObject({
    number: group,
    jid: number,
    isGroup: true,
    isVideo: true,
    type: 'missed',
  })
})

const changes: Readonly<Record<GroupChange['change']['what'], readonly [GroupChange['change'], object]>> = {
  created: [{ what: 'created', subject: 'Friends' }, { name: 'Friends' }],
  renamed: [{ what: 'renamed', subject: 'Family' }, { name: 'Family' }],
  described: [{ what: 'described', description: null }, { description: '' }],
  joined: [{ what: 'joined', participants: [number] }, { participants: [number] }],
  left: [{ what: 'left', participants: [number] }, { participants: [number] }],
  promoted: [{ what: 'promoted', participants: [number] }, { participants: [number] }],
  demoted: [{ what: 'demoted', participants: [number] }, { participants: [number] }],
  writing: [{ what: 'writing', adminsOnly: true }, { adminsOnly: true }],
  editing: [{ what: 'editing', adminsOnly: false }, { adminsOnly: false }],
  picture: [{ what: 'picture' }, {}],
  disappearing: [{ what: 'disappearing', seconds: 86_400 }, { seconds: 86_400 }],
  'invite-revoked': [{ what: 'invite-revoked' }, {}],
  other: [{ what: 'other', type: 'ephemeral' }, { type: 'ephemeral' }],
}

test.each(Object.entries(changes))('a group: %s', (what, [change, fields]) => {
  expect(told('group.changed', { group, actor: null, change })).toEqual({
    ...common,
    event: 'Group',
    number: group,
    jid: '',
    type: what,
    ...fields,
  })
})

test('without an account what was sent is by nobody', () => {
  expect(told('message.sent', undefined, { ...shop, account: null })).toMatchObject({ jid: '', notify: '' })
})
