import type { EventBody } from '../events/event.js'
import type { Content } from '../messages/content.js'
import { markIn } from './link-mark.js'
import { textKey } from './link-text.js'

/** What a message tells of the link that it may have come by. */
export interface ConversationClue {
  readonly mark: string | null
  readonly textKey: Uint8Array
}

/** Undefined for what nobody sends who has opened a link: only words, also of a file, from somebody else, to the account itself. */
export function clueOf(event: EventBody): ConversationClue | undefined {
  if (event.kind !== 'message.received') return undefined
  const { content, fromMe, chat } = event.data
  const words = wordsOf(content)
  if (words === undefined || fromMe || /@(?:g\.us|broadcast|newsletter)$/.test(chat)) return undefined
  return { mark: markIn(words) ?? null, textKey: textKey(words) }
}

/** WhatsApp takes what a link has written along as the caption when somebody attaches a file to it. */
function wordsOf(content: Content): string | undefined {
  if (content.kind === 'text') return content.text
  return 'file' in content ? content.caption : undefined
}
