import type { EventBody } from '../events/event.js'
import { isAct } from '../messages/act.js'
import { isFile, type Content } from '../messages/content.js'
import type { MediaFile } from './media-file.js'

/** A quotation in a quotation is not shown by anybody. */
const deepest = 2

/** The files that an event tells of: that of its message, and that of the message which it quotes. */
export function filesOf(event: EventBody): readonly MediaFile[] {
  switch (event.kind) {
    case 'message.received':
    case 'message.sent-from-phone':
    case 'message.edited':
      return filesIn(event.data.content)
    case 'message.sent':
      return isAct(event.data.content) ? [] : filesIn(event.data.content)
    default:
      return []
  }
}

function filesIn(content: Content, depth = 1): readonly MediaFile[] {
  const quoted = content.quoted?.content
  const below = quoted && depth < deepest ? filesIn(quoted, depth + 1) : []
  return isFile(content) ? [content.file, ...below] : below
}
