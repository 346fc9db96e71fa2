import type { MessageOrigin, SentData } from '../../core/events/event.js'
import { chatOf, isNamed, isWithAuthor, personId } from './chat-ids.js'
import type { MessageData } from './message-data.js'
import type { SwitchName } from './settings.js'
import { common, type MessageNotification, type MessageWebhook, type Scene, type SenderData } from './notification.js'

/** Which setting each of them waits for. */
const messageSwitches = {
  incomingMessageReceived: 'incomingWebhook',
  outgoingMessageReceived: 'outgoingMessageWebhook',
  outgoingAPIMessageReceived: 'outgoingAPIMessageWebhook',
} as const satisfies Record<MessageWebhook, SwitchName>

/** And which one a message of its type waits for as well. */
function typeSwitches({ typeMessage }: MessageData): readonly SwitchName[] {
  switch (typeMessage) {
    case 'editedMessage':
      return ['editedMessageWebhook']
    case 'deletedMessage':
      return ['deletedMessageWebhook']
    case 'pollMessage':
    case 'pollUpdateMessage':
      return ['pollMessageWebhook']
    default:
      return []
  }
}

/** Something that was sent to the account, or from it by its phone or another of its devices. */
export function message(scene: Scene, origin: MessageOrigin, data: MessageData | null): MessageNotification | null {
  return notification(scene, origin.fromMe ? 'outgoingMessageReceived' : 'incomingMessageReceived', origin, data)
}

/** Something that was sent through this gateway, by whichever API. */
export function sentMessage(scene: Scene, sent: SentData, data: MessageData | null): MessageNotification | null {
  const nobody = { sender: '', phone: null, lid: null, name: null }
  return notification(scene, 'outgoingAPIMessageReceived', { ...sent, ...nobody, fromMe: true }, data)
}

function notification(
  scene: Scene,
  typeWebhook: MessageWebhook,
  origin: MessageOrigin,
  messageData: MessageData | null,
): MessageNotification | null {
  if (messageData === null || !isNamed(origin.chat)) return null
  const needed = [messageSwitches[typeWebhook], ...typeSwitches(messageData)]
  if (!needed.every((name) => scene.switches.on(name, scene.time))) return null
  return {
    typeWebhook,
    ...common(scene.instance, new Date(origin.sentAt)),
    idMessage: origin.id,
    senderData: senderData(scene, origin),
    messageData,
  }
}

/** A chat with somebody of whom nothing else is known is called as they call themselves in what they wrote. */
function senderData({ instance, switches, names }: Scene, origin: MessageOrigin): SenderData {
  const { account } = instance
  // What the account does it does under its own name, however WhatsApp addresses it to its devices.
  const author = origin.fromMe && account !== null ? { ...account, sender: account.jid } : origin
  return {
    chatId: chatOf(origin, switches.byLid),
    sender: personId(author.sender, author, switches.byLid),
    chatName: names.chat ?? (isWithAuthor(origin) ? origin.name : null) ?? '',
    senderName: author.name ?? '',
    senderContactName: names.sender ?? '',
  }
}
