import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { EventFeed } from '../events/event-feed.js'
import type { ForwardWish, MessageReceipt, Messages, MessageWish } from '../gateway.js'
import { newMessageId } from '../identifiers.js'
import type { InstanceId, MessageId } from '../ids.js'
import type { InstanceActor } from '../instances/instance-actor.js'
import type { Roster } from '../instances/roster.js'
import type { JournalItem, JournalQuery } from '../journal/entry.js'
import type { Clock } from '../ports/clock.js'
import type { LinkPreviews } from '../ports/link-previews.js'
import type { Store } from '../ports/store.js'
import { anyChat } from './chat-id.js'
import { Drafts, passedOn, typingOf, type Draft } from './drafts.js'
import type { FileResolver } from './file-resolver.js'
import type { OutgoingMessage } from './message.js'
import { MessageFinder } from './message-finder.js'
import { SettledMessages } from './settled-messages.js'
import { wrong } from './text-rules.js'

export interface MessagesParts {
  readonly roster: Roster
  readonly feed: EventFeed
  readonly store: Store
  readonly clock: Clock
  readonly files: FileResolver
  readonly linkPreviews?: LinkPreviews | undefined
}

/** What is passed on at once. */
const mostForwarded = 100

export class MessagesService implements Messages {
  readonly #roster: Roster
  readonly #store: Store
  readonly #clock: Clock
  readonly #finder: MessageFinder
  readonly #drafts: Drafts
  readonly #settled: SettledMessages

  constructor({ roster, feed, store, clock, files, linkPreviews }: MessagesParts) {
    this.#roster = roster
    this.#store = store
    this.#clock = clock
    this.#finder = new MessageFinder(store)
    this.#drafts = new Drafts({ store, finder: this.#finder, files, clock, linkPreviews })
    this.#settled = new SettledMessages(feed)
  }

  async send(caller: Caller, id: InstanceId, wish: MessageWish): Promise<OutgoingMessage> {
    const actor = this.#sender(caller, id)
    const { idempotencyKey: key } = wish
    const first = key === undefined ? undefined : await this.#store.messages.findByKey(id, key)
    return first ?? this.#enqueue(actor, await this.#drafts.draft(caller, actor.record, wish), wish)
  }

  async get(caller: Caller, id: InstanceId, message: MessageId): Promise<OutgoingMessage> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#find(id, message)
  }

  async settled(caller: Caller, id: InstanceId, message: MessageId, wait: number): Promise<OutgoingMessage> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#settled.wait(id, message, wait, () => this.#find(id, message))
  }

  async queued(caller: Caller, id: InstanceId, limit: number): Promise<OutgoingMessage[]> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#store.messages.queued(id, limit)
  }

  async clear(caller: Caller, id: InstanceId): Promise<number> {
    return this.#roster.find(caller, 'messages:write', id).clearQueue()
  }

  async journal(caller: Caller, id: InstanceId, { chat, ...query }: JournalQuery): Promise<JournalItem[]> {
    this.#roster.find(caller, 'messages:read', id)
    if (chat === undefined) return this.#store.journal.page(id, query)
    return this.#store.journal.page(id, { ...query, chat: await this.#chat(id, chat, 'chat') })
  }

  async entry(caller: Caller, id: InstanceId, chat: string | null, message: string): Promise<JournalItem> {
    this.#roster.find(caller, 'messages:read', id)
    const where = chat === null ? null : await this.#chat(id, chat, 'chat')
    const found = await this.#store.journal.find(id, where, message)
    if (!found) throw new GatewayError('message-not-found', 'There is no such message in the history.')
    return found
  }

  async forward(caller: Caller, id: InstanceId, wish: ForwardWish): Promise<OutgoingMessage[]> {
    const actor = this.#sender(caller, id)
    if (wish.messages.length === 0) throw wrong('messages', 'names no message')
    if (wish.messages.length > mostForwarded) throw wrong('messages', `names more than ${mostForwarded} messages`)
    const typing = typingOf(wish.typing)
    const from = await this.#chat(id, wish.from, 'from')
    const { chat, expiresIn } = await this.#drafts.place(id, wish.to)
    const drafts: Draft[] = []
    for (const message of wish.messages) {
      const { content } = await this.#finder.find(id, from, message, 'messages')
      drafts.push({ chat, content: passedOn(content, expiresIn), audience: null, typing, notBefore: null })
    }
    const sent: OutgoingMessage[] = []
    for (const draft of drafts) sent.push(await this.#enqueue(actor, draft))
    return sent
  }

  async receipts(caller: Caller, id: InstanceId, message: MessageId): Promise<MessageReceipt[]> {
    this.#roster.find(caller, 'messages:read', id)
    await this.#find(id, message)
    return this.#store.messages.receipts(id, message)
  }

  /** The instance of whoever sends. It need not be linked now: what it is handed waits for a day. */
  #sender(caller: Caller, id: InstanceId): InstanceActor {
    const actor = this.#roster.find(caller, 'messages:write', id)
    if (actor.record.state !== 'banned') return actor
    throw new GatewayError('instance-banned', 'WhatsApp has banned this account.', { hint: 'Link another account.' })
  }

  async #enqueue(
    actor: InstanceActor,
    draft: Draft,
    { id, idempotencyKey }: Pick<MessageWish, 'id' | 'idempotencyKey'> = {},
  ): Promise<OutgoingMessage> {
    const { message } = await this.#store.messages.enqueue({
      ...draft,
      instance: actor.record.id,
      id: id ?? newMessageId(),
      account: actor.record.account?.phone ?? null,
      idempotencyKey: idempotencyKey ?? null,
      createdAt: this.#clock.now(),
    })
    actor.kick()
    return message
  }

  async #find(id: InstanceId, message: MessageId): Promise<OutgoingMessage> {
    const found = await this.#store.messages.find(id, message)
    if (!found) throw new GatewayError('message-not-found', 'No message with this id was sent from this instance.')
    return found
  }

  async #chat(id: InstanceId, chat: string, field: string): Promise<string> {
    return (await this.#store.chats.resolve(id, anyChat(chat, field))).chat
  }
}
