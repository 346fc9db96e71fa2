import type { ChatAddress } from '../events/event.js'

/** A chat of an instance, as far as this gateway has seen it. */
export interface Chat extends ChatAddress {
  readonly kind: 'person' | 'group' | 'status' | 'channel'
  /** Of the group, or of the person as saved by the account's owner, else as they call themselves. */
  readonly name: string | null
  /** Of the newest message either way; null where there was none yet. */
  readonly lastMessageAt: Date | null
  /** Messages received since it was last read, here or on another device. */
  readonly unread: number
  readonly archived: boolean
  readonly pinned: boolean
  readonly mutedUntil: Date | 'always' | null
  /** Seconds after which what is written there disappears; 0: it stays. */
  readonly expiresIn: number
}

export interface Contact {
  /** JID, by number where it is known. */
  readonly id: string
  readonly phone: string | null
  readonly lid: string | null
  /** Id of the chat with them: see `ChatAddress`. */
  readonly chat: string
  /** As they call themselves. */
  readonly name: string | null
  /** As the account's owner has saved them. */
  readonly savedName: string | null
  readonly blocked: boolean
}

export interface BusinessProfile {
  readonly category: string | null
  readonly description: string | null
  readonly email: string | null
  readonly address: string | null
  readonly websites: readonly string[]
}

/** What can be asked of WhatsApp about a person or group. */
export interface Profile {
  readonly id: string
  readonly phone: string | null
  readonly lid: string | null
  /** URL at WhatsApp; null where there is none to be seen. */
  readonly picture: string | null
  /** Null where it is hidden, and for groups. */
  readonly about: string | null
  /** Null for whoever is no business. */
  readonly business: BusinessProfile | null
}

export interface NumberCheck {
  readonly phone: string
  readonly exists: boolean
  /** Id of the chat with that number; null where it is not on WhatsApp. */
  readonly chat: string | null
  readonly lid: string | null
}
