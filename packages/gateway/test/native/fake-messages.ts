import { randomUUID } from 'node:crypto'
import type { Caller } from '#gateway/core/access/access.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { MediaFiles, Messages, MessageWish } from '#gateway/core/gateway.js'
import type { ChatId, InstanceId, MessageId } from '#gateway/core/ids.js'
import type { JournalItem, JournalQuery } from '#gateway/core/journal/entry.js'
import type { MessageRef, OutgoingContent } from '#gateway/core/messages/act.js'
import type { OutgoingMessage } from '#gateway/core/messages/message.js'
import type { WishContent } from '#gateway/core/messages/wish.js'

export interface FakeMessages extends Messages {
  /** What the core was asked to send. */
  readonly wishes: readonly MessageWish[]
  /** What the history is said to be, and how it was asked for. */
  readonly history: JournalItem[]
  readonly queries: readonly JournalQuery[]
  /** How many answers are held back. */
  readonly waiting: () => number
  /** WhatsApp has taken what is queued. */
  acknowledge(): void
}

/** Messages as the native API sees them, in memory: nothing is checked beyond what a route may rely on. */
export function fakeMessages(
  own: (caller: Caller, instance: InstanceId) => unknown,
  media: MediaFiles,
  time: Date,
): FakeMessages {
  const messages = new Map<string, OutgoingMessage>()
  const wishes: MessageWish[] = []
  const history: JournalItem[] = []
  const queries: JournalQuery[] = []
  const waiting = new Set<() => void>()

  function find(caller: Caller, id: InstanceId, message: MessageId): OutgoingMessage {
    own(caller, id)
    const found = messages.get(`${id} ${message}`)
    if (found === undefined) throw new GatewayError('message-not-found', `no ${message}`)
    return found
  }

  async function store(caller: Caller, id: InstanceId, wish: MessageWish): Promise<OutgoingMessage> {
    own(caller, id)
    const messageId = (wish.idempotencyKey ?? randomUUID()).replaceAll('-', '').toUpperCase() as MessageId
    const known = messages.get(`${id} ${messageId}`)
    if (known !== undefined) return known
    wishes.push(wish)
    const message: OutgoingMessage = {
      instance: id,
      id: messageId,
      account: null,
      chat: `${wish.to}@s.whatsapp.net` as ChatId,
      content: await said(caller, id, wish.content),
      audience: wish.audience ?? null,
      typing: wish.typing ?? null,
      notBefore: wish.notBefore ?? null,
      status: 'queued',
      failure: null,
      createdAt: time,
      statusAt: time,
    }
    messages.set(`${id} ${messageId}`, message)
    return message
  }

  async function said(caller: Caller, id: InstanceId, wish: WishContent): Promise<OutgoingContent> {
    if ('media' in wish) {
      const { media: file, viewOnce, kind, ...rest } = wish
      return {
        ...rest,
        kind: kind === 'auto' ? 'document' : kind,
        file: await media.get(caller, id, file),
        ...(viewOnce === true && { viewOnce }),
      }
    }
    const target = (to: string): MessageRef => ({ id: to, sender: null })
    switch (wish.kind) {
      case 'text':
        return { kind: 'text', text: wish.text }
      case 'edit':
        return { kind: 'edit', target: target(wish.target), content: { kind: 'text', text: wish.text } }
      case 'reaction':
        return { ...wish, target: target(wish.target) }
      case 'delete':
        return { ...wish, target: target(wish.target) }
      case 'poll-vote':
        return { ...wish, target: target(wish.target) }
      case 'pin':
        return { ...wish, target: target(wish.target) }
      case 'buttons':
        return { ...wish, style: 'interactive' }
      case 'button-reply':
        return { ...wish, style: 'plain' }
      default:
        return wish
    }
  }

  return {
    wishes,
    history,
    queries,
    waiting: () => waiting.size,
    acknowledge() {
      for (const [key, message] of messages) messages.set(key, { ...message, status: 'server-ack' })
      for (const wake of waiting) wake()
    },
    send: store,
    get: async (caller, id, message) => find(caller, id, message),
    async settled(caller, id, message, wait) {
      find(caller, id, message)
      await new Promise<void>((resolve) => {
        const done = () => {
          waiting.delete(done)
          resolve()
        }
        waiting.add(done)
        setTimeout(done, wait).unref()
      })
      return find(caller, id, message)
    },
    async queued(caller, id, limit) {
      own(caller, id)
      return [...messages.values()].filter(({ instance }) => instance === id).slice(0, limit)
    },
    async clear(caller, id) {
      own(caller, id)
      const mine = [...messages].filter(([, { instance }]) => instance === id)
      for (const [key, message] of mine)
        messages.set(key, { ...message, status: 'failed', failure: 'message-cancelled' })
      return mine.length
    },
    async journal(caller, id, query) {
      own(caller, id)
      queries.push(query)
      return history.slice(0, query.limit)
    },
    async entry(caller, id, chat, message) {
      own(caller, id)
      const found = history.find(({ entry: { data } }) => data.chat === chat && data.id === message)
      if (found === undefined) throw new GatewayError('message-not-found', `no ${message}`)
      return found
    },
    async forward(caller, id, { to, messages: wanted }) {
      return Promise.all(
        wanted.map((message) => {
          find(caller, id, message as MessageId)
          return store(caller, id, { to, content: { kind: 'text', text: 'passed on' } })
        }),
      )
    },
    async receipts(caller, id, message) {
      find(caller, id, message)
      return [{ participant: '1@s.whatsapp.net', phone: '1', lid: null, status: 'read', at: time }]
    },
  }
}
