import type { EventBody } from '../../core/events/event.js'
import type { EntryKind } from '../../core/journal/entry.js'
import type { Content } from '../../core/messages/content.js'
import { isAct, type MessageAct } from '../../core/messages/act.js'
import { assertNever } from '../assert-never.js'
import { vendorId } from './chat-ids.js'
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

/**
 * What was said, or done to a message, in this vendor's words; null where it has none for it.
 * @param wid of the account itself, empty while there is none
 */
export function eventData(event: EntryBody | UndecryptableBody, url: MediaUrl, wid: string): MessageData | null {
  switch (event.kind) {
    case 'message.received':
    case 'message.sent-from-phone':
      return contentData(event.data.content, url)
    case 'message.sent': {
      const { content } = event.data
      return isAct(content) ? actData(content, wid) : contentData(content, url)
    }
    case 'message.edited':
      return editedData(event.data.target, wordsOf(event.data.content))
    case 'message.deleted':
      return deletedData(event.data.target)
    case 'message.reaction': {
      const { target, emoji, targetSender } = event.data
      return reactionData(target, emoji, targetSender === undefined ? '' : participantOf(targetSender, wid))
    }
    case 'message.poll-vote':
      return votesData(event.data.target, event.data.content)
    case 'message.undecryptable':
      return undecryptableData(event.data.reason)
    default:
      return assertNever(event)
  }
}

function actData(act: MessageAct, wid: string): MessageData | null {
  switch (act.kind) {
    case 'reaction':
      return reactionData(act.target.id, act.emoji, participantOf(act.target.sender, wid))
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

/** @param sender null for the account itself */
function participantOf(sender: string | null, wid: string): string {
  return sender === null ? wid : vendorId(sender)
}

function wordsOf(content: Content): { text?: string; caption?: string } {
  if (content.kind === 'text') return { text: content.text }
  return 'caption' in content ? { caption: content.caption } : {}
}
