import type { ErrorCode } from '../../core/errors/gateway-error.js'
import type { MessageStatus } from '../../core/messages/message.js'
import { assertNever } from '../assert-never.js'

/** The vendor's words for what became of a message. `pending` is one of the journals alone. */
export type StatusWord =
  'pending' | 'sent' | 'delivered' | 'read' | 'failed' | 'noAccount' | 'notInGroup' | 'yellowCard'

export function progressWord(status: Exclude<MessageStatus, 'failed'>): StatusWord {
  switch (status) {
    case 'queued':
    case 'sent':
      // The vendor's `sent` is the first tick, which is WhatsApp's acknowledgement.
      return 'pending'
    case 'server-ack':
      return 'sent'
    case 'delivered':
      return 'delivered'
    case 'read':
    case 'played':
      // "Read, viewed or heard" is one word there.
      return 'read'
    default:
      return assertNever(status)
  }
}

export interface Failure {
  readonly status: Extract<StatusWord, 'failed' | 'noAccount' | 'notInGroup' | 'yellowCard'>
  readonly description: string
}

export function failureOf(code: ErrorCode | null): Failure {
  switch (code) {
    case 'recipient-not-found':
      return { status: 'noAccount', description: "the recipient's phone number does not have a WhatsApp account" }
    case 'not-in-group':
      return { status: 'notInGroup', description: 'the account is not a participant of the group' }
    case 'instance-restricted':
      return { status: 'yellowCard', description: 'sending messages is suspended due to spam activity' }
    default:
      return { status: 'failed', description: whyFailed(code) }
  }
}

function whyFailed(code: ErrorCode | null): string {
  switch (code) {
    case 'content-too-large':
      return 'the message is too large'
    case 'not-supported':
      return 'messages of this kind cannot be sent'
    case 'not-group-admin':
      return 'only admins may do this in the group'
    case 'message-expired':
      return 'the message waited in the queue for 24 hours'
    case 'wrong-account':
      return 'the message was queued for another WhatsApp account'
    case 'message-cancelled':
      return 'the message was removed from the queue'
    case 'media-unavailable':
    case 'media-not-found':
      return 'the file of the message is not there any more'
    default:
      return 'an error occurred while sending the message to the WhatsApp server'
  }
}

export function statusWordOf(status: MessageStatus, failure: ErrorCode | null): StatusWord {
  return status === 'failed' ? failureOf(failure).status : progressWord(status)
}
