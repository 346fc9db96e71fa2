import type { CallData } from '../../core/events/event.js'
import type { DeviceInfo, StatusCode } from './replies.js'

/**
 * One PostBack event. The vendor publishes no body of any, so these are ours; fields are named as its pages name the same
 * things elsewhere (connection info, chats, contacts, messages).
 */
export type PostBackEvent = Common & EventBody

export interface Common {
  /** Never changes, however often the event is sent. */
  readonly EventID: string
  readonly WebID: string
  /** Seconds since 1970. */
  readonly t: number
}

export type EventBody = Connection | Message | Acknowledgement | Call | Group | Contact

export interface Connection {
  readonly event: 'Conn'
  readonly status: StatusCode
  readonly statusString: string
  readonly connected: boolean
  readonly CanRestoreConnection: boolean
  readonly ConnectionInfo: DeviceInfo
}

export interface Message {
  readonly event: 'Msg'
  readonly MessageID: string
  /** JID of the chat: what an answer has for its own `number`. */
  readonly number: string
  /** JID of who wrote it. */
  readonly jid: string
  readonly notify: string
  readonly isGroup: boolean
  readonly fromMe: boolean
  /** `text`, `edit`, `revoke`, `reaction`, `ciphertext`, or WhatsApp's own word for a kind that is not carried. */
  readonly type: string
  readonly message: string
  /** The message that was changed, deleted or reacted to. */
  readonly TargetID?: string
}

export interface Acknowledgement {
  readonly event: 'Ack'
  readonly MessageID: string
  readonly number: string
  /** WhatsApp Web's numbers: failed, taken by the server, delivered, read, played. */
  readonly ack: -1 | 1 | 2 | 3 | 4
  /** Only with -1. */
  readonly error?: string
}

export interface Call {
  readonly event: 'Call'
  readonly MessageID: string
  /** JID of the caller, or of the group that is called. */
  readonly number: string
  /** JID of the caller. */
  readonly jid: string
  readonly isGroup: boolean
  readonly isVideo: boolean
  readonly type: CallData['status']
}

export interface Group {
  readonly event: 'Group'
  readonly number: string
  /** JID of who did it; empty where WhatsApp does not say. */
  readonly jid: string
  readonly type: string
  readonly name?: string
  readonly description?: string
  readonly participants?: readonly string[]
  readonly adminsOnly?: boolean
}

export interface Contact {
  readonly event: 'Contact'
  readonly jid: string
  readonly notify: string
}
