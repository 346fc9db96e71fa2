import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'
import type { SignalMessage } from './signal-message.js'

interface Chain {
  readonly key: string
  readonly highest: number
  /** The latest messages, newest last: a repeat of the same bytes is a redelivery and harmless. */
  readonly recent: readonly (readonly [counter: number, digest: string])[]
}

const chainsKept = 3
const messagesKept = 48

/** Notices a sender that encrypts two different messages with one message key. */
export class CounterWatch {
  readonly #chains = new Map<string, readonly Chain[]>()

  constructor(store: Store) {
    for (const { key, value } of store.load('ratchet')) this.#chains.set(key, fromText(String(value)) as Chain[])
  }

  /** True when this counter was used before, for something else. `pair` names both devices. */
  isReused(pair: string, message: SignalMessage, batch: Batch): boolean {
    const chains = this.#chains.get(pair) ?? []
    const chain = chains.find(({ key }) => key === message.chain) ?? { key: message.chain, highest: -1, recent: [] }
    const before = chain.recent.find(([counter]) => counter === message.counter)
    if (before?.[1] === message.digest) return false
    if (before !== undefined) return true
    // Too old to remember the bytes of: two of our own frames can overtake each other, but not by so many.
    if (message.counter <= chain.highest - messagesKept) return true
    const next: Chain = {
      key: chain.key,
      highest: Math.max(chain.highest, message.counter),
      recent: [...chain.recent, [message.counter, message.digest] as const].slice(-messagesKept),
    }
    const kept = [...chains.filter(({ key }) => key !== chain.key), next].slice(-chainsKept)
    this.#chains.set(pair, kept)
    batch.put('ratchet', pair, () => toText(kept))
    return false
  }
}
