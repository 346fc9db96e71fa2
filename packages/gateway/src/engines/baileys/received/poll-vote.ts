import type { proto } from 'baileys'
import type { ReceivedEvent } from '../../../core/events/event.js'
import { finite } from '../content/bounds.js'
import { openVote, standing, withVote, type Polls } from '../polls.js'
import type { StanzaOrigin } from './origin.js'

/** Counts a vote and tells how the poll stands. Undefined for a poll that never came, and for a vote that does not open. */
export async function readVote(
  { pollCreationMessageKey, vote, senderTimestampMs }: proto.Message.IPollUpdateMessage,
  { origin, sender }: StanzaOrigin,
  polls: Polls,
): Promise<ReceivedEvent | undefined> {
  const target = pollCreationMessageKey?.id
  if (!target || !vote) return undefined
  const poll = await polls.find(origin.chat, target)
  const chosen = poll && openVote(poll, target, sender, vote)
  if (!chosen) return undefined
  const at = finite(senderTimestampMs) ?? Date.parse(origin.sentAt)
  const counted = withVote(poll, { voter: sender, chosen, at })
  if (counted !== poll) await polls.put(origin.chat, target, counted)
  return { kind: 'message.poll-vote', data: { ...origin, target, content: standing(counted, sender) } }
}
