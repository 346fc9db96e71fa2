import type { proto } from 'baileys'
import type { MenuOption, PhoneContent } from './phone-content.js'

export type MessageKind =
  | Exclude<PhoneContent['kind'], 'raw'>
  | 'reaction'
  | 'edit'
  | 'revoke'
  | 'vote'
  /** What was chosen from a list, buttons, a template or an interactive message. */
  | 'choice'
  | 'pin'
  | 'unpin'
  /** The time after which messages of the chat disappear was changed. */
  | 'timer'
  | 'event'
  | 'product'
  | 'order'
  /** A kind that phones here have no name for. */
  | 'other'

/** One message as a phone has it. Reactions, edits and revocations are messages of their own that speak of another. */
export interface PhoneMessage {
  readonly id: string
  /** Number of the sender. */
  readonly from: string
  /** Number of the recipient, or the JID of the group; of status posts `status@broadcast`. */
  readonly to: string
  readonly kind: MessageKind
  /** What a person would read: the text, the caption, the emoji, the question; empty when there is nothing to read. */
  readonly text: string
  /** Id of the message that this one reacts to, edits, revokes, pins, votes on, chooses from or quotes. */
  readonly about?: string
  /** Numbers of those it names, or their JIDs if nobody here has them. */
  readonly mentions?: readonly string[]
  /** How often it was forwarded, if it was. */
  readonly forwarded?: number
  readonly viewOnce?: true
  /** Seconds after which it disappears; of a `timer`, those that are to be from now on, 0 for never. */
  readonly expiration?: number
  /** Of polls and of what businesses send: what can be chosen. */
  readonly options?: readonly MenuOption[]
  /** Of votes the names of the options, of choices the id; empty if a vote was taken back or cannot be read. */
  readonly choices?: readonly string[]
  /** Of a message with a file. */
  readonly media?: MessageMedia
  /** What was sent, as it came out of the encryption. */
  readonly content: proto.IMessage
  /** `received`: it arrived here. The others are of a message that this account sent; in a group all members are meant. */
  readonly status: 'received' | 'read' | 'sent' | 'delivered'
  /** Who reported what of a message that this account sent, oldest first. */
  readonly receipts: readonly MessageReceipt[]
  readonly timestamp: Date
}

export interface MessageMedia {
  readonly mimetype: string
  readonly size: number
  readonly fileName?: string
  /** The phone has the file: it could be downloaded when the message came. */
  readonly downloaded: boolean
}

/** A file out of a message, decrypted and checked. */
export interface PhoneFile {
  readonly bytes: Buffer
  readonly mimetype: string
  readonly fileName?: string
}

/** What a phone knows of the votes on a poll: each person's latest one. */
export interface PollTally {
  readonly question: string
  /** `voters`: their numbers. */
  readonly options: readonly { readonly name: string; readonly voters: readonly string[] }[]
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
