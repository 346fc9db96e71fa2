import type { StatusData } from '../../core/events/event.js'
import { chatOf, isNamed } from './chat-ids.js'
import { common, type Scene, type StatusNotification } from './notification.js'
import { failureOf, progressWord } from './outgoing-status.js'

type Told = Pick<StatusNotification, 'status' | 'description'>

/** What became of a message that was handed in. */
export function statusChanged(scene: Scene, data: StatusData): StatusNotification | null {
  // Who has seen a story is asked for, by a method of its own.
  if (!isNamed(data.chat) && data.participant !== null) return null
  const told = toldOf(data)
  if (told === null) return null
  // These two the vendor does not let anybody switch off.
  const isAlwaysTold = told.status === 'failed' || told.status === 'noAccount'
  if (!isAlwaysTold && !scene.switches.on('outgoingWebhook', scene.time)) return null
  return {
    typeWebhook: 'outgoingMessageStatus',
    chatId: chatOf(data, scene.switches.byLid),
    ...common(scene.instance, scene.time),
    idMessage: data.id,
    ...told,
    // Kept only of what went through this gateway, by whichever API.
    sendByApi: true,
  }
}

function toldOf({ status, failure }: StatusData): Told | null {
  if (status === 'failed') {
    // By whoever cleared the queue, which knows.
    return failure === 'message-cancelled' ? null : failureOf(failure)
  }
  const word = progressWord(status)
  return word === 'pending' ? null : { status: word }
}
