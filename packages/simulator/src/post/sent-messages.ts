import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'

export type Progress = 'sent' | 'delivered' | 'read'
const order: readonly Progress[] = ['sent', 'delivered', 'read']

export interface SentMessage {
  /** Device that sent it. */
  readonly device: number
  /** The chat as that device addressed it: receipts come back under the same address. */
  readonly chat: string
  readonly recipient: string
  readonly progress: Progress
}

/** Accepted messages by sender and id: a repeat of one is recognised, and receipts find their way back. */
export class SentMessages {
  readonly #messages = new Map<string, SentMessage>()

  constructor(store: Store) {
    for (const { key, value } of store.load('sent')) this.#messages.set(key, fromText(String(value)) as SentMessage)
  }

  find(sender: string, id: string): SentMessage | undefined {
    return this.#messages.get(`${sender}/${id}`)
  }

  add(sender: string, id: string, message: SentMessage, batch: Batch): void {
    this.#messages.set(`${sender}/${id}`, message)
    batch.put('sent', `${sender}/${id}`, toText(message))
  }

  /** The message, if it came further than it was; undefined if this is no news. */
  advance(sender: string, id: string, progress: Progress, batch: Batch): SentMessage | undefined {
    const message = this.find(sender, id)
    if (message === undefined || order.indexOf(progress) <= order.indexOf(message.progress)) return undefined
    this.add(sender, id, { ...message, progress }, batch)
    return message
  }
}
