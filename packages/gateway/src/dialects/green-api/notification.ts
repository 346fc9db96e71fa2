import type { EventNames } from '../../core/chats/event-names.js'
import type { Instance } from '../../core/instances/instance.js'
import type { MediaUrl } from './file-data.js'
import type { MessageData } from './message-data.js'
import type { StatusWord } from './outgoing-status.js'
import { type StateWord, widOf } from './replies.js'
import type { Switches } from './switches.js'

/** The body of a webhook, and of what `receiveNotification` gives. */
export type Notification =
  | MessageNotification
  | StatusNotification
  | StateNotification
  | SocketNotification
  | CallNotification
  | BlockNotification

interface Common {
  readonly instanceData: {
    readonly idInstance: number
    readonly wid: string
    readonly typeInstance: 'whatsapp'
  }
  /** Seconds since 1970. */
  readonly timestamp: number
}

export type MessageWebhook = 'incomingMessageReceived' | 'outgoingMessageReceived' | 'outgoingAPIMessageReceived'

export interface MessageNotification extends Common {
  readonly typeWebhook: MessageWebhook
  readonly idMessage: string
  readonly senderData: SenderData
  readonly messageData: MessageData
}

export interface SenderData {
  readonly chatId: string
  readonly sender: string
  readonly chatName: string
  readonly senderName: string
  readonly senderContactName: string
}

export interface StatusNotification extends Common {
  readonly typeWebhook: 'outgoingMessageStatus'
  readonly chatId: string
  readonly idMessage: string
  readonly status: Exclude<StatusWord, 'pending'>
  /** Only where it failed. */
  readonly description?: string
  readonly sendByApi: boolean
}

export interface StateNotification extends Common {
  readonly typeWebhook: 'stateInstanceChanged'
  readonly stateInstance: StateWord
}

/** Deprecated by the vendor, and still sent to whoever has switched it on. */
export interface SocketNotification extends Common {
  readonly typeWebhook: 'statusInstanceChanged'
  readonly statusInstance: 'online' | 'offline'
}

export interface CallNotification extends Common {
  readonly from: string
  readonly typeWebhook: 'incomingCall'
  readonly status: 'offer' | 'pickUp' | 'hangUp' | 'declined'
  readonly idMessage: string
}

export interface BlockNotification extends Common {
  readonly typeWebhook: 'incomingBlock'
  readonly chatId: string
  readonly chatState: 'blocked'
}

/** Whose notification it is, what was switched on, and when it happened. */
export interface Scene {
  readonly instance: Instance
  readonly switches: Switches
  readonly time: Date
  readonly mediaUrl: MediaUrl
  readonly names: EventNames
}

export function common({ serial, account }: Instance, time: Date): Common {
  return {
    instanceData: { idInstance: serial, wid: widOf({ account }), typeInstance: 'whatsapp' },
    timestamp: Math.floor(time.getTime() / 1000),
  }
}
