import {
  getContentType,
  isLidUser,
  isPnUser,
  jidDecode,
  jidNormalizedUser,
  normalizeMessageContent,
  type WAMessage,
} from 'baileys'
import type { ChatId, MessageId, PhoneNumber } from '../../core/ids.js'
import type { Content, MessageStatus, ReceivedMessage } from '../../core/messages/message.js'

/** What the protocol sends along with messages for the clients themselves; nobody wrote it. */
const housekeeping: ReadonlySet<string> = new Set([
  'protocolMessage',
  'senderKeyDistributionMessage',
  'messageContextInfo',
])

/** A message of the library in the core's words; undefined for what no person sent or what could not be decrypted. */
export function receivedMessage(message: WAMessage): ReceivedMessage | undefined {
  const { key } = message
  const body = normalizeMessageContent(message.message)
  const kind = getContentType(body)
  if (!body || !kind || !key.id || !key.remoteJid || housekeeping.has(kind)) return undefined
  const sender = addresses(key.participant ?? key.remoteJid, key.participantAlt ?? key.remoteJidAlt)
  const chat = key.participant
    ? jidNormalizedUser(key.remoteJid)
    : canonical(addresses(key.remoteJid, key.remoteJidAlt))
  return {
    id: key.id as MessageId,
    chat: chat as ChatId,
    sender: canonical(sender),
    phone: sender.phone ? ((jidDecode(sender.phone)?.user ?? null) as PhoneNumber | null) : null,
    lid: sender.lid,
    fromMe: key.fromMe === true,
    name: message.pushName ?? null,
    content: content(kind, body),
    sentAt: new Date(Number(message.messageTimestamp ?? 0) * 1000),
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

/** The chat that a JID belongs to, without its device. */
export function chatOf(jid: string, alternative?: string): ChatId {
  return canonical(addresses(jid, alternative)) as ChatId
}

function content(kind: string, body: NonNullable<ReturnType<typeof normalizeMessageContent>>): Content {
  const text = body.conversation ?? body.extendedTextMessage?.text
  return typeof text === 'string' ? { kind: 'text', text } : { kind: 'unsupported', type: kind }
}

interface Addresses {
  readonly phone: string | null
  readonly lid: string | null
  readonly other: string
}

/** WhatsApp addresses one person by number or by LID and may give the other one beside it. */
function addresses(jid: string, alternative?: string | null): Addresses {
  const all = [jid, alternative ?? ''].map((one) => jidNormalizedUser(one))
  return {
    phone: all.find((one) => isPnUser(one) === true) ?? null,
    lid: all.find((one) => isLidUser(one) === true) ?? null,
    other: jidNormalizedUser(jid),
  }
}

/** One id per person: the number where it is known. */
function canonical({ phone, lid, other }: Addresses): string {
  return phone ?? lid ?? other
}
