import type { ChatId, MessageId } from '#gateway/core/ids.js'
import type { OutgoingContent } from '#gateway/core/messages/act.js'
import type { EngineMessage } from '#gateway/core/ports/engine.js'

/** A message as the core hands it to an engine. */
export function messageTo(
  chat: string,
  id: string,
  content: OutgoingContent,
  more: Partial<Pick<EngineMessage, 'path' | 'audience'>> = {},
): EngineMessage {
  return { chat: chat as ChatId, id: id as MessageId, content, audience: null, ...more }
}

export function textTo(chat: string, id: string, text: string): EngineMessage {
  return messageTo(chat, id, { kind: 'text', text })
}
