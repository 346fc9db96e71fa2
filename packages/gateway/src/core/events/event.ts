import type { ErrorCode } from '../errors/gateway-error.js'
import type { EventId, InstanceId } from '../ids.js'
import type { InstanceState, StateReason } from '../instances/instance.js'
import type { OutgoingContent } from '../messages/act.js'
import type { Content } from '../messages/content.js'
import type { MessageStatus } from '../messages/message.js'
import type { PollVote } from '../messages/poll.js'

/** Something that happened to an instance, in the core's own vocabulary. */
export type EventBody =
  | { readonly kind: 'instance.state'; readonly data: StateChange }
  | { readonly kind: 'link.step'; readonly data: LinkProgress }
  | { readonly kind: 'message.received' | 'message.sent-from-phone'; readonly data: MessageData }
  /** Handed to WhatsApp by a caller of this gateway. */
  | { readonly kind: 'message.sent'; readonly data: SentData }
  | { readonly kind: 'message.edited'; readonly data: EditData }
  | { readonly kind: 'message.deleted'; readonly data: MessageOrigin & { readonly target: string } }
  /** `emoji` is null where a reaction was taken back. */
  | { readonly kind: 'message.reaction'; readonly data: MessageOrigin & ReactionData }
  /** A vote was cast, changed or taken back; the tally is as it stands after it. */
  | {
      readonly kind: 'message.poll-vote'
      readonly data: MessageOrigin & { readonly target: string; readonly content: PollVote }
    }
  | { readonly kind: 'message.undecryptable'; readonly data: MessageOrigin & { readonly reason: UndecryptableReason } }
  /** The sender encrypted it again; what it says is the event after this one. */
  | { readonly kind: 'message.recovered'; readonly data: MessageOrigin }
  | { readonly kind: 'message.status'; readonly data: StatusData }
  | { readonly kind: 'call'; readonly data: CallData }
  | { readonly kind: 'group.changed'; readonly data: GroupChange }
  /** By the account's owner, on the phone or another device. */
  | { readonly kind: 'chat.changed'; readonly data: ChatAddress & { readonly change: ChatChange } }
  /** Told only of chats that were subscribed to. */
  | { readonly kind: 'contact.presence'; readonly data: PresenceData }
  /** By the account's owner. */
  | { readonly kind: 'contact.blocked'; readonly data: PersonAddress & { readonly blocked: boolean } }
  | { readonly kind: 'contact.changed'; readonly data: ContactData }
  /** From now on the LID and the number are known to be one person. */
  | {
      readonly kind: 'contact.phone-resolved'
      readonly data: { readonly id: string; readonly lid: string; readonly phone: string }
    }
  /** The message before this one came by a message link. Written with it, so that it is told once and never without it. */
  | { readonly kind: 'message-link.conversation'; readonly data: ConversationData }

export const eventKinds = [
  'instance.state',
  'link.step',
  'message.received',
  'message.sent-from-phone',
  'message.sent',
  'message.edited',
  'message.deleted',
  'message.reaction',
  'message.poll-vote',
  'message.undecryptable',
  'message.recovered',
  'message.status',
  'call',
  'group.changed',
  'chat.changed',
  'contact.presence',
  'contact.blocked',
  'contact.changed',
  'contact.phone-resolved',
  'message-link.conversation',
] as const satisfies readonly EventBody['kind'][]
export type EventKind = (typeof eventKinds)[number]

/** `seq` starts at 1 and has no gaps within an instance; `id` is unique everywhere and never changes. */
export type GatewayEvent = EventBody & {
  readonly seq: number
  readonly id: EventId
  readonly instance: InstanceId
  readonly time: Date
}

/** What a connection brings in: told by the engine, in the core's own words. */
export type ReceivedEvent = Exclude<
  EventBody,
  { kind: 'instance.state' | 'link.step' | 'message.sent' | 'message.status' | 'message-link.conversation' }
>

export interface StateChange {
  readonly state: InstanceState
  readonly previous: InstanceState
  readonly reason: StateReason
}

/** Never the QR or code itself: those are read from the attempt while they are valid, and are not kept. */
export interface LinkProgress {
  readonly attempt: string
  readonly step: 'opening' | 'scan' | 'type-code' | 'starting' | 'linked' | 'failed'
  readonly error: ErrorCode | null
}

/**
 * A chat. Its id is the JID under which this instance first met it, and stays that for ever: a person by number where it was
 * known then and by LID otherwise, a group, or `status@broadcast`.
 */
export interface ChatAddress {
  readonly chat: string
  /** Of the person that the chat is with, where known; null for a group. */
  readonly chatPhone: string | null
  readonly chatLid: string | null
}

/** A person. `id`: JID, by number where it is known. */
export interface PersonAddress {
  readonly id: string
  readonly phone: string | null
  readonly lid: string | null
}

/** Whose doing something is, and in which chat. */
export interface MessageOrigin extends ChatAddress {
  /** WhatsApp's id of the message that carried this. */
  readonly id: string
  /** JID of who wrote it; in a group another than the chat. */
  readonly sender: string
  readonly phone: string | null
  readonly lid: string | null
  /** The name that the sender gave themselves. */
  readonly name: string | null
  /** True for what the account itself did on its phone or another of its devices. */
  readonly fromMe: boolean
  /** By the sender's server, ISO 8601. */
  readonly sentAt: string
}

export interface MessageData extends MessageOrigin {
  readonly content: Content
}

export interface SentData extends ChatAddress {
  readonly id: string
  readonly content: OutgoingContent
  readonly sentAt: string
}

export interface EditData extends MessageOrigin {
  /** Id of the message that now says something else. */
  readonly target: string
  readonly content: Content
}

export interface ReactionData {
  /** Id of the message that was reacted to. */
  readonly target: string
  /** JID of who wrote that, null for the account itself; left out where WhatsApp does not say. */
  readonly targetSender?: string | null
  readonly emoji: string | null
}

/**
 * `no-session`: encrypted for a session or sender key that is not there. `bad-ciphertext`: does not decrypt.
 * `malformed`: decrypts to what is no message. `unavailable`: WhatsApp sent it without its content.
 */
export type UndecryptableReason = 'no-session' | 'bad-ciphertext' | 'malformed' | 'unavailable'

export interface StatusData extends ChatAddress {
  readonly id: string
  readonly status: MessageStatus
  /** JID of whose receipt says so, in a group or of a status post; null elsewhere. */
  readonly participant: string | null
  readonly failure: ErrorCode | null
}

export interface CallData {
  readonly id: string
  /** JID of the other side. */
  readonly from: string
  readonly phone: string | null
  readonly lid: string | null
  readonly status: 'offered' | 'accepted' | 'rejected' | 'missed' | 'ended'
  readonly video: boolean
  /** JID of the group that is called; null for a call to the account alone. */
  readonly group: string | null
}

/** `actor`: JID of who did it, null where WhatsApp does not say. */
export interface GroupChange {
  readonly group: string
  readonly actor: string | null
  readonly change:
    | { readonly what: 'created' | 'renamed'; readonly subject: string }
    | { readonly what: 'described'; readonly description: string | null }
    | { readonly what: 'joined' | 'left' | 'promoted' | 'demoted'; readonly participants: readonly string[] }
    /** Who may write, and who may edit the group: everybody, or admins only. */
    | { readonly what: 'writing' | 'editing'; readonly adminsOnly: boolean }
    | { readonly what: 'picture' }
    | { readonly what: 'disappearing'; readonly seconds: number }
    | { readonly what: 'invite-revoked' }
    | { readonly what: 'other'; readonly type: string }
}

/** Null: not told this time. */
export interface ContactData extends PersonAddress {
  /** As they call themselves. */
  readonly name: string | null
  /** As the account's owner has saved them; empty for whoever was taken out of the address book. */
  readonly savedName: string | null
}

export type ChatChange =
  | { readonly what: 'archived' | 'pinned' | 'marked-unread'; readonly on: boolean }
  /** `until`: ISO 8601, `always`, or null when it is no longer muted. */
  | { readonly what: 'muted'; readonly until: string | null }
  /** Seconds after which what is written there disappears; 0: it stays. */
  | { readonly what: 'disappearing'; readonly seconds: number }
  | { readonly what: 'cleared' | 'deleted' }

export const presences = ['available', 'unavailable', 'composing', 'recording', 'paused'] as const
export type Presence = (typeof presences)[number]

export interface PresenceData extends ChatAddress {
  /** Who it is; in a group another than the chat. */
  readonly sender: string
  readonly phone: string | null
  readonly lid: string | null
  readonly presence: Presence
  /** ISO 8601; null where it is hidden. */
  readonly lastSeen: string | null
}

export interface ConversationData extends ChatAddress {
  /** Id of the message link, and its code and name as they were then. */
  readonly link: string
  readonly code: string
  readonly linkName: string | null
  readonly tags: readonly string[]
  /** WhatsApp's id of the message; its event is the one before. */
  readonly message: string
  readonly sender: string
  readonly phone: string | null
  readonly lid: string | null
  readonly name: string | null
  readonly sentAt: string
}
