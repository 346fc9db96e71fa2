import type { ConversationData, EventBody, MessageOrigin } from '../../core/events/event.js'
import type { EventId } from '../../core/ids.js'
import type { ConversationClue } from '../../core/message-links/conversation-clue.js'
import type { CredentialsPlace, LinkRow, ReceivedRows } from '../write.js'
import type { ReadEvent } from './step.js'

/** An event that may have come by a message link, and the id of the event that says so if it did. */
export interface StepClue {
  readonly event: EventId
  readonly conversation: EventId
  readonly clue: ConversationClue
}

export interface ToldConversation {
  readonly id: EventId
  readonly body: EventBody & { readonly kind: 'message-link.conversation' }
}

/**
 * Puts behind each message that came by a link the event that says so, and counts it: in the transaction of the message, which
 * is told once, so that this is told once, too.
 */
export function withConversations(
  rows: ReceivedRows,
  { serial }: CredentialsPlace,
  { clues, at }: { readonly clues: readonly StepClue[]; readonly at: number },
  told: readonly ReadEvent[],
): { events: readonly ReadEvent[]; conversations: readonly ToldConversation[] } {
  if (clues.length === 0) return { events: told, conversations: [] }
  const conversations: ToldConversation[] = []
  const events = told.flatMap((read) => {
    const found = clues.find((clue) => clue.event === read.event.id)
    const link = found && rows.linkOf(serial, found.clue)
    if (!link) return [read]
    rows.countConversation(link.number, at)
    const id = found.conversation
    const body = { kind: 'message-link.conversation', data: conversationOf(link, read.data as MessageOrigin) } as const
    conversations.push({ id, body })
    return [read, conversationEvent(id, body)]
  })
  return { events, conversations }
}

function conversationEvent(id: EventId, { kind, data }: ToldConversation['body']): ReadEvent {
  const event = { id, kind, data: JSON.stringify(data), content: null, isAct: false, files: [] }
  return { event, data, isNew: false }
}

function conversationOf({ id, code, name, tags }: LinkRow, message: MessageOrigin): ConversationData {
  return {
    link: id,
    code,
    linkName: name,
    tags: JSON.parse(tags) as string[],
    message: message.id,
    chat: message.chat,
    chatPhone: message.chatPhone,
    chatLid: message.chatLid,
    sender: message.sender,
    phone: message.phone,
    lid: message.lid,
    name: message.name,
    sentAt: message.sentAt,
  }
}
