import type { PhoneFile, PhoneMessage, PollTally, PreparedMessages } from './message.js'
import type { PhoneContent } from './phone-content.js'

/** What else there is to a message than its content. */
export interface SendOptions {
  /** Id of the message that it answers. */
  readonly quote?: string
  /** Whom it names: numbers, JIDs or LIDs. Where they are named, the text has `@` and the user part of their addresses. */
  readonly mentions?: readonly string[]
}

export interface ReportOptions {
  /** Only its own companions are told, as when read receipts are off. */
  readonly privately?: boolean
}

/** What a phone does in chats. */
export interface Correspondence {
  /** Sends a text, encrypted for each device of the recipient. `to`: number, JID or LID, or the id of a group. */
  send(to: string, text: string): Promise<PhoneMessage>
  /** Sends something else. */
  sendContent(to: string, content: PhoneContent, more?: SendOptions): Promise<PhoneMessage>
  /** Sends texts as fast as they can be encrypted, and answers with their ids. */
  sendMany(to: string, texts: readonly string[]): Promise<readonly string[]>
  /** Encrypts texts for the devices that are there now, without sending them yet. */
  prepare(to: string, texts: readonly string[]): Promise<PreparedMessages>
  /** Reacts to a message in the chat it is in; an empty text takes the reaction back. */
  react(id: string, emoji: string): Promise<PhoneMessage>
  /** Replaces the text, or the caption, of a message that this account sent. */
  edit(id: string, text: string): Promise<PhoneMessage>
  /** Deletes a message for everyone: one of this account, or in a group as its admin anybody's. */
  revoke(id: string): Promise<PhoneMessage>
  /** Passes a message on; it counts how often that was done. */
  forward(id: string, to: string): Promise<PhoneMessage>
  /** Pins a message in its chat for so many seconds; for 0, takes the pin away. */
  pin(id: string, seconds: number): Promise<PhoneMessage>
  /** Votes for these options of a poll, by name, in place of what was voted before; none takes the vote back. */
  vote(id: string, options: readonly string[]): Promise<PhoneMessage>
  /** Taps the option with this id of a list, buttons, a template or an interactive message. */
  choose(id: string, option: string): Promise<PhoneMessage>
  /** Posts a status for these people: numbers, JIDs or LIDs. */
  postStatus(content: PhoneContent, to: readonly string[]): Promise<PhoneMessage>
  /** Lets the messages of a chat with somebody disappear after so many seconds; 0 ends that. */
  setTimer(to: string, seconds: number): Promise<PhoneMessage>
  /** Everything this phone sent or received, oldest first. */
  messages(): readonly PhoneMessage[]
  /** The file of a message, decrypted and checked. Rejects with `media-not-found` or `media-damaged`. */
  media(id: string): Promise<PhoneFile>
  /** What a poll stands at, as far as this phone knows. Throws `message-not-found` for what is no poll. */
  tally(id: string): PollTally
  /** Sends read receipts for received messages (all unread ones unless ids are given), one for each chat and sender. */
  read(ids?: readonly string[], more?: ReportOptions): Promise<void>
  /** Sends played receipts, as for voice messages that were listened to. */
  play(ids: readonly string[], more?: ReportOptions): Promise<void>
  /** Resolves with the first message (past or future) for which `match` is true; rejects after `timeout` ms (10 s unless told). */
  received(match: (message: PhoneMessage) => boolean, timeout?: number): Promise<PhoneMessage>
}
