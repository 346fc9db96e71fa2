import { isJidGroup, isJidStatusBroadcast, jidNormalizedUser, proto, type GroupMetadata } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import { Restriction } from '../../../core/errors/restriction.js'
import type { EngineMessage } from '../../../core/ports/engine.js'
import { whyRefused } from '../group-standing.js'
import { newPoll, Polls } from '../polls.js'
import { asRefusal, refusalCode, unanswered } from '../refusals.js'
import { ratchets } from '../received/received-stanzas.js'
import type { Session } from '../session.js'
import { verdictOn } from './acknowledgement.js'
import { compose } from './compose.js'
import { encodeSent, journalEntry, messageIn } from './journal.js'
import { requireRecipient } from './recipient.js'
import { traitsOf } from './stanza-traits.js'
import { castVote } from './vote.js'
import { writingTo } from './writing.js'

/** Sends one message and resolves when the server has acknowledged it; see `Connection.send` for the refusals. */
export async function sendMessage(session: Session, wish: EngineMessage): Promise<void> {
  await requireRecipient(session, wish.chat)
  if (wish.content.kind === 'disappearing' && isJidGroup(wish.chat) === true) {
    return setGroupExpiry(session, wish.chat, wish.content.seconds)
  }
  const before = await session.keys.sent(wish.id)
  const message = before ? messageIn(before).message : await prepare(session, wish)
  await relay(session, wish, message)
}

/** More than this no client sends, thumbnails and all. */
const largestMessage = 1_048_576

/** Makes the message and hands it to the journal: the frame that carries it waits until it is stored. */
async function prepare(session: Session, wish: EngineMessage): Promise<proto.IMessage> {
  const { chat, id, content } = wish
  const writing = await writingTo(session, chat, peopleIn(content))
  const composed = content.kind === 'poll-vote' ? undefined : await compose(session, { ...wish, content }, writing)
  const polls = new Polls(session.transactions)
  return session.transactions.transaction(async () => {
    const message = content.kind === 'poll-vote' ? await castVote(session, content, writing, polls) : (composed ?? {})
    const secret = message.messageContextInfo?.messageSecret
    if (content.kind === 'poll' && secret) {
      await polls.add(chat, id, newPoll(content, session.keys.book.of(writing.addressOf(null)), secret))
    }
    const bytes = encodeSent(id, { chat, message })
    if (bytes.length > largestMessage) {
      throw new GatewayError('content-too-large', 'The message is larger than WhatsApp takes.')
    }
    await session.transactions.set(journalEntry(id, bytes))
    // As it will be read when it is sent again, so that it is the same to the byte.
    return messageIn(bytes).message
  }, ratchets)
}

/** Those whom the message will name. */
function peopleIn(content: EngineMessage['content']): (string | null)[] {
  if ('target' in content) return [content.target.sender]
  return 'quoted' in content ? [content.quoted.sender] : []
}

async function relay(session: Session, { chat, id, audience }: EngineMessage, message: proto.IMessage): Promise<void> {
  const { socket, creds } = session
  const verdict = verdictOn(socket, id)
  try {
    await socket.relayMessage(chat, message, {
      messageId: id,
      ...traitsOf(message),
      // A status is for those it names; without the account itself its own phone would not show it.
      ...(isJidStatusBroadcast(chat) && {
        statusJidList: [...(audience ?? []), jidNormalizedUser(creds.me?.id ?? '')],
      }),
    })
    const given = await verdict.given
    if (!given.taken) throw await refusal(session, chat, given.code)
  } catch (error) {
    throw await failure(session, chat, error)
  } finally {
    verdict.forget()
  }
}

/** Restricted from writing to those who have not written first (the library's NACK_REASONS.SenderReachoutTimelocked). */
const restricted = '463'

async function refusal(session: Session, chat: string, code: string): Promise<GatewayError> {
  const plain = new GatewayError('whatsapp-refused', `WhatsApp refused the message (${code}).`)
  if (code === restricted) return restriction(session)
  return isJidGroup(chat) === true ? whyRefused(session, chat, plain, onlyAdminsWrite) : plain
}

async function restriction({ socket }: Session): Promise<GatewayError> {
  const lock = await socket.fetchAccountReachoutTimelock().catch(() => undefined)
  const until = lock?.isActive === true ? (lock.timeEnforcementEnds ?? null) : null
  return new Restriction('WhatsApp does not let this account write to new people for now.', until)
}

const onlyAdminsWrite = ({ announce }: GroupMetadata): boolean => announce === true

/** What the library throws on the way: its own questions refused, or anything else, after which nothing is certain. */
async function failure(session: Session, chat: string, error: unknown): Promise<GatewayError> {
  if (error instanceof GatewayError) return error
  if (refusalCode(error) === undefined) return unanswered(error)
  const plain = asRefusal(error)
  return isJidGroup(chat) === true ? whyRefused(session, chat, plain, onlyAdminsWrite) : plain
}

/** Not a message there but a setting. */
async function setGroupExpiry(session: Session, group: string, seconds: number): Promise<void> {
  try {
    await session.socket.groupToggleEphemeral(group, seconds)
  } catch (error) {
    const refused = asRefusal(error)
    throw await whyRefused(session, group, refused, ({ restrict }) => restrict === true)
  }
}
