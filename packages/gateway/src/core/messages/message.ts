import type { ErrorCode } from '../errors/gateway-error.js'
import type { ChatId, InstanceId, MessageId } from '../ids.js'

/** What a message says. Grows a member per kind; every edge is then listed by the compiler. */
export type Content =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unsupported'; readonly type: string }

/** The longest text WhatsApp's own clients send, in UTF-16 units. */
export const longestText = 65_536

/** What became of a message that was handed in for sending. */
export const messageStatuses = ['queued', 'sent', 'server-ack', 'delivered', 'read', 'played', 'failed'] as const
export type MessageStatus = (typeof messageStatuses)[number]

/** A message on its way out. Its id is fixed before the first attempt, so a retry is not a second message. */
export interface OutgoingMessage {
  readonly instance: InstanceId
  readonly id: MessageId
  readonly chat: ChatId
  readonly content: Content
  readonly status: MessageStatus
  /** Why it failed; null unless it did. */
  readonly failure: ErrorCode | null
  readonly createdAt: Date
  readonly statusAt: Date
}
