import type { GatewayEvent, MessageData, MessageOrigin, StateChange, StatusData } from '../../core/events/event.js'
import type { MediaId } from '../../core/ids.js'
import type { Instance, InstanceState } from '../../core/instances/instance.js'
import { assertNever } from '../assert-never.js'
import { faces, type FailureStatus } from './errors.js'
import { type DeviceStatus, deviceStatuses } from './replies.js'
import { type Saying, sayingOf } from './webhook-content.js'

/** Messages, changes of the device and delivery statuses come to one URL, told apart by the fields that are there. */
export type WebhookBody = MessageBody | DeletedBody | DeviceBody | StatusBody

interface Sender {
  /** Number of the device that received it. */
  readonly device: string
  /** Number of the sender; a JID where WhatsApp hides the number. */
  readonly from: string
  readonly profilename: string
  /** JID of the group, for what was written in one. */
  readonly group?: string
}

interface MessageBody extends Sender, Saying {
  readonly isForwarded: boolean
  readonly messageid: string
  /** How often it was passed on, for what was. */
  readonly dataforwarded?: { readonly score: number }
  /** Id of the message that was reacted to. */
  readonly reactionsid?: string
}

interface DeletedBody extends Sender {
  readonly messageid: string
  /** Id of the message that was deleted. */
  readonly MessagesDelete: string
}

interface DeviceBody {
  readonly device: string
  readonly deviceStatus: DeviceStatus
  readonly code: number
  readonly reason: string
}

interface StatusBody {
  readonly device: string
  /** As `to` of the vendor's send call. */
  readonly to: string
  readonly messageid: string
  readonly status: 'sent' | 'delivered' | 'read' | FailureStatus
  readonly code: number
  /** Only where it failed. */
  readonly reason?: string
}

/** What this vendor tells of an event; null where it stays silent. */
export function webhookBody(
  event: GatewayEvent,
  { instance, mediaUrl }: { readonly instance: Instance; readonly mediaUrl: (id: MediaId) => string },
): WebhookBody | null {
  const device = instance.account?.phone ?? instance.phone ?? ''
  switch (event.kind) {
    case 'instance.state':
      return deviceBody(device, event.data)
    case 'link.step':
      // Of linking the vendor says `pending`, and that is the change of state that comes with it.
      return null
    case 'message.received':
      return receivedBody(device, event.data, mediaUrl)
    case 'message.deleted': {
      const sender = senderOf(device, event.data)
      return sender && { ...sender, messageid: event.data.id, MessagesDelete: event.data.target }
    }
    case 'message.reaction': {
      const body = messageBody(device, event.data, { type: 'reaction', messagebody: event.data.emoji ?? '' })
      return body && { ...body, reactionsid: event.data.target }
    }
    case 'message.undecryptable':
      return messageBody(device, event.data, { type: 'ciphertext', messagebody: '' })
    case 'message.recovered':
      // The message itself follows, under the id that was told as `ciphertext`.
      return null
    case 'message.edited':
      // There is no word for it, and as a `text` it would look like one more message.
      return null
    case 'message.sent-from-phone':
    case 'message.sent':
      // No field says that a message is one's own: a bot that took it for a customer's would answer itself.
      return null
    case 'message.status':
      return statusBody(device, event.data)
    case 'call':
    case 'message.poll-vote':
    case 'chat.changed':
    case 'contact.presence':
    case 'contact.blocked':
    case 'group.changed':
    case 'contact.changed':
    case 'contact.phone-resolved':
    case 'message-link.conversation':
      // The vendor's list of fields has none for these.
      return null
    default:
      return assertNever(event)
  }
}

function receivedBody(device: string, data: MessageData, mediaUrl: (id: MediaId) => string): MessageBody | null {
  const { content } = data
  const saying = sayingOf(content, mediaUrl)
  const body = saying && messageBody(device, data, saying)
  return body && content.forwarded ? { ...body, isForwarded: true, dataforwarded: content.forwarded } : body
}

function messageBody(device: string, origin: MessageOrigin, saying: Saying): MessageBody | null {
  const sender = senderOf(device, origin)
  return sender && { ...sender, ...saying, isForwarded: false, messageid: origin.id }
}

/** Null for what the account did itself, and for stories and channels, where nobody can answer. */
function senderOf(device: string, { chat, sender, phone, name, fromMe }: MessageOrigin): Sender | null {
  if (fromMe || !/@(?:s\.whatsapp\.net|lid|g\.us)$/.test(chat)) return null
  const group = chat.endsWith('@g.us') ? { group: chat } : {}
  return { device, from: phone ?? sender, profilename: name ?? '', ...group }
}

function deviceBody(device: string, { state, previous, reason }: StateChange): DeviceBody | null {
  const deviceStatus = deviceStatuses[state]
  return deviceStatus === deviceStatuses[previous] ? null : { device, deviceStatus, code: codeOf(state), reason }
}

/** The codes with which the vendor's calls answer in these states. */
function codeOf(state: InstanceState): number {
  if (deviceStatuses[state] !== 'disconnect') return 200
  return faces[state === 'banned' ? 'instance-banned' : 'not-linked'].code
}

function statusBody(device: string, { id, chat, chatPhone, status, failure }: StatusData): StatusBody | null {
  const about = { device, to: chatPhone ?? chat, messageid: id }
  switch (status) {
    case 'queued':
    case 'sent':
      // `pending`, which the answer of the send call has said already.
      return null
    case 'server-ack':
      return { ...about, status: 'sent', code: 200 }
    case 'delivered':
      return { ...about, status: 'delivered', code: 200 }
    case 'read':
    case 'played':
      return { ...about, status: 'read', code: 200 }
    case 'failed': {
      const face = faces[failure ?? 'internal-error']
      return { ...about, status: face.status, code: face.code, reason: face.message }
    }
    default:
      return assertNever(status)
  }
}
