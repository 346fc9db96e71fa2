import type { EventKind, GatewayEvent } from '../events/event.js'
import type { MessageStatus } from '../messages/message.js'

/** Events that are entries of a chat's history: what was said in it, and what was done to it. */
export const entryKinds = [
  'message.received',
  'message.sent-from-phone',
  'message.sent',
  'message.edited',
  'message.deleted',
  'message.reaction',
  'message.poll-vote',
] as const
export type EntryKind = (typeof entryKinds)[number]
export type Entry = GatewayEvent & { readonly kind: EntryKind }

export interface JournalQuery {
  /** Only of this chat: a phone number, chat id or JID. */
  readonly chat?: string
  /** Only what came in, or only what went out, by this API or from the phone. */
  readonly direction?: 'in' | 'out'
  readonly kinds?: readonly EntryKind[]
  /** By the time at which it was sent: from then on, and before then. */
  readonly from?: Date
  readonly to?: Date
  /** With `seq` less than this: for the next page. */
  readonly before?: number
  readonly limit: number
}

/** An entry with what became of it. */
export interface JournalItem {
  readonly entry: Entry
  /** Of what this gateway sent; null for all else. */
  readonly status: MessageStatus | null
}

const kinds: ReadonlySet<EventKind> = new Set(entryKinds)

export function isEntryKind(kind: EventKind): kind is EntryKind {
  return kinds.has(kind)
}

/** What a direction leaves out need not be looked for. */
export const directionsOf: Readonly<Record<EntryKind, readonly ('in' | 'out')[]>> = {
  'message.received': ['in'],
  'message.sent-from-phone': ['out'],
  'message.sent': ['out'],
  'message.edited': ['in', 'out'],
  'message.deleted': ['in', 'out'],
  'message.reaction': ['in', 'out'],
  'message.poll-vote': ['in', 'out'],
}
