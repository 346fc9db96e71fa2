import { isLidUser, type proto } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { MessageAct } from '../../../core/messages/act.js'
import type { Writing } from '../content/write-content.js'
import { sealVote, withVote, type Polls } from '../polls.js'
import type { Session } from '../session.js'
import { keyOf } from './message-acts.js'

/** Encrypts a vote of this account and counts it. Rejects with `message-not-found` for a poll that never came here. */
export async function castVote(
  session: Session,
  { target, options }: MessageAct & { kind: 'poll-vote' },
  writing: Writing,
  polls: Polls,
): Promise<proto.IMessage> {
  const { chat } = writing
  const poll = await polls.find(chat, target.id)
  if (!poll) throw new GatewayError('message-not-found', 'No poll with this id is known here.')
  const chosen = poll.options.flatMap((option, index) => (options.includes(option) ? [index] : []))
  if (chosen.length < options.length)
    throw new GatewayError('bad-request', 'The poll has no such option.', { field: 'options' })
  const me = session.keys.book.of(session.creds.me?.id ?? '', session.creds.me?.lid)
  const creator = poll.creator.other
  const voter = (isLidUser(creator) === true ? me.lid : me.phone) ?? me.other
  const at = Date.now()
  await polls.put(chat, target.id, withVote(poll, { voter: me, chosen, at }))
  return {
    pollUpdateMessage: {
      pollCreationMessageKey: keyOf(target, writing),
      vote: sealVote(poll, target.id, { creator, voter }, options),
      senderTimestampMs: at,
    },
  }
}
