import type { EventBody, EventKind, GatewayEvent, MessageOrigin } from '#gateway/core/events/event.js'
import type { EventId, InstanceId, MediaId, PhoneNumber, SubscriptionId, WorkspaceId } from '#gateway/core/ids.js'
import type { Account, Instance } from '#gateway/core/instances/instance.js'
import { usualOptions } from '#gateway/core/instances/options.js'
import type { Recipient } from '#gateway/core/ports/event-format.js'

export type DataOf<Kind extends EventKind> = EventBody extends infer Body
  ? Body extends { readonly kind: infer Kinds; readonly data: infer Data }
    ? Kind extends Kinds
      ? Data
      : never
    : never
  : never

/** When everything happens here: 1767323045 seconds after 1970, and a bit. */
export const happenedAt = new Date('2026-01-02T03:04:05.678Z')
/** When messages were sent: 1767322800. */
const sentAt = '2026-01-02T03:00:00.000Z'

export const account: Account = {
  phone: '79001234567' as PhoneNumber,
  jid: '79001234567:26@s.whatsapp.net',
  lid: '123456789012345@lid',
  name: 'Shop',
}

/** Ana writes to the account. */
export const fromAna: MessageOrigin = {
  id: 'F7AEC1B7086ECDC7E6E45923F5EDB825',
  chat: '79001234568@s.whatsapp.net',
  chatPhone: '79001234568',
  chatLid: '99887766554433@lid',
  sender: '79001234568@s.whatsapp.net',
  phone: '79001234568',
  lid: '99887766554433@lid',
  name: 'Ana',
  fromMe: false,
  sentAt,
}

/** The same in a group. */
export const inGroup: MessageOrigin = {
  ...fromAna,
  chat: '120363012345678901@g.us',
  chatPhone: null,
  chatLid: null,
}

/** The account writes to Ana, on its phone. */
export const fromPhone: MessageOrigin = {
  ...fromAna,
  sender: '79001234567@s.whatsapp.net',
  phone: '79001234567',
  lid: '123456789012345@lid',
  name: 'Shop on the phone',
  fromMe: true,
}

const hello = { kind: 'text', text: 'Hello' } as const
const target = '3EB0C767D097B7C7C030AA'
const { chat, chatPhone, chatLid } = fromAna
const withAna = { chat, chatPhone, chatLid }
const ana = { id: fromAna.sender, phone: fromAna.phone, lid: fromAna.lid }

/** One event of every kind: a kind that is missing does not compile. */
export const everyEvent: { readonly [Kind in EventKind]: DataOf<Kind> } = {
  'instance.state': { state: 'linked', previous: 'starting', reason: 'connected' },
  'link.step': { attempt: 'a1', step: 'scan', error: null },
  'message.received': { ...fromAna, content: hello },
  'message.sent-from-phone': { ...fromPhone, content: hello },
  'message.sent': { id: target, ...withAna, content: hello, sentAt },
  'message.edited': { ...fromAna, target, content: { kind: 'text', text: 'Hello again' } },
  'message.deleted': { ...fromAna, target },
  'message.reaction': { ...fromAna, target, targetSender: null, emoji: '👍' },
  'message.poll-vote': {
    ...fromAna,
    target,
    content: {
      kind: 'poll-vote',
      question: 'Which?',
      multiple: false,
      chosen: ['one'],
      tally: [
        { option: 'one', voters: [fromAna.sender] },
        { option: 'two', voters: [] },
      ],
    },
  },
  'message.undecryptable': { ...fromAna, reason: 'no-session' },
  'message.recovered': fromAna,
  'message.status': { id: target, ...withAna, status: 'delivered', participant: null, failure: null },
  call: {
    id: '104179EDB7F5328988D8834107EEBE50',
    from: '79001234568@s.whatsapp.net',
    phone: '79001234568',
    lid: null,
    status: 'offered',
    video: false,
    group: null,
  },
  'group.changed': { group: inGroup.chat, actor: fromAna.sender, change: { what: 'renamed', subject: 'Friends' } },
  'chat.changed': { ...withAna, change: { what: 'archived', on: true } },
  'contact.presence': {
    ...withAna,
    sender: fromAna.sender,
    phone: fromAna.phone,
    lid: fromAna.lid,
    presence: 'composing',
    lastSeen: null,
  },
  'contact.blocked': { ...ana, blocked: true },
  'contact.changed': { ...ana, name: 'Ana', savedName: null },
  'contact.phone-resolved': { id: fromAna.sender, lid: '99887766554433@lid', phone: '79001234568' },
  'message-link.conversation': {
    link: '6f1d2c1e-5b7a-4f5e-9a53-2f0a4f6f2d11',
    code: 'ANED2T5QRU7HG1',
    linkName: 'Window',
    tags: ['spring'],
    message: fromAna.id,
    chat: fromAna.chat,
    chatPhone: fromAna.chatPhone,
    chatLid: fromAna.chatLid,
    sender: fromAna.sender,
    phone: fromAna.phone,
    lid: fromAna.lid,
    name: fromAna.name,
    sentAt,
  },
}

export const everyKind = Object.keys(everyEvent) as EventKind[]

export const shop: Instance = {
  id: '8b8e1f0e-6f5e-4d4c-9d3f-0d7f3f0c1a11' as InstanceId,
  workspace: 'ws-1' as WorkspaceId,
  serial: 1101000001,
  name: 'shop',
  network: 'whatsapp',
  phone: null,
  desired: 'linked',
  state: 'linked',
  reason: 'connected',
  stateAt: happenedAt,
  account,
  restrictedUntil: null,
  createdAt: happenedAt,
  activeAt: happenedAt,
  options: usualOptions,
}

/** What happened, as the log has it; of a kind as in `everyEvent` unless told. */
export function eventOf<Kind extends EventKind>(
  kind: Kind,
  data: DataOf<Kind> = everyEvent[kind],
  more: { seq?: number; time?: Date } = {},
): GatewayEvent {
  const { seq = 1, time = happenedAt } = more
  return { kind, data, seq, time, id: `event-${seq}` as EventId, instance: shop.id } as GatewayEvent
}

export const mediaUrl = (id: MediaId): string => `https://gateway.example/media/${id}`

/** Who is told: the shop's own webhook. */
export function recipientOf(settings: unknown, url: string | null = 'https://shop.example/hook', of = shop): Recipient {
  return {
    instance: of,
    settings,
    mediaUrl,
    secrets: [],
    at: happenedAt,
    subscription: {
      id: 'subscription' as SubscriptionId,
      number: 1,
      workspace: of.workspace,
      instance: of.id,
      network: null,
      format: 'green-api',
      url,
      kinds: null,
      managedBy: 'green-api',
      state: 'active',
      failingSince: null,
      createdAt: happenedAt,
    },
  }
}
