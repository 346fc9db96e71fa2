/** What is shown while somebody writes: WhatsApp's words. `paused` ends it without a message. */
export type TypingState = 'composing' | 'recording' | 'paused'

/** Somebody who writes or records at this moment. */
export interface Typing {
  /** Number. */
  readonly from: string
  /** The same number, or the JID of the group. */
  readonly chat: string
  readonly state: Exclude<TypingState, 'paused'>
  readonly since: Date
}

export interface Availability {
  /** Somebody looks at WhatsApp on a device of the account. */
  readonly available: boolean
  /** When that ended last, if it ever was so. */
  readonly lastSeen?: Date
}

/** What a phone lets others see while nothing is sent, and sees of them. */
export interface Attention {
  /** Shows itself to those who subscribed to its presence, or hides. */
  setAvailable(available: boolean): Promise<void>
  /** Shows who it writes to that it does. `to`: number, JID or LID, or the id of a group. */
  type(to: string, state?: TypingState): Promise<void>
  /** Who writes to this phone now. */
  typing(): readonly Typing[]
  /** Whether somebody is there: number, JID or LID. */
  availabilityOf(who: string): Availability
}
