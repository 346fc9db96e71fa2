import { chatAddress } from '../chats/chat-address.js'
import type { ErrorCode } from '../errors/gateway-error.js'
import type { EventBody } from '../events/event.js'
import type { MessageStatus, OutgoingMessage } from './message.js'

/** That it was sent, and what that does to its chat. */
export function sentEvents({ id, chat, content }: OutgoingMessage, at: Date): EventBody[] {
  const address = chatAddress(chat)
  const sent: EventBody = { kind: 'message.sent', data: { ...address, id, content, sentAt: at.toISOString() } }
  if (content.kind !== 'disappearing') return [sent]
  const change = { what: 'disappearing', seconds: content.seconds } as const
  return [sent, { kind: 'chat.changed', data: { ...address, change } }]
}

export function statusEvent(
  { id, chat }: OutgoingMessage,
  status: MessageStatus,
  failure: ErrorCode | null,
): EventBody {
  return { kind: 'message.status', data: { ...chatAddress(chat), id, status, failure, participant: null } }
}
