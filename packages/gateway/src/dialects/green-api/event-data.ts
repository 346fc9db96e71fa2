import type { EventBody } from '../../core/events/event.js'
import type { EntryKind } from '../../core/journal/entry.js'
import type { Content } from '../../core/messages/content.js'
import { isAct, type MessageAct } from '../../core/messages/act.js'
import { assertNever } from '../assert-never.js'
import { contentData } from './content-data.js'
import type { MediaUrl } from './file-data.js'
import {
  deletedData,
  editedData,
  type MessageData,
  reactionData,
  undecryptableData,
  votesData,
} from './message-data.js'

/** An entry of a chat's history, wherever it comes from. */
export type EntryBody = Extract<EventBody, { kind: EntryKind }>
type UndecryptableBody = Extract<EventBody, { kind: 'message.undecryptable' }>

/** What was said, or done to a message, in this vendor's words; null where it has none for it. */
export function eventData(event: EntryBody | UndecryptableBody, url: MediaUrl): MessageData | null {
  switch (event.kind) {
    case 'message.received':
    case 'message.sent-from-phone':
      return contentData(event.data.content, url)
    case 'message.sent': {
      const { content } = event.data
      return isAct(content) ? actData(content) : contentData(content, url)
    }
    case 'message.edited':
      return editedData(event.data.target, wordsOf(event.data.content))
    case 'message.deleted':
      return deletedData(event.data.target)
    case 'message.reaction':
      // Whose message it was is not told.
      return reactionData(event.data.target, event.data.emoji, null)
    case 'message.poll-vote':
      return votesData(event.data.target, event.data.content)
    case 'message.undecryptable':
      return undecryptableData(event.data.reason)
    default:
      return assertNever(event)
  }
}

function actData(act: MessageAct): MessageData | null {
  switch (act.kind) {
    case 'reaction':
      return reactionData(act.target.id, act.emoji, act.target.sender)
    case 'edit':
      return editedData(act.target.id, wordsOf(act.content))
    case 'delete':
      return deletedData(act.target.id)
    case 'poll-vote':
      // How the poll stands comes with the event of the vote itself.
      return null
    case 'pin':
    case 'disappearing':
      return null
    default:
      return assertNever(act)
  }
}

function wordsOf(content: Content): { text?: string; caption?: string } {
  if (content.kind === 'text') return { text: content.text }
  return 'caption' in content ? { caption: content.caption } : {}
}
