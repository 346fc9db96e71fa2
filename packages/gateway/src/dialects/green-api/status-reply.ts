import { vendorId } from './chat-ids.js'
import { type Journaled, journalReply, type JournalView } from './journal-item.js'
import { widOf } from './replies.js'
import { fontNames } from './status-fonts.js'

/** A story as the journals tell a message; its chat is whoever posted it. */
export function statusReply(item: Journaled, audience: readonly string[], view: JournalView): object | null {
  const reply = journalReply(item, view)
  if (reply === null) return null
  const participants = reply.type === 'outgoing' ? { participants: audience.map(vendorId) } : {}
  const chatId = reply.type === 'incoming' ? reply.senderId : widOf(view)
  return { ...reply, chatId, ...(styledText(item, participants) ?? participants) }
}

/** A text is always of the same type here, with how it looks. */
function styledText({ entry }: Journaled, participants: object): object | null {
  const content = 'content' in entry.data ? entry.data.content : null
  if (content?.kind !== 'text') return null
  const { text, style } = content
  return {
    typeMessage: 'extendedTextMessage',
    textMessage: text,
    extendedTextMessage: {
      text,
      backgroundColor: style?.background ?? '',
      font: style === undefined ? '' : (fontNames.get(style.font) ?? ''),
      ...participants,
    },
  }
}
