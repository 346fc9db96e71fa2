import { encodeBinaryNode, type BinaryNode } from 'baileys'
import type { Batch, Store } from '../store/store.js'

/** A stanza that waits for its acknowledgement. Its bytes never change, so a repeat carries the same ciphertext. */
export interface PostItem {
  readonly sequence: number
  /** The tag, or `peer` for what devices of one account tell each other; of receipts also the type and the member of a group, since several can carry one id: `receipt.read,1@lid`. */
  readonly label: string
  readonly id: string
  readonly bytes: Buffer
}

/** Who empties a mailbox now: the connection of a companion, or a phone that is online. */
export interface Taker {
  take(item: PostItem): void
}

/** A mailbox per device. An item stays until its device acknowledged it, however often it was handed over. */
export class PostOffice {
  readonly #boxes = new Map<string, Map<number, PostItem>>()
  readonly #takers = new Map<string, Taker>()
  #sequence = 0

  constructor(store: Store) {
    for (const { key, value } of store.load('post')) {
      const [mailbox = '', sequence = '', label = '', ...id] = key.split('/')
      const item = { sequence: Number(sequence), label, id: id.join('/'), bytes: Buffer.from(value) }
      this.#box(mailbox).set(item.sequence, item)
      this.#sequence = Math.max(this.#sequence, Number(sequence))
    }
  }

  post(mailbox: string, node: BinaryNode, batch: Batch): void {
    const sequence = ++this.#sequence
    const item = {
      sequence,
      label: labelOf(node),
      id: node.attrs.id ?? '',
      bytes: encodeBinaryNode(node),
    }
    batch.put('post', recordKey(mailbox, item), item.bytes)
    batch.whenCommitted(() => {
      this.#box(mailbox).set(sequence, item)
      this.#takers.get(mailbox)?.take(item)
    })
  }

  /** False if it was gone already. */
  remove(mailbox: string, item: PostItem, batch: Batch): boolean {
    batch.remove('post', recordKey(mailbox, item))
    return this.#box(mailbox).delete(item.sequence)
  }

  /** Oldest first. */
  waiting(mailbox: string): PostItem[] {
    return [...(this.#boxes.get(mailbox)?.values() ?? [])]
  }

  find(mailbox: string, match: (item: PostItem) => boolean): PostItem | undefined {
    for (const item of this.#boxes.get(mailbox)?.values() ?? []) if (match(item)) return item
    return undefined
  }

  attach(mailbox: string, taker: Taker): void {
    this.#takers.set(mailbox, taker)
  }

  detach(mailbox: string, taker: Taker): void {
    if (this.#takers.get(mailbox) === taker) this.#takers.delete(mailbox)
  }

  close(mailbox: string, batch: Batch): void {
    for (const item of this.waiting(mailbox)) batch.remove('post', recordKey(mailbox, item))
    this.#boxes.delete(mailbox)
    this.#takers.delete(mailbox)
  }

  #box(mailbox: string): Map<number, PostItem> {
    const existing = this.#boxes.get(mailbox)
    if (existing) return existing
    const box = new Map<number, PostItem>()
    this.#boxes.set(mailbox, box)
    return box
  }
}

/** Of a stanza, or of what the acknowledgement of one says about it, which does not tell a `peer` from a `message`. */
export function labelOf({ tag, attrs: { type, participant, category } }: Pick<BinaryNode, 'tag' | 'attrs'>): string {
  if (tag === 'message' && category === 'peer') return 'peer'
  if (tag !== 'receipt') return tag
  return `${tag}${type === undefined ? '' : `.${type}`}${participant === undefined ? '' : `,${participant}`}`
}

export function tagOf({ label }: PostItem): string {
  return label.replace(/[.,].*/, '')
}

function recordKey(mailbox: string, item: Pick<PostItem, 'sequence' | 'label' | 'id'>): string {
  return [mailbox, item.sequence.toString().padStart(12, '0'), item.label, item.id].join('/')
}
