import type { Content, TextContent } from './content.js'

/** What is done to a message rather than said. It goes out like a message and has an id of its own. */
export type MessageAct =
  /** `emoji`: null takes the reaction back. */
  | { readonly kind: 'reaction'; readonly target: MessageRef; readonly emoji: string | null }
  /** Another text, or another caption of a file. */
  | { readonly kind: 'edit'; readonly target: MessageRef; readonly content: TextContent }
  /** For everyone: of one's own, or in a group as its admin. */
  | { readonly kind: 'delete'; readonly target: MessageRef }
  /** Replaces what was chosen before; none takes the vote back. */
  | { readonly kind: 'poll-vote'; readonly target: MessageRef; readonly options: readonly string[] }
  /** `seconds`: how long it stays pinned; null takes it down. */
  | { readonly kind: 'pin'; readonly target: MessageRef; readonly seconds: number | null }
  /** What is sent in this chat from now on disappears after so many seconds; 0: it stays. */
  | { readonly kind: 'disappearing'; readonly seconds: number }

/** A message of the same chat. */
export interface MessageRef {
  readonly id: string
  /** JID of who wrote it; null for the account itself. */
  readonly sender: string | null
}

/** What can be handed in for sending. */
export type OutgoingContent = Content | MessageAct
export type OutgoingKind = OutgoingContent['kind']

export const actKinds = [
  'reaction',
  'edit',
  'delete',
  'poll-vote',
  'pin',
  'disappearing',
] as const satisfies readonly MessageAct['kind'][]

export function isAct(content: OutgoingContent): content is MessageAct {
  return (actKinds as readonly string[]).includes(content.kind)
}
