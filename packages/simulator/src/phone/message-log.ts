import { proto } from 'baileys'
import type { MessageKind, MessageReceipt, PhoneMessage } from '../message.js'
import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'

/** Those of networks that knew texts only have neither kind nor content. */
type StoredMessage = Omit<PhoneMessage, 'timestamp' | 'content' | 'receipts' | 'kind'> & {
  readonly kind?: MessageKind
  readonly timestamp: number
  /** An encoded `Message`. */
  readonly content?: Uint8Array
  readonly receipts?: readonly (Omit<MessageReceipt, 'at'> & { readonly at: number })[]
}

/** Somebody who waits for a message. */
interface Waiting {
  readonly look: (message: PhoneMessage) => void
  readonly giveUp: (why: string) => void
}

/** What a phone sent and received, oldest first. */
export class MessageLog {
  readonly #number: string
  readonly #messages: PhoneMessage[] = []
  readonly #places = new Map<string, number>()
  readonly #byId = new Map<string, number>()
  /** After how many seconds messages disappear, by the number of the other side. */
  readonly #timers = new Map<string, number>()
  readonly #waiting = new Set<Waiting>()

  constructor(number: string) {
    this.#number = number
  }

  restore(text: string): void {
    this.#keep(fromStored(fromText(text) as StoredMessage))
  }

  all(): readonly PhoneMessage[] {
    return this.#messages.slice()
  }

  find(from: string, id: string): PhoneMessage | undefined {
    const place = this.#places.get(`${from}/${id}`)
    return place === undefined ? undefined : this.#messages[place]
  }

  /** Whoever sent it. */
  withId(id: string): PhoneMessage | undefined {
    const place = this.#byId.get(id)
    return place === undefined ? undefined : this.#messages[place]
  }

  /** Seconds after which messages with this number disappear; 0 for never. */
  timerOf(number: string): number {
    return this.#timers.get(number) ?? 0
  }

  /** Adds the message, or replaces what was known of it. Whoever waits for it hears of it once it is stored. */
  put(message: PhoneMessage, batch: Batch): void {
    const place = this.#keep(message)
    const key = `${this.#number}/${place.toString().padStart(9, '0')}`
    batch.put('phone-message', key, () => toText(toStored(message)))
    batch.whenCommitted(() => {
      for (const { look } of [...this.#waiting]) look(message)
    })
  }

  /** The first message, past or future, that matches. */
  wait(match: (message: PhoneMessage) => boolean, timeout: number): Promise<PhoneMessage> {
    const already = this.#messages.find(match)
    if (already) return Promise.resolve(already)
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
      }
      const giveUp = (why: string) => {
        stop()
        reject(new Error(`no such message reached ${this.#number}: ${why}`))
      }
      const look = (message: PhoneMessage) => {
        if (!match(message)) return
        stop()
        resolve(message)
      }
      const timer = setTimeout(giveUp, timeout, `${timeout} ms are over`)
      const waiting = { look, giveUp }
      this.#waiting.add(waiting)
    })
  }

  close(): void {
    for (const { giveUp } of [...this.#waiting]) giveUp('the network was closed')
  }

  forget(batch: Batch): void {
    this.#messages.forEach((_, place) => {
      batch.remove('phone-message', `${this.#number}/${place.toString().padStart(9, '0')}`)
    })
  }

  #keep(message: PhoneMessage): number {
    const name = `${message.from}/${message.id}`
    const place = this.#places.get(name) ?? this.#messages.length
    this.#messages[place] = message
    this.#places.set(name, place)
    this.#byId.set(message.id, place)
    if (message.kind === 'timer') this.#timers.set(this.#otherSide(message), message.expiration ?? 0)
    return place
  }

  #otherSide({ from, to }: PhoneMessage): string {
    return to === this.#number ? from : to
  }
}

function toStored(message: PhoneMessage): StoredMessage {
  return {
    ...message,
    timestamp: message.timestamp.getTime(),
    content: proto.Message.encode(message.content).finish(),
    receipts: message.receipts.map((one) => ({ ...one, at: one.at.getTime() })),
  }
}

function fromStored({ kind = 'text', content, receipts = [], ...stored }: StoredMessage): PhoneMessage {
  return {
    ...stored,
    kind,
    timestamp: new Date(stored.timestamp),
    content: content ? proto.Message.decode(content) : { conversation: stored.text },
    receipts: receipts.map((one) => ({ ...one, at: new Date(one.at) })),
  }
}

export function restoreMessages(store: Store, logOf: (number: string) => MessageLog | undefined): void {
  for (const { key, value } of store.load('phone-message')) {
    logOf(key.slice(0, key.indexOf('/')))?.restore(String(value))
  }
}
