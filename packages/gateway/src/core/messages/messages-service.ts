import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { Messages, MessageWish } from '../gateway.js'
import { newMessageId } from '../identifiers.js'
import type { InstanceId, MessageId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { Clock } from '../ports/clock.js'
import type { MessageStore } from '../ports/store.js'
import { chatId } from './chat-id.js'
import type { Content } from './content.js'
import type { WishContent } from './wish.js'
import { longestText, type OutgoingMessage } from './message.js'

export class MessagesService implements Pick<Messages, 'send' | 'get'> {
  readonly #roster: Roster
  readonly #store: MessageStore
  readonly #clock: Clock

  constructor(roster: Roster, store: MessageStore, clock: Clock) {
    this.#roster = roster
    this.#store = store
    this.#clock = clock
  }

  async send(caller: Caller, id: InstanceId, wish: MessageWish): Promise<OutgoingMessage> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const chat = chatId(wish.to, 'to')
    const content = sendable(wish.content)
    if (actor.record.account === null) {
      throw new GatewayError('not-linked', 'This instance is not linked to an account.', { hint: 'Link it first.' })
    }
    const { message } = await this.#store.enqueue({
      instance: id,
      id: newMessageId(),
      chat,
      content,
      audience: null,
      typing: null,
      idempotencyKey: wish.idempotencyKey ?? null,
      createdAt: this.#clock.now(),
    })
    actor.kick()
    return message
  }

  async get(caller: Caller, id: InstanceId, message: MessageId): Promise<OutgoingMessage> {
    this.#roster.find(caller, 'messages:read', id)
    const found = await this.#store.find(id, message)
    if (!found) throw new GatewayError('message-not-found', 'No message with this id was sent from this instance.')
    return found
  }
}

function sendable(content: WishContent): Content {
  if (content.kind !== 'text') {
    throw new GatewayError('not-supported', `Content of kind '${content.kind}' cannot be sent.`, { field: 'content' })
  }
  if (content.text.trim() === '') throw new GatewayError('bad-request', "'text' is empty.", { field: 'text' })
  if (content.text.length > longestText) {
    throw new GatewayError('content-too-large', `'text' has more than ${longestText} characters.`, { field: 'text' })
  }
  return { kind: 'text', text: content.text }
}
