import type { proto } from 'baileys'

/** What a phone can send besides text. Media come without a media server: the fields are there, the bytes are not. */
export type PhoneContent =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'location'
      readonly latitude: number
      readonly longitude: number
      readonly name?: string
      readonly address?: string
    }
  /** A contact card. `number`: digits only. */
  | { readonly kind: 'contact'; readonly name: string; readonly number: string }
  /** `selectable`: how many options one may choose; 1 unless told, 0 for any number. */
  | {
      readonly kind: 'poll'
      readonly question: string
      readonly options: readonly string[]
      readonly selectable?: number
    }
  | MediaContent
  /** Whatever the caller makes, for kinds that have no name here. `type`: what the stanza says it is; `text` unless told. */
  | { readonly kind: 'raw'; readonly message: proto.IMessage; readonly type?: string }

export interface MediaContent {
  readonly kind: 'image' | 'video' | 'audio' | 'document' | 'sticker'
  readonly caption?: string
  readonly mimetype?: string
  /** Of documents. */
  readonly fileName?: string
  /** Of audio: recorded as a voice message. */
  readonly voice?: boolean
}

export type MessageKind =
  | Exclude<PhoneContent['kind'], 'raw'>
  | 'reaction'
  | 'edit'
  | 'revoke'
  /** A kind that phones here have no name for. */
  | 'other'

/** One message as a phone has it. Reactions, edits and revocations are messages of their own that speak of another. */
export interface PhoneMessage {
  readonly id: string
  /** Number of the sender. */
  readonly from: string
  /** Number of the recipient, or the JID of the group. */
  readonly to: string
  readonly kind: MessageKind
  /** What a person would read: the text, the caption, the emoji, the question; empty when there is nothing to read. */
  readonly text: string
  /** Id of the message that this one reacts to, edits, revokes or quotes. */
  readonly about?: string
  /** What was sent, as it came out of the encryption. */
  readonly content: proto.IMessage
  /** `received`: it arrived here. The others are of a message that this account sent; in a group all members are meant. */
  readonly status: 'received' | 'read' | 'sent' | 'delivered'
  /** Who reported what of a message that this account sent, oldest first. */
  readonly receipts: readonly MessageReceipt[]
  readonly timestamp: Date
}

export interface MessageReceipt {
  /** Number of who reports. */
  readonly by: string
  readonly kind: 'delivered' | 'read' | 'played'
  readonly at: Date
}

/** Texts that are encrypted already, for a bench that wants to push them faster than they can be made. */
export interface PreparedMessages {
  /** Of all of them, in the order in which they are pushed. */
  readonly ids: readonly string[]
  /** Pushes the next `count` (all that are left unless told), and answers with their ids. */
  push(count?: number): Promise<readonly string[]>
}
