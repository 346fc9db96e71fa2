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

export type EventBody = Connection | Message | Acknowledgement | Call | Group | Contact | Chat | Presence

export interface Connection {
  readonly event: 'Conn'
  readonly status: StatusCode
  readonly statusString: string
  readonly connected: boolean
  readonly CanRestoreConnection: boolean
  readonly ConnectionInfo: DeviceInfo
}

export interface Message extends Saying {
  readonly event: 'Msg'
  readonly MessageID: string
  /** JID of the chat: what an answer has for its own `number`. */
  readonly number: string
  /** JID of who wrote it. */
  readonly jid: string
  readonly notify: string
  readonly isGroup: boolean
  readonly fromMe: boolean
}

/** What a message says. Which fields there are depends on `type`; docs/witi.md has the table. */
export interface Saying {
  /** Ours, after WhatsApp Web; WhatsApp's own word for a kind that is not carried. */
  readonly type: string
  /** What a person would read: the text, the caption, the emoji, the question. */
  readonly message: string
  /** The message that was changed, deleted, reacted to or voted in. */
  readonly TargetID?: string
  /** The message that this one answers. */
  readonly QuotedID?: string
  readonly isForwarded?: true
  readonly Url?: string
  readonly mimetype?: string
  readonly filename?: string
  /** Base64; empty without one. */
  readonly jpegThumbnail?: string
  /** How long it plays, or until what is written disappears. */
  readonly seconds?: number
  readonly latitude?: number
  readonly longitude?: number
  readonly address?: string
  readonly contacts?: readonly { readonly name: string; readonly vcard: string }[]
  readonly options?: readonly string[]
  readonly multiple?: boolean
  /** Of a vote: what was chosen, and how the poll stands. */
  readonly chosen?: readonly string[]
  readonly votes?: readonly { readonly option: string; readonly voters: readonly string[] }[]
  /** JID. */
  readonly group?: string
  readonly code?: string
  /** Of the button or row that was chosen. */
  readonly SelectedID?: string
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
  /** Until what is written there disappears; 0: it stays. */
  readonly seconds?: number
}

export interface Contact {
  readonly event: 'Contact'
  readonly jid: string
  readonly notify: string
  /** As the account's owner has saved them. */
  readonly name?: string
  readonly blocked?: boolean
}

/** The account's owner has changed a chat on the phone. */
export interface Chat {
  readonly event: 'Chat'
  /** JID. */
  readonly number: string
  readonly type: string
  readonly value: boolean | number | string | null
}

/** Of a chat that was subscribed to. */
export interface Presence {
  readonly event: 'Presence'
  readonly number: string
  readonly jid: string
  readonly type: string
  /** Seconds since 1970; 0 where it is hidden. */
  readonly lastSeen: number
}
