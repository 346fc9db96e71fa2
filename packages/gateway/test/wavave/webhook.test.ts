import { expect, test } from 'vitest'
import type { EventKind, StatusData } from '#gateway/core/events/event.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { instanceStates, type InstanceState } from '#gateway/core/instances/instance.js'
import { messageStatuses } from '#gateway/core/messages/message.js'
import type { ContentKind } from '#gateway/core/messages/content.js'
import { wavaveEvents } from '#gateway/dialects/wavave/event-format.js'
import { webhookBody } from '#gateway/dialects/wavave/webhook.js'
import {
  type DataOf,
  eventOf,
  everyEvent,
  everyKind,
  fromAna,
  fromPhone,
  inGroup,
  recipientOf,
  shop,
} from '../dialects/every-event.js'
import { everyContent } from '../native/every-content.js'

const told = <Kind extends EventKind>(kind: Kind, data?: DataOf<Kind>, instance = shop): unknown =>
  webhookBody(eventOf(kind, data), recipientOf(undefined, null, instance))

const ana = { device: '79001234567', from: '79001234568', profilename: 'Ana' }
const dataMedia = {
  url: `https://gateway.example/media/${'f'.repeat(43)}`,
  mimetype: 'application/pdf',
  filename: 'menu.pdf',
  caption: 'Look',
  size: 3,
}
const [messageid, target] = [fromAna.id, '3EB0C767D097B7C7C030AA']

const bodies: Record<EventKind, object | null> = {
  'instance.state': { device: '79001234567', deviceStatus: 'connected', code: 200, reason: 'connected' },
  'link.step': null,
  'message.received': { ...ana, messagebody: 'Hello', isForwarded: false, messageid, type: 'text' },
  'message.sent-from-phone': null,
  'message.sent': null,
  'message.edited': null,
  'message.deleted': { ...ana, messageid, MessagesDelete: target },
  'message.reaction': {
    ...ana,
    messagebody: '👍',
    isForwarded: false,
    messageid,
    type: 'reaction',
    reactionsid: target,
  },
  'message.poll-vote': null,
  'message.undecryptable': { ...ana, messagebody: '', isForwarded: false, messageid, type: 'ciphertext' },
  'message.recovered': null,
  'message.status': { device: '79001234567', to: '79001234568', messageid: target, status: 'delivered', code: 200 },
  call: null,
  'group.changed': null,
  'chat.changed': null,
  'contact.presence': null,
  'contact.blocked': null,
  'contact.changed': null,
  'contact.phone-resolved': null,
  'message-link.conversation': null,
}

test.each(everyKind)('%s', (kind) => {
  expect(told(kind)).toEqual(bodies[kind])
})

test('one event to a request, as JSON, without headers of its own', () => {
  const events = [eventOf('message.received'), eventOf('message.reaction')]
  const delivery = wavaveEvents.encode(events, recipientOf(undefined))
  expect(delivery).toMatchObject({
    count: 1,
    url: 'https://shop.example/hook',
    contentType: 'application/json',
    headers: {},
  })
  expect(JSON.parse(String(delivery?.body))).toEqual(bodies['message.received'])
  expect(wavaveEvents.encode([eventOf('call')], recipientOf(undefined))).toBeNull()
})

test('what is written in a group has the group beside its writer', () => {
  expect(told('message.received', { ...inGroup, content: { kind: 'text', text: 'Hello' } })).toEqual({
    ...bodies['message.received'],
    group: '120363012345678901@g.us',
  })
})

test('a hidden number is a JID, so that nobody takes it for a number', () => {
  const hidden = { ...fromAna, chat: '99887766554433@lid', sender: '99887766554433@lid', phone: null, name: null }
  expect(told('message.received', { ...hidden, content: { kind: 'text', text: 'x' } })).toMatchObject({
    from: '99887766554433@lid',
    profilename: '',
  })
})

test('what the account does itself, stories and channels are not told', () => {
  for (const kind of ['message.deleted', 'message.reaction', 'message.undecryptable'] as const)
    expect(told(kind, { ...everyEvent[kind], ...fromPhone }), kind).toBeNull()
  for (const chat of ['status@broadcast', '120363012345678901@newsletter'])
    expect(told('message.received', { ...fromAna, chat, content: { kind: 'text', text: 'x' } })).toBeNull()
})

const saidAs: Record<ContentKind, object | null> = {
  text: { type: 'textreply', isForwarded: true, dataforwarded: { score: 5 } },
  image: { type: 'image', messagebody: 'Look', dataMedia },
  video: { type: 'video', messagebody: 'Look', dataMedia },
  'video-note': { type: 'video', dataMedia },
  voice: { type: 'audio', messagebody: '', dataMedia: { ...dataMedia, caption: '' } },
  audio: { type: 'audio', dataMedia: { ...dataMedia, caption: '' } },
  document: { type: 'document', messagebody: 'Look', dataMedia },
  sticker: { type: 'sticker', dataMedia: { ...dataMedia, caption: '' } },
  location: { type: 'location', messagebody: 'Shop', locationName: 'Shop', Latitude: '1.5', Longitude: '-2.5' },
  'live-location': { type: 'location', Latitude: '1', Longitude: '2' },
  contacts: { type: 'text' },
  poll: { type: 'interactive' },
  'group-invite': { type: 'text' },
  buttons: { type: 'interactive' },
  'button-reply': { type: 'interactive', button: {} },
  list: { type: 'interactive' },
  'list-reply': { type: 'interactive', button: {} },
  unsupported: null,
}

test.each(Object.entries(everyContent))('what is received: %s', (kind, content) => {
  const body = told('message.received', { ...fromAna, content })
  const expected = saidAs[kind as ContentKind]
  if (expected === null) expect(body).toBeNull()
  else expect(body).toMatchObject({ ...ana, messageid, ...expected })
})

test('an answer to a picture has a word of its own, and so has a picture that is an answer', () => {
  const quoted = { id: 'AA', sender: null, content: everyContent.image }
  const answers = [{ kind: 'text', text: 'Nice', quoted } as const, { ...everyContent.image, quoted }]
  for (const content of answers)
    expect(told('message.received', { ...fromAna, content })).toMatchObject({ type: 'imagereply' })
})

test('a reaction that was taken back is an empty one', () => {
  expect(told('message.reaction', { ...everyEvent['message.reaction'], emoji: null })).toMatchObject({
    type: 'reaction',
    messagebody: '',
  })
})

const deviceWords: Record<InstanceState, readonly [deviceStatus: string, code: number]> = {
  unlinked: ['disconnect', 503],
  opening: ['pending', 200],
  'awaiting-link': ['pending', 200],
  starting: ['pending', 200],
  linked: ['connected', 200],
  reconnecting: ['connected', 200],
  paused: ['disconnect', 503],
  restricted: ['connected', 200],
  banned: ['disconnect', 403],
  'storage-error': ['disconnect', 503],
}

test('a device is told of when its word has changed', () => {
  for (const state of instanceStates)
    for (const previous of instanceStates) {
      const [[deviceStatus, code], [before]] = [deviceWords[state], deviceWords[previous]]
      const change = { state, previous, reason: 'replaced' } as const
      expect(told('instance.state', change)).toEqual(
        deviceStatus === before ? null : { device: '79001234567', deviceStatus, code, reason: 'replaced' },
      )
    }
})

test('a device without an account is named by the number that is expected of it', () => {
  const change = { state: 'unlinked', previous: 'linked', reason: 'logout-requested' } as const
  const named = { ...shop, account: null, phone: '628123456789' as PhoneNumber }
  expect(told('instance.state', change, named)).toMatchObject({ device: '628123456789' })
  expect(told('instance.state', change, { ...named, phone: null })).toMatchObject({ device: '' })
})

test('delivery statuses', () => {
  const statusOf = (data: Partial<StatusData>) => told('message.status', { ...everyEvent['message.status'], ...data })
  const words: Record<(typeof messageStatuses)[number], string | undefined> = {
    queued: undefined,
    sent: undefined,
    'server-ack': 'sent',
    delivered: 'delivered',
    read: 'read',
    played: 'read',
    failed: 'error',
  }
  for (const status of messageStatuses) {
    expect((statusOf({ status }) as { status: string } | null)?.status, status).toBe(words[status])
  }
  expect(statusOf({ status: 'failed', failure: 'recipient-not-found' })).toEqual({
    device: '79001234567',
    to: '79001234568',
    messageid: target,
    status: 'failed',
    code: 400,
    reason: 'Nomor tujuan tidak terdaftar di WhatsApp',
  })
  expect(statusOf({ chat: inGroup.chat, chatPhone: null })).toMatchObject({ to: inGroup.chat })
})
