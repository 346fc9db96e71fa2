import type { ErrorCode } from '../errors/gateway-error.js'
import type { EventId, InstanceId } from '../ids.js'
import type { InstanceState, StateReason } from '../instances/instance.js'
import type { Content, MessageStatus } from '../messages/message.js'

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
  | { readonly kind: 'message.undecryptable'; readonly data: MessageOrigin & { readonly reason: UndecryptableReason } }
  /** The sender encrypted it again; what it says is the event after this one. */
  | { readonly kind: 'message.recovered'; readonly data: MessageOrigin }
  | { readonly kind: 'message.status'; readonly data: StatusData }
  | { readonly kind: 'call'; readonly data: CallData }
  | { readonly kind: 'group.changed'; readonly data: GroupChange }
  | { readonly kind: 'contact.changed'; readonly data: ContactData }
  /** From now on the LID and the number are known to be one person. */
  | {
      readonly kind: 'contact.phone-resolved'
      readonly data: { readonly id: string; readonly lid: string; readonly phone: string }
    }

export const eventKinds = [
  'instance.state',
  'link.step',
  'message.received',
  'message.sent-from-phone',
  'message.sent',
  'message.edited',
  'message.deleted',
  'message.reaction',
  'message.undecryptable',
  'message.recovered',
  'message.status',
  'call',
  'group.changed',
  'contact.changed',
  'contact.phone-resolved',
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
  { kind: 'instance.state' | 'link.step' | 'message.sent' | 'message.status' }
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

/** Whose doing something is, and in which chat. */
export interface MessageOrigin {
  /** WhatsApp's id of the message that carried this. */
  readonly id: string
  /** JID of the chat: a person by number where it is known, a group, or `status@broadcast`. */
  readonly chat: string
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

export interface SentData {
  readonly id: string
  readonly chat: string
  readonly content: Content
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
  readonly emoji: string | null
}

/**
 * `no-session`: encrypted for a session or sender key that is not there. `bad-ciphertext`: does not decrypt.
 * `malformed`: decrypts to what is no message. `unavailable`: WhatsApp sent it without its content.
 */
export type UndecryptableReason = 'no-session' | 'bad-ciphertext' | 'malformed' | 'unavailable'

export interface StatusData {
  readonly id: string
  readonly chat: string
  readonly status: MessageStatus
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
    | { readonly what: 'other'; readonly type: string }
}

export interface ContactData {
  readonly id: string
  readonly phone: string | null
  readonly lid: string | null
  readonly name: string | null
}
