import { getContentType, normalizeMessageContent, proto, type Contact, type WAMessage } from 'baileys'
import type { MessageOrigin, ReceivedEvent } from '../../core/events/event.js'
import type { Content } from '../../core/messages/content.js'
import type { MessageStatus } from '../../core/messages/message.js'
import { addresses, canonical, phoneOf } from './addresses.js'

/** What the protocol sends along with messages for the clients themselves; nobody wrote it. */
const housekeeping: ReadonlySet<string> = new Set(['senderKeyDistributionMessage', 'messageContextInfo'])

type Body = NonNullable<ReturnType<typeof normalizeMessageContent>>

/** What a decrypted message tells, in the core's words: nothing for what no person did. */
export function messageEvents(message: WAMessage, me: Contact | undefined): ReceivedEvent[] {
  const origin = originOf(message, me)
  const body = normalizeMessageContent(message.message)
  if (!origin || !body) return []
  const event = eventOf(origin, body)
  return event ? [...contactEvents(origin), { kind: 'message.recovered', data: origin }, event] : []
}

/**
 * Whose message it is; undefined for a stanza that does not say so.
 * @param me the account itself, which a chat of two does not name as the sender of what its phone sent
 */
export function originOf(message: WAMessage, me: Contact | undefined): MessageOrigin | undefined {
  const { key } = message
  if (!key.id || !key.remoteJid) return undefined
  const own = key.fromMe === true && me !== undefined
  const sender = own
    ? addresses(me.id, me.lid)
    : addresses(key.participant ?? key.remoteJid, key.participantAlt ?? key.remoteJidAlt)
  const chat = addresses(key.remoteJid, key.participant ? undefined : key.remoteJidAlt)
  return {
    id: key.id,
    chat: canonical(chat),
    chatPhone: phoneOf(chat),
    chatLid: chat.lid,
    sender: canonical(sender),
    phone: phoneOf(sender),
    lid: sender.lid,
    name: message.pushName ?? null,
    fromMe: key.fromMe === true,
    sentAt: new Date(Number(message.messageTimestamp ?? 0) * 1000).toISOString(),
  }
}

/** What a receipt says of a message that was sent; undefined for what says nothing new. */
export function statusOf(code: number | null | undefined): MessageStatus | undefined {
  // proto.WebMessageInfo.Status: 0 error, 1 pending, 2 server ack, 3 delivered, 4 read, 5 played.
  switch (code) {
    case 3:
      return 'delivered'
    case 4:
      return 'read'
    case 5:
      return 'played'
    default:
      return undefined
  }
}

function eventOf(origin: MessageOrigin, body: Body): ReceivedEvent | undefined {
  const { protocolMessage, reactionMessage } = body
  if (protocolMessage) return protocolEvent(origin, protocolMessage)
  if (reactionMessage) {
    const target = reactionMessage.key?.id
    if (!target) return undefined
    const { text } = reactionMessage
    // An empty one takes the reaction back.
    return { kind: 'message.reaction', data: { ...origin, target, emoji: text === '' ? null : (text ?? null) } }
  }
  // What names no kind is either a key for what comes later, or something newer than this library.
  const kind = getContentType(body) ?? (body.senderKeyDistributionMessage ? 'senderKeyDistributionMessage' : 'unknown')
  if (housekeeping.has(kind)) return undefined
  return {
    kind: origin.fromMe ? 'message.sent-from-phone' : 'message.received',
    data: { ...origin, content: content(kind, body) },
  }
}

function protocolEvent(origin: MessageOrigin, message: proto.Message.IProtocolMessage): ReceivedEvent | undefined {
  const { type, key, editedMessage } = message
  const target = key?.id
  if (!target) return undefined
  if (type === proto.Message.ProtocolMessage.Type.REVOKE)
    return { kind: 'message.deleted', data: { ...origin, target } }
  const edited = normalizeMessageContent(editedMessage)
  const kind = getContentType(edited)
  if (type !== proto.Message.ProtocolMessage.Type.MESSAGE_EDIT || !edited || !kind) return undefined
  return { kind: 'message.edited', data: { ...origin, target, content: content(kind, edited) } }
}

function content(kind: string, body: Body): Content {
  const text = body.conversation ?? body.extendedTextMessage?.text
  return typeof text === 'string' ? { kind: 'text', text } : { kind: 'unsupported', type: kind }
}

/** What the sender's side of a message tells about the sender. The store passes on what it did not know. */
function contactEvents({ sender, phone, lid, name, fromMe }: MessageOrigin): ReceivedEvent[] {
  if (fromMe) return []
  const changed: ReceivedEvent = { kind: 'contact.changed', data: { id: sender, phone, lid, name, savedName: null } }
  if (phone === null || lid === null) return [changed]
  return [{ kind: 'contact.phone-resolved', data: { id: sender, lid, phone } }, changed]
}
