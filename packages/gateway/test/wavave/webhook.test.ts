import { expect, test } from 'vitest'
import type { EventKind, StatusData } from '#gateway/core/events/event.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { instanceStates, type InstanceState } from '#gateway/core/instances/instance.js'
import { messageStatuses } from '#gateway/core/messages/message.js'
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

const told = <Kind extends EventKind>(kind: Kind, data?: DataOf<Kind>, instance = shop): unknown =>
  webhookBody(eventOf(kind, data), instance)

const ana = { device: '79001234567', from: '79001234568', profilename: 'Ana' }
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
  'message.undecryptable': { ...ana, messagebody: '', isForwarded: false, messageid, type: 'ciphertext' },
  'message.recovered': null,
  'message.status': { device: '79001234567', to: '79001234568', messageid: target, status: 'delivered', code: 200 },
  call: null,
  'group.changed': null,
  'contact.changed': null,
  'contact.phone-resolved': null,
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

test('a message of a kind that is not carried is told by the vendor’s word for it, if there is one', () => {
  const typeOf = (type: string): unknown => {
    const body = told('message.received', { ...fromAna, content: { kind: 'unsupported', type } })
    return (body as { type: string } | null)?.type
  }
  const types = ['imageMessage', 'videoMessage', 'ptvMessage', 'documentMessage', 'audioMessage', 'stickerMessage']
  expect(types.map(typeOf)).toEqual(['image', 'video', 'video', 'document', 'audio', 'sticker'])
  expect(['locationMessage', 'liveLocationMessage'].map(typeOf)).toEqual(['location', 'location'])
  expect(['contactMessage', 'albumMessage'].map(typeOf)).toEqual([undefined, undefined])
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
  expect(statusOf({ chat: inGroup.chat })).toMatchObject({ to: inGroup.chat })
})
