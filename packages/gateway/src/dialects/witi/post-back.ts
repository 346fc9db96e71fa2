import type {
  CallData,
  ChatChange,
  ContactData,
  GatewayEvent,
  GroupChange,
  MessageOrigin,
  PresenceData,
  StateChange,
  StatusData,
} from '../../core/events/event.js'
import type { Instance } from '../../core/instances/instance.js'
import { assertNever } from '../assert-never.js'
import { faces } from './errors.js'
import { contentSaying, type MediaUrl, outgoingSaying, voteSaying } from './post-back-content.js'
import type {
  Acknowledgement,
  Call,
  Chat,
  Connection,
  Contact,
  EventBody,
  Group,
  Message,
  PostBackEvent,
  Presence,
  Saying,
} from './post-back-event.js'
import { deviceInfo, stateAnswer, stateAnswers, statusStrings } from './replies.js'

/** What is told of an event; null where there is nothing to tell. */
export function postBackEvent(
  event: GatewayEvent,
  { instance, mediaUrl }: { readonly instance: Instance; readonly mediaUrl: MediaUrl },
  webId: string,
): PostBackEvent | null {
  const body = eventBody(event, instance, mediaUrl)
  return body && { EventID: event.id, WebID: webId, t: Math.floor(timeOf(event).getTime() / 1000), ...body }
}

/** A message has a time of its own, by the clock of WhatsApp's server. */
function timeOf({ data, time }: GatewayEvent): Date {
  return 'sentAt' in data ? new Date(data.sentAt) : time
}

function eventBody(event: GatewayEvent, instance: Instance, mediaUrl: MediaUrl): EventBody | null {
  switch (event.kind) {
    case 'instance.state':
      return connection(event.data, instance)
    case 'link.step':
      // Each step of linking is a status too, and told as that.
      return null
    case 'message.received':
    case 'message.sent-from-phone':
      return message(instance, event.data, contentSaying(event.data.content, mediaUrl))
    case 'message.sent': {
      const own = { ...event.data, sender: '', name: null, fromMe: true }
      return message(instance, own, outgoingSaying(event.data.content, mediaUrl))
    }
    case 'message.edited': {
      const { target: TargetID, content } = event.data
      return message(instance, event.data, {
        type: 'edit',
        message: contentSaying(content, mediaUrl).message,
        TargetID,
      })
    }
    case 'message.deleted':
      return message(instance, event.data, { type: 'revoke', message: '', TargetID: event.data.target })
    case 'message.reaction': {
      const { target: TargetID, emoji } = event.data
      return message(instance, event.data, { type: 'reaction', message: emoji ?? '', TargetID })
    }
    case 'message.poll-vote':
      return message(instance, event.data, voteSaying(event.data.content, event.data.target))
    case 'message.undecryptable':
      return message(instance, event.data, { type: 'ciphertext', message: '' })
    case 'message.recovered':
      // The message itself follows, under the id that was told as `ciphertext`.
      return null
    case 'message.status':
      return acknowledgement(event.data)
    case 'call':
      return call(event.data)
    case 'group.changed':
      return group(event.data)
    case 'contact.changed':
      return contact(event.data)
    case 'contact.blocked':
      return { event: 'Contact', jid: event.data.id, notify: '', blocked: event.data.blocked }
    case 'chat.changed':
      return chatChanged(event.data.chat, event.data.change)
    case 'contact.presence':
      return presence(event.data)
    case 'contact.phone-resolved':
      // People are named by number here as soon as it is known, so nothing that was told changes its name.
      return null
    case 'message-link.conversation':
      // The vendor has no links. The message itself is told as any other.
      return null
    default:
      return assertNever(event)
  }
}

/** Several states are one number for this vendor; a change between them is none. */
function connection({ state, previous, reason }: StateChange, instance: Instance): Connection | null {
  const { status, canRestore } = stateAnswer({ state, reason })
  if (status === stateAnswers[previous].status) return null
  const connected = status === 10
  return {
    event: 'Conn',
    status,
    statusString: statusStrings[status],
    connected,
    CanRestoreConnection: canRestore,
    ConnectionInfo: deviceInfo(instance, connected),
  }
}

type Author = Pick<MessageOrigin, 'id' | 'chat' | 'sender' | 'name' | 'fromMe'>

/** Null for stories and channels: nobody can answer there. */
function message({ account }: Instance, { id, chat, fromMe, ...theirs }: Author, saying: Saying): Message | null {
  if (!/@(?:s\.whatsapp\.net|lid|g\.us)$/.test(chat)) return null
  // What the account does it does under its own name, however WhatsApp addresses it to its devices.
  const own = fromMe && account !== null ? { sender: `${account.phone}@s.whatsapp.net`, name: account.name } : theirs
  return {
    event: 'Msg',
    MessageID: id,
    number: chat,
    jid: own.sender,
    notify: own.name ?? '',
    isGroup: chat.endsWith('@g.us'),
    fromMe,
    ...saying,
  }
}

function acknowledgement({ id, chat, status, failure }: StatusData): Acknowledgement | null {
  const about = { event: 'Ack', MessageID: id, number: chat } as const
  switch (status) {
    case 'queued':
    case 'sent':
      // Said by the answer to the sending itself.
      return null
    case 'server-ack':
      return { ...about, ack: 1 }
    case 'delivered':
      return { ...about, ack: 2 }
    case 'read':
      return { ...about, ack: 3 }
    case 'played':
      return { ...about, ack: 4 }
    case 'failed':
      return { ...about, ack: -1, error: faces[failure ?? 'internal-error'].error }
    default:
      return assertNever(status)
  }
}

function call({ id, from, group: called, video, status }: CallData): Call {
  const number = called ?? from
  const isGroup = called !== null
  return { event: 'Call', MessageID: id, number, jid: from, isGroup, isVideo: video, type: status }
}

function group({ group: number, actor, change }: GroupChange): Group {
  const about = { event: 'Group', number, jid: actor ?? '' } as const
  switch (change.what) {
    case 'created':
    case 'renamed':
      return { ...about, type: change.what, name: change.subject }
    case 'described':
      return { ...about, type: change.what, description: change.description ?? '' }
    case 'joined':
    case 'left':
    case 'promoted':
    case 'demoted':
      return { ...about, type: change.what, participants: change.participants }
    case 'writing':
    case 'editing':
      return { ...about, type: change.what, adminsOnly: change.adminsOnly }
    case 'disappearing':
      return { ...about, type: change.what, seconds: change.seconds }
    case 'picture':
    case 'invite-revoked':
      return { ...about, type: change.what }
    case 'other':
      return { ...about, type: change.type }
    default:
      return assertNever(change)
  }
}

function contact({ id, name, savedName }: ContactData): Contact {
  return { event: 'Contact', jid: id, notify: name ?? '', ...(savedName === null ? {} : { name: savedName }) }
}

function chatChanged(number: string, change: ChatChange): Chat {
  const about = { event: 'Chat', number, type: change.what } as const
  switch (change.what) {
    case 'archived':
    case 'pinned':
    case 'marked-unread':
      return { ...about, value: change.on }
    case 'muted':
      return { ...about, value: change.until }
    case 'disappearing':
      return { ...about, value: change.seconds }
    case 'cleared':
    case 'deleted':
      return { ...about, value: true }
    default:
      return assertNever(change)
  }
}

function presence({ chat: number, sender: jid, presence: type, lastSeen }: PresenceData): Presence {
  const seen = lastSeen === null ? 0 : Math.floor(new Date(lastSeen).getTime() / 1000)
  return { event: 'Presence', number, jid, type, lastSeen: seen }
}
