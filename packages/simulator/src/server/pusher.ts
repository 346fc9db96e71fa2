import { decodeBinaryNode, type BinaryNode } from 'baileys'
import type { Network } from '../network.js'
import type { PostItem } from '../post/post-office.js'
import type { Connection } from './connection.js'

/** Hands the post of one device to its connection, in order, with whatever trouble is scripted for the way. */
export class Pusher {
  readonly #network: Network
  readonly #connection: Connection
  readonly #number: string
  readonly #device: string
  readonly #pushed = new Set<number>()
  #work: Promise<void> = Promise.resolve()
  /** A message that has to let the next one pass. */
  #held: BinaryNode | undefined

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
      this.#withOrder(node)
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

  #withOrder(node: BinaryNode): void {
    const subject = { number: this.#number }
    if (node.tag !== 'message') {
      this.#send(node)
    } else if (this.#held) {
      this.#send(node)
      this.#send(this.#held)
      this.#held = undefined
    } else if (this.#network.faults.take('reorder', subject)) {
      this.#held = node
    } else {
      this.#send(node)
      if (this.#network.faults.take('duplicate', subject)) this.#send(node)
    }
  }

  #send(node: BinaryNode): void {
    if (!this.#connection.isOpen || this.#connection.silent) return
    const trace = { connection: this.#connection.id, device: this.#device }
    this.#network.history.add({ event: 'pushed', ...trace, id: node.attrs.id ?? '', tag: node.tag })
    this.#connection.send(node)
  }
}
