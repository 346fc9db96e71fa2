import { decodeBinaryNode, type BinaryNode } from 'baileys'
import type { Network } from '../network.js'
import { encryptionOf } from '../post/inspection.js'
import { tagOf, type PostItem } from '../post/post-office.js'
import type { Connection } from './connection.js'

interface Stanza {
  readonly number: number
  readonly tag: string
  readonly node: BinaryNode
}

/** Hands the post of one device to its connection, in order, with whatever trouble is scripted for the way. */
export class Pusher {
  readonly #network: Network
  readonly #connection: Connection
  readonly #number: string
  readonly #device: string
  readonly #pushed = new Set<number>()
  #work: Promise<void> = Promise.resolve()
  /** Messages that have to let later ones pass, and how many of these are still to come. */
  readonly #held: Stanza[] = []
  #awaited = 0

  constructor(network: Network, connection: Connection, number: string, device: string) {
    this.#network = network
    this.#connection = connection
    this.#number = number
    this.#device = device
  }

  /** `offline` marks what waited while the device was away. */
  push(item: PostItem, offline: boolean): void {
    this.#work = this.#work.then(async () => {
      if (!this.#connection.isOpen) return
      const node = await decodeBinaryNode(item.bytes)
      if (offline) node.attrs.offline = '1'
      await this.#delay()
      this.#pushed.add(item.sequence)
      this.#withOrder({ number: item.sequence, tag: tagOf(item), node })
    })
  }

  /** After everything that was pushed so far. */
  then(act: () => void): void {
    this.#work = this.#work.then(act)
  }

  wasPushed(item: PostItem): boolean {
    return this.#pushed.has(item.sequence)
  }

  forget(item: PostItem): void {
    this.#pushed.delete(item.sequence)
  }

  #delay(): Promise<void> {
    const fault = this.#network.faults.take('delay', { number: this.#number })
    if (fault === undefined) return Promise.resolve()
    return new Promise((resolve) => this.#connection.after(fault.ms, resolve))
  }

  #withOrder(stanza: Stanza): void {
    const subject = { number: this.#number }
    if (stanza.tag !== 'message') {
      this.#send(stanza)
      return
    }
    if (this.#awaited === 0) this.#awaited = this.#reorderedNow(subject)
    if (this.#awaited > 0) {
      this.#hold(stanza)
      return
    }
    this.#send(stanza)
    if (this.#network.faults.take('duplicate', subject)) this.#send(stanza)
  }

  #reorderedNow(subject: { readonly number: string }): number {
    const fault = this.#network.faults.take('reorder', subject)
    return fault ? (fault.count ?? 2) : 0
  }

  #hold(stanza: Stanza): void {
    this.#held.push(stanza)
    this.#awaited--
    if (this.#awaited > 0) return
    for (const one of this.#held.splice(0).reverse()) this.#send(one)
  }

  #send({ number, tag, node }: Stanza): void {
    if (!this.#connection.isOpen || this.#connection.silent) return
    const { attrs } = node
    const trace = { connection: this.#connection.id, device: this.#device, stanza: number, id: attrs.id ?? '', tag }
    const encryption = node.tag === 'message' ? { encryption: encryptionOf(node) } : {}
    this.#network.history.add({ event: 'pushed', ...trace, ...encryption })
    this.#connection.send(node)
  }
}
