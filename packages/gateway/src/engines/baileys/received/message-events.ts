import { proto } from 'baileys'
import { kindOfChat } from '../../../core/chats/chat-address.js'
import type { MessageOrigin, ReceivedEvent } from '../../../core/events/event.js'
import { bounds, cut, finite } from '../content/bounds.js'
import { readContent } from '../content/read-content.js'
import type { Reading } from '../content/reading.js'
import { unwrap, type Unwrapped } from '../content/unwrap.js'

/** What a decrypted message tells, in the core's words: nothing for what no person did. */
export function messageEvents(message: Unwrapped, origin: MessageOrigin, reading: Reading): readonly ReceivedEvent[] {
  const event = readEvent(message, origin, reading)
  return event ? toldBy(origin, event) : []
}

/** What nobody foresaw is told as such: an error here would have the sender asked for the message again and again. */
function readEvent(message: Unwrapped, origin: MessageOrigin, reading: Reading): ReceivedEvent | undefined {
  try {
    return eventOf(message, origin, reading)
  } catch {
    return { kind: 'message.received', data: { ...origin, content: { kind: 'unsupported', type: 'unknown' } } }
  }
}

/** With what the sender's side of the message tells about the sender. The store passes on what it did not know. */
export function toldBy(origin: MessageOrigin, event: ReceivedEvent): readonly ReceivedEvent[] {
  return [...contactEvents(origin), { kind: 'message.recovered', data: origin }, event]
}

function eventOf(unwrapped: Unwrapped, origin: MessageOrigin, reading: Reading): ReceivedEvent | undefined {
  const { protocolMessage, reactionMessage } = unwrapped.body
  const event =
    (protocolMessage && protocolEvent(protocolMessage, origin, reading)) ??
    (reactionMessage && reactionEvent(reactionMessage, origin, reading))
  if (event === 'nothing') return undefined
  if (event) return event
  const content = readContent(unwrapped, reading)
  return (
    content && { kind: origin.fromMe ? 'message.sent-from-phone' : 'message.received', data: { ...origin, content } }
  )
}

function reactionEvent(
  { key, text }: proto.Message.IReactionMessage,
  origin: MessageOrigin,
  reading: Reading,
): ReceivedEvent | undefined {
  if (!key?.id) return undefined
  const targetSender = authorOf(key, origin, reading)
  // An empty one takes the reaction back.
  const emoji = cut(text, bounds.line) || null
  const about = { target: cut(key.id, bounds.jid), ...(targetSender !== undefined && { targetSender }) }
  return { kind: 'message.reaction', data: { ...origin, ...about, emoji } }
}

/** Who wrote the message that a key names, which is written from where the sender of that key stands; null for the account. */
function authorOf(
  { fromMe, participant }: proto.IMessageKey,
  origin: MessageOrigin,
  { isMe, nameOf }: Reading,
): string | null | undefined {
  if (fromMe === true) return origin.fromMe ? null : origin.sender
  if (participant) {
    const author = cut(participant, bounds.jid)
    return isMe(author) ? null : nameOf(author)
  }
  // In a chat of two it was the other one of them.
  if (kindOfChat(origin.chat) !== 'person') return undefined
  return origin.fromMe ? origin.chat : null
}

const { Type } = proto.Message.ProtocolMessage

/** What devices and servers tell each other by way of messages, which nobody wrote. */
const housekeeping: ReadonlySet<number> = new Set([
  Type.EPHEMERAL_SYNC_RESPONSE,
  Type.HISTORY_SYNC_NOTIFICATION,
  Type.APP_STATE_SYNC_KEY_SHARE,
  Type.APP_STATE_SYNC_KEY_REQUEST,
  Type.MSG_FANOUT_BACKFILL_REQUEST,
  Type.INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC,
  Type.APP_STATE_FATAL_EXCEPTION_NOTIFICATION,
  Type.PEER_DATA_OPERATION_REQUEST_MESSAGE,
  Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
  Type.REQUEST_WELCOME_MESSAGE,
  Type.BOT_FEEDBACK_MESSAGE,
  Type.MEDIA_NOTIFY_MESSAGE,
  Type.CLOUD_API_THREAD_CONTROL_NOTIFICATION,
  Type.LID_MIGRATION_MAPPING_SYNC,
  Type.STOP_GENERATION_MESSAGE,
  Type.AI_PSI_METADATA,
  Type.AI_QUERY_FANOUT,
])

/** Undefined for what is told as content that is not carried. */
function protocolEvent(
  message: proto.Message.IProtocolMessage,
  origin: MessageOrigin,
  reading: Reading,
): ReceivedEvent | 'nothing' | undefined {
  const { type, key, editedMessage } = message
  if (type === Type.EPHEMERAL_SETTING) return disappearingEvent(message, origin)
  if (typeof type === 'number' && housekeeping.has(type)) return 'nothing'
  if (!key?.id) return undefined
  const target = cut(key.id, bounds.jid)
  if (type === Type.REVOKE) return { kind: 'message.deleted', data: { ...origin, target } }
  if (type !== Type.MESSAGE_EDIT || !editedMessage) return undefined
  const content = readContent(unwrap(editedMessage), reading)
  return content && { kind: 'message.edited', data: { ...origin, target, content } }
}

function disappearingEvent(message: proto.Message.IProtocolMessage, origin: MessageOrigin): ReceivedEvent {
  const { chat, chatPhone, chatLid } = origin
  const seconds = finite(message.ephemeralExpiration) ?? 0
  return { kind: 'chat.changed', data: { chat, chatPhone, chatLid, change: { what: 'disappearing', seconds } } }
}

function contactEvents({ sender, phone, lid, name, fromMe }: MessageOrigin): ReceivedEvent[] {
  if (fromMe) return []
  const changed: ReceivedEvent = { kind: 'contact.changed', data: { id: sender, phone, lid, name, savedName: null } }
  if (phone === null || lid === null) return [changed]
  return [{ kind: 'contact.phone-resolved', data: { id: sender, lid, phone } }, changed]
}
