import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'

export type Progress = 'sent' | 'delivered' | 'read' | 'played'
const order: readonly Progress[] = ['sent', 'delivered', 'read', 'played']

export interface SentMessage {
  /** Device that sent it. */
  readonly device: number
  /** The chat as that device addressed it: receipts come back under the same address. */
  readonly chat: string
  /** Number of the recipient, or the JID of the group or of status posts. */
  readonly recipient: string
  /** How far it came; in a group, with the one who is furthest. */
  readonly progress: Progress
  /** How far it came with each member of a group, by number. */
  readonly members?: Readonly<Record<string, Progress>>
  /** Of a status post: the numbers of those for whom it is. */
  readonly audience?: readonly string[]
  /** Devices, `<number>:<device>`, that could not read it and wait for it to be sent again. */
  readonly owed?: readonly string[]
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
    batch.put('sent', `${sender}/${id}`, () => toText(message))
  }

  /** Whether either of two ever wrote to the other. By number. */
  haveTalked(one: string, other: string): boolean {
    for (const [key, { recipient }] of this.#messages) {
      const sender = key.slice(0, key.indexOf('/'))
      if ((sender === one && recipient === other) || (sender === other && recipient === one)) return true
    }
    return false
  }

  /** A device asked for the message again. */
  owe(sender: string, id: string, device: string, batch: Batch): void {
    const message = this.find(sender, id)
    if (message === undefined || message.owed?.includes(device)) return
    this.add(sender, id, { ...message, owed: [...(message.owed ?? []), device] }, batch)
  }

  /** The devices that asked for it, which get it now. */
  settle(sender: string, id: string, batch: Batch): readonly string[] {
    const message = this.find(sender, id)
    if (message?.owed === undefined) return []
    const { owed, ...rest } = message
    this.add(sender, id, rest, batch)
    return owed
  }

  /** The message, if it came further with this recipient than it was; undefined if this is no news. */
  advance(sender: string, id: string, by: string, progress: Progress, batch: Batch): SentMessage | undefined {
    const message = this.find(sender, id)
    if (message === undefined) return undefined
    const inGroup = message.recipient.includes('@')
    const before = inGroup ? (message.members?.[by] ?? 'sent') : message.progress
    if (!isFurther(progress, before)) return undefined
    const furthest = isFurther(progress, message.progress) ? progress : message.progress
    const members = inGroup ? { members: { ...message.members, [by]: progress } } : {}
    this.add(sender, id, { ...message, ...members, progress: furthest }, batch)
    return message
  }
}

function isFurther(one: Progress, other: Progress): boolean {
  return order.indexOf(one) > order.indexOf(other)
}
