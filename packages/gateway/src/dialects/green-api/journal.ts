import { chatAddress } from '../../core/chats/chat-address.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Messages } from '../../core/gateway.js'
import type { MessageId } from '../../core/ids.js'
import type { JournalItem, JournalQuery } from '../../core/journal/entry.js'
import type { OutgoingMessage } from '../../core/messages/message.js'
import { readChat } from './addressees.js'
import { isNamed } from './chat-ids.js'
import { Refused } from './errors.js'
import { type Fields, fieldsOf, given, integer } from './fields.js'
import {
  authorsIn,
  changesIn,
  type Journaled,
  journalReply,
  type JournalReply,
  type JournalView,
} from './journal-item.js'
import type { Call, Method, Room } from './room.js'
import { switchesOf } from './switches.js'
import { readMessageAddress } from './text-requests.js'

const page = 500
const mostItems = 10_000
const usualCount = 100
/** What may say of a message that it was edited or deleted. */
const changingKinds = ['message.edited', 'message.deleted', 'message.sent'] as const
/** A day. */
const usualMinutes = 1440
const mostMinutes = 525_600

/** What was said, the newest first. */
export function journalMethods({
  gateway: { messages, media, contacts, instances },
  shelf,
  clock,
}: Room): readonly Method[] {
  return [
    {
      name: 'getChatHistory',
      verb: 'POST',
      perSecond: 1,
      async answer(call) {
        const fields = fieldsOf(call.body)
        const [chat, count] = [readChat(fields), readCount(fields)]
        return repliesTo(call, await readJournal(messages, call, { chat }, count))
      },
    },
    {
      name: 'getMessage',
      verb: 'POST',
      perSecond: 10,
      async answer(call) {
        const { chat, idMessage } = readMessageAddress(fieldsOf(call.body))
        const found = await find(call, chat, idMessage)
        // As the vendor answers of a message to a number that is not on WhatsApp.
        if (found.failure === 'recipient-not-found') return { type: 'outgoing', typeMessage: '' }
        const since = { chat, kinds: changingKinds, from: new Date(found.entry.data.sentAt) }
        const later = await readJournal(messages, call, since, mostItems)
        const [reply] = await repliesTo(call, [found], later)
        return reply ?? notFound(idMessage)
      },
    },
    {
      name: 'lastIncomingMessages',
      verb: 'GET',
      perSecond: 1,
      async answer(call) {
        const from = readSince(call.query, clock.now())
        const read = await readJournal(messages, call, { direction: 'in', from }, mostItems)
        return repliesTo(call, read.filter(isInChat))
      },
    },
    {
      name: 'lastOutgoingMessages',
      verb: 'GET',
      perSecond: 1,
      async answer(call) {
        const from = readSince(call.query, clock.now())
        const read = await readJournal(messages, call, { direction: 'out', from }, mostItems)
        const queued = await messages.queued(call.caller, call.instance, mostItems)
        const waiting = queued.filter(({ createdAt }) => createdAt >= from).map(unsent)
        return repliesTo(call, [...waiting.reverse(), ...read].filter(isInChat))
      },
    },
  ]

  async function find({ caller, instance }: Call, chat: string, idMessage: string): Promise<Journaled> {
    try {
      const item = await messages.entry(caller, instance, chat, idMessage)
      return await withFailure(messages, { caller, instance }, item)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    // Nothing of a message is in the journal before WhatsApp has taken it.
    const message = await messages.get(caller, instance, idMessage as MessageId).catch((error: unknown) => {
      throw isNotFound(error) ? notFoundError(idMessage) : error
    })
    return unsent(message)
  }

  async function repliesTo(
    { caller, instance }: Call,
    items: readonly Journaled[],
    later: readonly Journaled[] = items,
  ): Promise<JournalReply[]> {
    const { byLid } = switchesOf(await shelf.read(caller, instance))
    const savedNames = await contacts.savedNames(caller, instance, authorsIn(items))
    const { account } = await instances.get(caller, instance)
    const view: JournalView = { mediaUrl: (id) => media.url(id), byLid, account, changes: changesIn(later), savedNames }
    return items.map((item) => journalReply(item, view)).filter((reply) => reply !== null)
  }
}

/** The newest entries, page by page. What was done to one of them later is always among those before it. */
export async function readJournal(
  messages: Messages,
  { caller, instance }: Pick<Call, 'caller' | 'instance'>,
  query: Omit<JournalQuery, 'before' | 'limit'>,
  count: number,
): Promise<Journaled[]> {
  const found: Journaled[] = []
  let before: number | undefined
  while (found.length < count) {
    const limit = Math.min(page, count - found.length)
    const read = await messages.journal(caller, instance, { ...query, limit, ...(before !== undefined && { before }) })
    found.push(...(await Promise.all(read.map((item) => withFailure(messages, { caller, instance }, item)))))
    if (read.length < limit) break
    before = read.at(-1)?.entry.seq
  }
  return found
}

async function withFailure(
  messages: Messages,
  { caller, instance }: Pick<Call, 'caller' | 'instance'>,
  { entry, status }: JournalItem,
): Promise<Journaled> {
  if (status !== 'failed') return { entry, status, failure: null }
  const { failure } = await messages.get(caller, instance, entry.data.id as MessageId)
  return { entry, status, failure }
}

/** A message that WhatsApp has not taken, or never will, in the shape of one that it has. */
function unsent({ id, chat, content, createdAt, status, failure }: OutgoingMessage): Journaled {
  const data = { ...chatAddress(chat), id, content, sentAt: createdAt.toISOString() }
  return { entry: { kind: 'message.sent', data }, status, failure }
}

/** Stories are journaled by methods of their own, and channels have no id here. */
function isInChat({ entry }: Journaled): boolean {
  return isNamed(entry.data.chat)
}

function readCount(fields: Fields): number {
  if (!given(fields, 'count')) return usualCount
  const count = integer(fields, 'count')
  if (count < 1) throw new Refused('bad-request', 'Count must be greater than or equal to 1')
  return Math.min(count, mostItems)
}

/** From when on: so many minutes ago, a parameter of the query string. */
export function readSince(query: unknown, now: Date): Date {
  const fields = fieldsOf(query)
  const minutes = given(fields, 'minutes') ? integer(fields, 'minutes', 1, mostMinutes) : usualMinutes
  return new Date(now.getTime() - minutes * 60_000)
}

function isNotFound(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'message-not-found'
}

function notFoundError(idMessage: string): Refused {
  return new Refused('message-not-found', `Message not found by id ${idMessage}`)
}

function notFound(idMessage: string): never {
  throw notFoundError(idMessage)
}
