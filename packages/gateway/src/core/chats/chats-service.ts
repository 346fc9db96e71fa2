import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { ChatChange, ChatAddress } from '../events/event.js'
import type { ChatEdit, Chats } from '../gateway.js'
import { newMessageId } from '../identifiers.js'
import type { ChatId, InstanceId } from '../ids.js'
import type { InstanceActor } from '../instances/instance-actor.js'
import type { Roster } from '../instances/roster.js'
import { anyChat } from '../messages/chat-id.js'
import { MessageFinder } from '../messages/message-finder.js'
import { wrong } from '../messages/text-rules.js'
import type { Clock } from '../ports/clock.js'
import type { DatedMessage } from '../ports/engine-acts.js'
import type { Store } from '../ports/store.js'
import { kindOfChat } from './chat-address.js'
import type { Chat } from './chat.js'

/** What WhatsApp's clients offer, in seconds. */
const timers: readonly number[] = [0, 86_400, 604_800, 7_776_000]

export class ChatsService implements Chats {
  readonly #roster: Roster
  readonly #store: Store
  readonly #clock: Clock
  readonly #messages: MessageFinder

  constructor(roster: Roster, store: Store, clock: Clock) {
    this.#roster = roster
    this.#store = store
    this.#clock = clock
    this.#messages = new MessageFinder(store)
  }

  async list(caller: Caller, id: InstanceId, page: { before?: string; limit: number }): Promise<Chat[]> {
    this.#roster.find(caller, 'messages:read', id)
    if (page.before !== undefined) anyChat(page.before, 'before')
    return this.#store.chats.list(id, page)
  }

  async get(caller: Caller, id: InstanceId, chat: string): Promise<Chat> {
    this.#roster.find(caller, 'messages:read', id)
    return this.#find(id, anyChat(chat, 'chat'))
  }

  async read(caller: Caller, id: InstanceId, chat: string, upTo?: string): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const known = await this.#find(id, anyChat(chat, 'chat'))
    if (upTo === undefined) return actor.read(known.chat)
    const last = await this.#store.journal.find(id, known.chat, upTo)
    if (!last) throw new GatewayError('message-not-found', "'upTo' names no message of this chat.", { field: 'upTo' })
    return actor.read(known.chat, last.entry.seq)
  }

  async edit(caller: Caller, id: InstanceId, chat: string, changes: ChatEdit): Promise<Chat> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const { expiresIn, mutedUntil } = changes
    if (expiresIn !== undefined && !timers.includes(expiresIn))
      throw wrong('expiresIn', `is one of ${timers.join(', ')}`)
    if (mutedUntil instanceof Date && Number.isNaN(mutedUntil.getTime())) throw wrong('mutedUntil', 'is not a time')
    const address = await this.#store.chats.resolve(id, anyChat(chat, 'chat'))
    const jid = await this.#store.chats.reach(id, address.chat)
    if (expiresIn !== undefined && kindOfChat(jid) !== 'group') await this.#setTimer(actor, address, expiresIn)
    for (const change of changesOf(changes, jid)) {
      await this.#perform(actor, address.chat, jid, change)
      await actor.tell([{ kind: 'chat.changed', data: { ...address, change } }])
    }
    return this.#find(id, address.chat as ChatId)
  }

  async hide(caller: Caller, id: InstanceId, chat: string, message: string): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const address = await this.#store.chats.resolve(id, anyChat(chat, 'chat'))
    const found = await this.#messages.inHistory(id, address.chat, message)
    if (!found) throw new GatewayError('message-not-found', "'message' names no message of this chat.")
    const { sender, sentAt } = found
    const jid = await this.#store.chats.reach(id, address.chat)
    await actor.perform('chat.hide-message', { chat: jid, message: { id: message, sender, sentAt } })
  }

  async showPresence(
    caller: Caller,
    id: InstanceId,
    chat: string,
    presence: 'composing' | 'recording' | 'paused',
  ): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    await actor.perform('presence.show', { chat: await this.#jid(id, chat), presence })
  }

  async subscribePresence(caller: Caller, id: InstanceId, chat: string): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    await actor.perform('presence.subscribe', { chat: await this.#jid(id, chat) })
  }

  /** In a chat of two the timer is a message, which waits its turn among the others; it is in force once that is sent. */
  async #setTimer(actor: InstanceActor, { chat }: ChatAddress, seconds: number): Promise<void> {
    if (kindOfChat(chat) !== 'person') throw wrong('expiresIn', 'is for a person or a group')
    await this.#store.messages.enqueue({
      instance: actor.record.id,
      id: newMessageId(),
      account: actor.record.account?.phone ?? null,
      chat: chat as ChatId,
      content: { kind: 'disappearing', seconds },
      audience: null,
      typing: null,
      notBefore: null,
      idempotencyKey: null,
      createdAt: this.#clock.now(),
    })
    actor.kick()
  }

  async #perform(actor: InstanceActor, chat: string, jid: ChatId, change: ChatChange): Promise<void> {
    switch (change.what) {
      case 'archived':
        await actor.perform('chat.archive', { chat: jid, on: change.on, newest: await this.#newest(actor, chat) })
        return
      case 'marked-unread':
        await actor.perform('chat.mark-unread', { chat: jid, on: change.on, newest: await this.#newest(actor, chat) })
        return
      case 'pinned':
        await actor.perform('chat.pin', { chat: jid, on: change.on })
        return
      case 'muted':
        await actor.perform('chat.mute', { chat: jid, until: change.until })
        return
      case 'disappearing':
        await actor.perform('group.edit', { group: jid, changes: { expiresIn: change.seconds } })
        return
      case 'cleared':
      case 'deleted':
        throw new GatewayError('not-supported', 'A chat can be cleared or deleted on the phone only.')
    }
  }

  async #newest(actor: InstanceActor, chat: string): Promise<readonly DatedMessage[]> {
    const kinds = ['message.received', 'message.sent-from-phone', 'message.sent'] as const
    const [item] = await this.#store.journal.page(actor.record.id, { chat, kinds, limit: 1 })
    if (!item) return []
    const { kind, data } = item.entry
    const sender = kind === 'message.received' ? data.sender : null
    return [{ id: data.id, sender, sentAt: new Date(data.sentAt) }]
  }

  async #find(id: InstanceId, chat: ChatId): Promise<Chat> {
    const found = await this.#store.chats.find(id, chat)
    if (!found) throw new GatewayError('chat-not-found', 'There is no such chat.')
    return found
  }

  async #jid(id: InstanceId, chat: string): Promise<ChatId> {
    const { chat: known } = await this.#store.chats.resolve(id, anyChat(chat, 'chat'))
    return this.#store.chats.reach(id, known)
  }
}

/** What is to be done at once, of a chat that this JID reaches. */
function changesOf({ archived, pinned, markedUnread, mutedUntil, expiresIn }: ChatEdit, jid: ChatId): ChatChange[] {
  const changes: ChatChange[] = []
  if (archived !== undefined) changes.push({ what: 'archived', on: archived })
  if (pinned !== undefined) changes.push({ what: 'pinned', on: pinned })
  if (markedUnread !== undefined) changes.push({ what: 'marked-unread', on: markedUnread })
  if (mutedUntil !== undefined) {
    changes.push({ what: 'muted', until: mutedUntil instanceof Date ? mutedUntil.toISOString() : mutedUntil })
  }
  if (expiresIn !== undefined && kindOfChat(jid) === 'group') changes.push({ what: 'disappearing', seconds: expiresIn })
  return changes
}
