import type { ErrorCode } from '../errors/gateway-error.js'
import type { ChatId, InstanceId, MessageId, PhoneNumber } from '../ids.js'
import type { OutgoingContent } from './act.js'

/** The longest text WhatsApp's own clients send, in UTF-16 units. */
export const longestText = 65_536

/**
 * What became of a message that was handed in for sending. In a group, and for a status post, it is as far as the first of
 * those who receive it got; how far each of them is, is told by the receipts.
 */
export const messageStatuses = ['queued', 'sent', 'server-ack', 'delivered', 'read', 'played', 'failed'] as const
export type MessageStatus = (typeof messageStatuses)[number]

/** A message on its way out. Its id is fixed before the first attempt, so a retry is not a second message. */
export interface OutgoingMessage {
  readonly instance: InstanceId
  readonly id: MessageId
  /** The account it was handed in for, and no other sends it; null: none was linked, and the next one that is sends it. */
  readonly account: PhoneNumber | null
  readonly chat: ChatId
  readonly content: OutgoingContent
  /** Of a status post: JIDs of those who may see it. */
  readonly audience: readonly string[] | null
  /** What people see before it comes; null for nothing. */
  readonly typing: Typing | null
  /** It is not sent earlier, and holds up nothing meanwhile; null: as soon as it is its turn. */
  readonly notBefore: Date | null
  readonly status: MessageStatus
  /** Why it failed; null unless it did. */
  readonly failure: ErrorCode | null
  readonly createdAt: Date
  readonly statusAt: Date
}

/** The other side is shown for so many milliseconds that somebody is writing or speaking. */
export interface Typing {
  readonly as: 'composing' | 'recording'
  readonly ms: number
}

/** How long what was handed in is tried to be sent, in ms: a day, as long as the account stays away. */
export const queueLifetime = 86_400_000

/** How far ahead a message may be handed in, in ms. */
export const longestDelay = 86_400_000

/** How many messages of one instance may wait to be sent. */
export const mostQueued = 20_000
