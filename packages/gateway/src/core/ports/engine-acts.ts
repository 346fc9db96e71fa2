import type { BusinessProfile, NumberCheck } from '../chats/chat.js'
import type { PersonAddress, Presence } from '../events/event.js'
import type { Group, GroupEdit, ParticipantOutcome } from '../groups/group.js'
import type { ChatId, PhoneNumber } from '../ids.js'
import type { MessageRef } from '../messages/act.js'

interface Act<Wish, Result> {
  readonly wish: Wish
  readonly result: Result
}

/**
 * What a connection can do and be asked besides sending, by name: a name and its wish are all that travels to where the
 * engine is. People and groups are named by JID. Every act may reject with `not-linked` or `send-timed-out`.
 */
export interface EngineActs {
  'numbers.check': Act<{ readonly phones: readonly PhoneNumber[] }, readonly Omit<NumberCheck, 'chat'>[]>

  /**
   * Decrypts a received file to a local path, checking its hashes. Rejects with `media-unavailable` where WhatsApp does not
   * have it any more and the sender's phone does not send it again, `content-too-large` past `most` bytes.
   */
  'media.download': Act<
    { readonly handle: string; readonly path: string; readonly most: number },
    { readonly size: number; readonly sha256: string }
  >

  /** Null: there is none, or it may not be seen. */
  'profile.picture': Act<{ readonly jid: string; readonly size: 'small' | 'full' }, string | null>
  'profile.about': Act<{ readonly jid: string }, string | null>
  'profile.business': Act<{ readonly jid: string }, BusinessProfile | null>
  /** `jpeg`: null takes it away. `jid`: a group of which this is an admin; null for the account itself. */
  'profile.set-picture': Act<{ readonly jid: string | null; readonly jpeg: Uint8Array | null }, null>
  'profile.set-name': Act<{ readonly name: string }, null>
  'profile.set-about': Act<{ readonly about: string }, null>

  /** Read receipts for these, as far as the account's settings send any. */
  'chat.read': Act<{ readonly chat: ChatId; readonly messages: readonly MessageRef[] }, null>
  /** `newest`: of the chat, for WhatsApp to know what is archived. */
  'chat.archive': Act<{ readonly chat: ChatId; readonly on: boolean; readonly newest: readonly DatedMessage[] }, null>
  'chat.mark-unread': Act<
    { readonly chat: ChatId; readonly on: boolean; readonly newest: readonly DatedMessage[] },
    null
  >
  'chat.pin': Act<{ readonly chat: ChatId; readonly on: boolean }, null>
  /**
   * Deletes a message on the devices of the account, and for nobody else. Rejects with `not-supported` for what somebody else
   * wrote in a group, where an engine cannot name its author.
   */
  'chat.hide-message': Act<{ readonly chat: ChatId; readonly message: DatedMessage }, null>
  /** ISO 8601, `always`, or null to hear it again. */
  'chat.mute': Act<{ readonly chat: ChatId; readonly until: string | null }, null>

  /** Whether the account shows as online while this device is connected. */
  'presence.set': Act<{ readonly presence: 'available' | 'unavailable' }, null>
  'presence.show': Act<
    { readonly chat: ChatId; readonly presence: Exclude<Presence, 'available' | 'unavailable'> },
    null
  >
  /** From then on `contact.presence` is told of this chat, for as long as the connection lasts. */
  'presence.subscribe': Act<{ readonly chat: ChatId }, null>

  'contact.save': Act<
    { readonly jid: string; readonly firstName: string; readonly fullName: string; readonly onPhone: boolean },
    null
  >
  'contact.remove': Act<{ readonly jid: string }, null>
  'contact.block': Act<{ readonly jid: string; readonly on: boolean }, null>
  'contact.blocked': Act<null, readonly PersonAddress[]>

  'group.list': Act<null, readonly Group[]>
  /** This and the other acts on a group reject with `group-not-found`, `not-in-group` and `not-group-admin`. */
  'group.get': Act<{ readonly group: string }, Group>
  'group.create': Act<
    { readonly subject: string; readonly participants: readonly string[] },
    { readonly group: Group; readonly outcomes: readonly ParticipantOutcome[] }
  >
  'group.edit': Act<{ readonly group: string; readonly changes: GroupEdit }, null>
  'group.participants': Act<
    {
      readonly group: string
      readonly change: 'add' | 'remove' | 'promote' | 'demote'
      readonly participants: readonly string[]
    },
    readonly ParticipantOutcome[]
  >
  /** The code that stands in `https://chat.whatsapp.com/<code>`. */
  'group.invite': Act<{ readonly group: string }, string>
  /** The code that was there is worth nothing any more; answers the new one. */
  'group.revoke-invite': Act<{ readonly group: string }, string>
  /** Answers the JID of the group. Rejects with `group-not-found` for a code that is not valid. */
  'group.join': Act<{ readonly code: string }, string>
  'group.leave': Act<{ readonly group: string }, null>
}

export type EngineActName = keyof EngineActs

/** With its time, as changes of a chat name messages. */
export interface DatedMessage extends MessageRef {
  readonly sentAt: Date
}
