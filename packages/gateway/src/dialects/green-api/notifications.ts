import type { CallData, GatewayEvent, PersonAddress, StateChange } from '../../core/events/event.js'
import { assertNever } from '../assert-never.js'
import { personId } from './chat-ids.js'
import { eventData } from './event-data.js'
import { message, sentMessage } from './message-notification.js'
import { type BlockNotification, type CallNotification, common, type Notification, type Scene } from './notification.js'
import { stateWords, statusWord, widOf } from './replies.js'
import { statusChanged } from './status-notification.js'

/** What this vendor tells of an event to whoever set these switches; null where it stays silent. */
export function notificationOf(event: GatewayEvent, to: Omit<Scene, 'time'>): Notification | null {
  const scene: Scene = { ...to, time: event.time }
  switch (event.kind) {
    case 'instance.state':
      return stateChanged(scene, event.data)
    case 'link.step':
      // Of linking its outcome is told: the change of state that comes with it.
      return null
    case 'message.received':
    case 'message.sent-from-phone':
    case 'message.edited':
    case 'message.deleted':
    case 'message.reaction':
    case 'message.poll-vote':
    case 'message.undecryptable':
      return message(scene, event.data, eventData(event, scene.mediaUrl, widOf(scene.instance)))
    case 'message.sent':
      return sentMessage(scene, event.data, eventData(event, scene.mediaUrl, widOf(scene.instance)))
    case 'message.recovered':
      // The message itself follows, under the id that was told with a marker for its text.
      return null
    case 'message.status':
      return statusChanged(scene, event.data)
    case 'call':
      return called(scene, event.data)
    case 'contact.blocked':
      return blocked(scene, event.data)
    case 'chat.changed':
    case 'contact.presence':
    case 'group.changed':
    case 'contact.changed':
    case 'contact.phone-resolved':
      // The vendor has no notification of these; its clients ask for groups and contacts.
      return null
    case 'message-link.conversation':
      // The vendor has no links. The message itself is told as any other.
      return null
    default:
      return assertNever(event)
  }
}

/**
 * One event is one notification at most, and an event can be a cause for both. Then it is the account's that is told, since
 * the socket's follows from it: an account that has just become `authorized` is online, one with any other word is not.
 */
function stateChanged({ instance, switches, time }: Scene, { state, previous }: StateChange): Notification | null {
  const [stateInstance, statusInstance] = [stateWords[state], statusWord({ state })]
  if (stateInstance !== stateWords[previous] && switches.on('stateWebhook', time)) {
    return { typeWebhook: 'stateInstanceChanged', ...common(instance, time), stateInstance }
  }
  if (statusInstance !== statusWord({ state: previous }) && switches.on('statusInstanceWebhook', time)) {
    return { typeWebhook: 'statusInstanceChanged', ...common(instance, time), statusInstance }
  }
  return null
}

export const callWords: Record<CallData['status'], CallNotification['status'] | null> = {
  offered: 'offer',
  accepted: 'pickUp',
  rejected: 'hangUp',
  // Nobody answered until WhatsApp gave up. The vendor's other word, `missed`, is out of use on its newest page.
  missed: 'declined',
  // Of an answered call the vendor tells no end, and whether this one was answered is not known any more.
  ended: null,
}

function called({ instance, switches, time }: Scene, data: CallData): CallNotification | null {
  const status = callWords[data.status]
  if (status === null || !switches.on('incomingCallWebhook', time)) return null
  const from = personId(data.from, data, switches.byLid)
  return { from, typeWebhook: 'incomingCall', ...common(instance, time), status, idMessage: data.id }
}

/** The vendor's page has one word for it, and none for taking it back. */
function blocked(
  { instance, switches, time }: Scene,
  person: PersonAddress & { readonly blocked: boolean },
): BlockNotification | null {
  if (!person.blocked || !switches.on('incomingBlockWebhook', time)) return null
  const chatId = personId(person.id, person, switches.byLid)
  return { typeWebhook: 'incomingBlock', ...common(instance, time), chatId, chatState: 'blocked' }
}
