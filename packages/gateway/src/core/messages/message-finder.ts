import { GatewayError } from '../errors/gateway-error.js'
import type { InstanceId, MessageId } from '../ids.js'
import type { JournalItem } from '../journal/entry.js'
import type { JournalStore, MessageStore } from '../ports/store.js'
import { isAct } from './act.js'
import type { Content, Quoted } from './content.js'

/** A message of a chat, as others refer to it. */
export interface FoundMessage {
  readonly id: string
  /** JID of who wrote it; null for the account itself. */
  readonly sender: string | null
  readonly content: Content
  readonly sentAt: Date
}

/** Finds the messages that others answer, pass on or act upon: in the history, or still on their way out. */
export class MessageFinder {
  readonly #journal: JournalStore
  readonly #messages: MessageStore

  constructor({ journal, messages }: { readonly journal: JournalStore; readonly messages: MessageStore }) {
    this.#journal = journal
    this.#messages = messages
  }

  /** Rejects with `message-not-found` for one that is not of that chat, or that says nothing. */
  async find(instance: InstanceId, chat: string, id: string, field: string): Promise<FoundMessage> {
    const found = (await this.inHistory(instance, chat, id)) ?? (await this.#onItsWay(instance, chat, id))
    if (found) return found
    throw new GatewayError('message-not-found', `'${field}' names no message of this chat.`, { field })
  }

  /** One that came in or has left; undefined for any other. */
  async inHistory(instance: InstanceId, chat: string, id: string): Promise<FoundMessage | undefined> {
    const item = await this.#journal.find(instance, chat, id)
    return item && said(item)
  }

  async #onItsWay(instance: InstanceId, chat: string, id: string): Promise<FoundMessage | undefined> {
    const message = await this.#messages.find(instance, id as MessageId)
    if (message?.chat !== chat || isAct(message.content)) return undefined
    return { id, sender: null, content: message.content, sentAt: message.createdAt }
  }
}

export function asQuoted({ id, sender, content }: FoundMessage, own: string | null): Quoted {
  // A quotation holds no other.
  const { quoted: _, ...said } = content
  return { id, sender: sender ?? own, content: said }
}

function said({ entry }: JournalItem): FoundMessage | undefined {
  const { kind, data } = entry
  const sentAt = new Date(data.sentAt)
  if (kind === 'message.received') return { id: data.id, sender: data.sender, content: data.content, sentAt }
  if (kind === 'message.sent-from-phone') return { id: data.id, sender: null, content: data.content, sentAt }
  if (kind !== 'message.sent' || isAct(data.content)) return undefined
  return { id: data.id, sender: null, content: data.content, sentAt }
}
