import type { EventBody } from '../events/event.js'
import type { ReceivedMessage } from './message.js'

export function receivedEvent(message: ReceivedMessage): EventBody {
  const { id, chat, sender, phone, lid, name, content, sentAt, fromMe } = message
  return {
    kind: fromMe ? 'message.sent-from-phone' : 'message.received',
    data: { id, chat, sender, phone, lid, name, content, sentAt: sentAt.toISOString() },
  }
}
