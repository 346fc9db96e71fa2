/** A chat as all devices of an account see it, and what its phone can do with it: companions learn that by a patch. */
export interface VirtualChat {
  /** A number, or the JID of a group. */
  readonly id: string
  readonly archived: boolean
  readonly pinned: boolean
  /** Until when it is muted, as the device that muted it said: milliseconds, -1 for ever. Undefined if it is not. */
  readonly muteUntil: number | undefined
  /** Somebody wants it to look unread. */
  readonly markedUnread: boolean
  /** When its messages were deleted last, and when the chat was. */
  readonly clearedAt: Date | undefined
  readonly deletedAt: Date | undefined
  /** Ids of messages. */
  starred(): readonly string[]
  /** Ids of messages that were deleted for this account only. */
  hidden(): readonly string[]
  /** Ids of the chat's own labels. */
  labels(): readonly string[]
  archive(on: boolean): Promise<void>
  pin(on: boolean): Promise<void>
  /** Until this time (milliseconds, -1 for ever), or no longer. */
  mute(until?: number): Promise<void>
  markUnread(on: boolean): Promise<void>
  star(messageId: string, on: boolean): Promise<void>
  label(labelId: string, on: boolean): Promise<void>
  clear(): Promise<void>
  delete(): Promise<void>
}

/** Somebody in the address book. */
export interface Contact {
  /** As the device named them that saved them: by number or by LID. */
  readonly jid: string
  /** Undefined when nobody registered here has this address. */
  readonly number: string | undefined
  readonly lid: string | undefined
  readonly fullName: string
  readonly firstName: string
}

export interface Label {
  readonly id: string
  readonly name: string
  /** One of WhatsApp's colours, counted from 0. */
  readonly color: number
}
