import type { ErrorCode } from '../../core/errors/gateway-error.js'
import type { StatusData } from '../../core/events/event.js'
import { assertNever } from '../assert-never.js'
import { chatOf, isNamed } from './chat-ids.js'
import { common, type Scene, type StatusNotification } from './notification.js'

type Told = Pick<StatusNotification, 'status' | 'description'>

/** What became of a message that was handed in. */
export function statusChanged(scene: Scene, data: StatusData): StatusNotification | null {
  const { id, chat, status, failure, participant } = data
  // Who has seen a story is asked for, by a method of its own.
  if (!isNamed(chat) && participant !== null) return null
  const told = status === 'failed' ? failed(failure) : progress(status)
  if (told === null) return null
  // These two the vendor does not let anybody switch off.
  const isAlwaysTold = told.status === 'failed' || told.status === 'noAccount'
  if (!isAlwaysTold && !scene.switches.on('outgoingWebhook', scene.time)) return null
  return {
    typeWebhook: 'outgoingMessageStatus',
    chatId: chatOf(data, scene.switches.byLid),
    ...common(scene.instance, scene.time),
    idMessage: id,
    ...told,
    // Kept only of what went through this gateway, by whichever API.
    sendByApi: true,
  }
}

function progress(status: Exclude<StatusData['status'], 'failed'>): Told | null {
  switch (status) {
    case 'queued':
    case 'sent':
      // The vendor's `sent` is the first tick, which is WhatsApp's acknowledgement; before it there is nothing to tell.
      return null
    case 'server-ack':
      return { status: 'sent' }
    case 'delivered':
      return { status: 'delivered' }
    case 'read':
    case 'played':
      // "Read, viewed or heard" is one word there.
      return { status: 'read' }
    default:
      return assertNever(status)
  }
}

function failed(failure: ErrorCode | null): Told | null {
  switch (failure) {
    case 'message-cancelled':
      // By whoever cleared the queue, which knows.
      return null
    case 'not-in-group':
      return { status: 'notInGroup', description: 'the account is not a participant of the group' }
    case 'not-group-admin':
      return { status: 'failed', description: 'only admins may write to the group' }
    case 'message-expired':
      return { status: 'failed', description: 'the message waited in the queue for 24 hours' }
    case 'media-unavailable':
    case 'media-not-found':
      return { status: 'failed', description: 'the file of the message is not there any more' }
    case 'recipient-not-found':
      return { status: 'noAccount', description: "the recipient's phone number does not have a WhatsApp account" }
    case 'instance-restricted':
      return { status: 'yellowCard', description: 'sending messages is suspended due to spam activity' }
    case 'content-too-large':
      return { status: 'failed', description: 'the message is too large' }
    case 'not-supported':
      return { status: 'failed', description: 'messages of this kind cannot be sent' }
    default:
      return { status: 'failed', description: 'an error occurred while sending the message to the WhatsApp server' }
  }
}
