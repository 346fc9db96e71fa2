import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Device } from '../accounts/device.js'
import type { Acknowledgement } from '../api.js'
import type { LiveDevice, Network } from '../network.js'
import { acceptPresence } from '../presence/accept-presence.js'
import { acceptMessage } from '../post/accept-message.js'
import { receiptIds, routeReceipt } from '../post/accept-receipt.js'
import { labelOf, tagOf, type PostItem, type Taker } from '../post/post-office.js'
import { answerQuery } from '../iq/queries.js'
import { element } from '../wire/nodes.js'
import type { Connection, Role } from './connection.js'
import { answerIq } from './iq-answer.js'
import { Pusher } from './pusher.js'

/**
 * Receipts that say "I have it": the plain one, that of a device nobody looks at, and those for what one's own devices
 * sent. Read and played receipts concern what was delivered long ago; a retry receipt is followed by an ack of its own.
 */
const acknowledging: ReadonlySet<string> = new Set(['', 'inactive', 'sender', 'peer_msg', 'hist_sync'])

/** The connection of a logged-in companion. */
export class Session implements Role, Taker, LiveDevice {
  readonly account: Account
  readonly device: Device
  readonly network: Network
  readonly #connection: Connection
  readonly #pusher: Pusher
  #active = false

  constructor(connection: Connection, network: Network, account: Account, device: Device) {
    this.#connection = connection
    this.network = network
    this.account = account
    this.device = device
    this.#pusher = new Pusher(network, connection, account.number, device.name)
  }

  get connected(): boolean {
    return this.#connection.isOpen
  }

  /** From now on the device gets its post: first what waited, then what comes. */
  activate(): void {
    if (this.#active) return
    this.#active = true
    const waiting = this.network.post.waiting(this.device.name)
    if (waiting.length > 0) this.#connection.send(preview(waiting))
    for (const item of waiting) this.#pusher.push(item, true)
    this.#pusher.then(() => {
      this.#connection.send(element('ib', {}, [element('offline', { count: waiting.length.toString() })]))
    })
    this.network.post.attach(this.device.name, this)
  }

  take(item: PostItem): void {
    this.#pusher.push(item, false)
  }

  tell(node: BinaryNode): void {
    this.#connection.send(node)
  }

  dismiss(streamError: BinaryNode): void {
    this.network.post.detach(this.device.name, this)
    this.#connection.dismiss(streamError)
  }

  /** Another connection of the same device took over. */
  evict(): void {
    this.network.post.detach(this.device.name, this)
    this.network.presence.gone(this.account, this.device.id)
    const report = (rule: 'second-connection' | 'frame-after-eviction', detail: string) => {
      this.network.history.add({ event: 'violation', rule, ...this.#trace(), detail })
    }
    this.#connection.dismiss(replaced(), {
      alive: () => {
        report('second-connection', 'another connection logged in while this one was alive')
      },
      ignored: () => {
        report('frame-after-eviction', 'went on after it was replaced')
      },
    })
  }

  closed(): void {
    this.network.post.detach(this.device.name, this)
    if (this.network.live.get(this.device.name) !== this) return
    this.network.live.delete(this.device.name)
    this.network.presence.gone(this.account, this.device.id)
  }

  receive(node: BinaryNode): void {
    switch (node.tag) {
      case 'iq':
        if (node.attrs.type === 'get' || node.attrs.type === 'set' || node.attrs.xmlns !== undefined) this.#query(node)
        break
      case 'message':
        this.#message(node)
        break
      case 'receipt':
        this.#receipt(node)
        break
      case 'ack':
        this.#ack(node)
        break
      case 'call':
        this.#connection.send(this.network.calls.answer(this.account, this.device.id, node))
        break
      case 'presence':
      case 'chatstate':
        acceptPresence(this.network.presence, this.account, this.device.id, node)
        break
      default:
        // What else wants no answer.
        break
    }
  }

  #message(node: BinaryNode): void {
    const ack = acceptMessage(this.network, this.account, this.device, node)
    const subject = { number: this.account.number }
    if (this.network.faults.take('withhold-ack', subject)) return
    const late = this.network.faults.take('late-ack', subject)
    if (late === undefined) this.#connection.send(ack)
    else
      this.#connection.after(late.ms, () => {
        this.#connection.send(ack)
      })
  }

  #query(iq: BinaryNode): void {
    const answer = answerQuery(iq, this)
    this.#connection.send(answerIq(iq, answer.content))
    answer.afterwards?.()
  }

  #receipt(node: BinaryNode): void {
    const { id = '', to, type } = node.attrs
    const trace = { ...this.#trace(), id, tag: 'receipt' }
    this.network.history.add({ event: 'received', ...trace, ...(to && { to }), ...(type && { type }) })
    const batch = this.network.batch()
    routeReceipt(this.network, this.account, this.device.id, node, batch)
    batch.commit()
    if (acknowledging.has(type ?? '')) {
      for (const one of receiptIds(node)) this.#acknowledge('message', one, { by: 'receipt', type: type ?? '' })
    }
    this.#connection.send(element('ack', { class: 'receipt', id, from: to, type, participant: node.attrs.participant }))
  }

  #ack({ attrs }: BinaryNode): void {
    const how = attrs.error === undefined ? { by: 'ack' as const } : { by: 'nack' as const, error: Number(attrs.error) }
    this.#acknowledge(labelOf({ tag: attrs.class ?? '', attrs }), attrs.id ?? '', how)
  }

  #acknowledge(label: string, id: string, how: Acknowledgement): void {
    const labels = label === 'message' ? [label, 'peer'] : [label]
    const acked = (item: PostItem) => labels.includes(item.label) && item.id === id && this.#pusher.wasPushed(item)
    const item = this.network.post.find(this.device.name, acked)
    if (item === undefined) return
    if (item.label === 'message' && this.network.faults.take('lose-ack', { number: this.account.number })) return
    const batch = this.network.batch()
    this.network.post.remove(this.device.name, item, batch)
    batch.commit()
    this.#pusher.forget(item)
    const trace = { ...this.#trace(), stanza: item.sequence, id, tag: tagOf(item) }
    this.network.history.add({ event: 'acked', ...trace, ...how })
  }

  #trace(): { connection: number; device: string } {
    return { connection: this.#connection.id, device: this.device.name }
  }
}

export function replaced(): BinaryNode {
  return element('stream:error', {}, [element('conflict', { type: 'replaced' })])
}

function preview(waiting: readonly PostItem[]): BinaryNode {
  const count = (tag: string) => waiting.filter((item) => tagOf(item) === tag).length.toString()
  const attrs = {
    count: waiting.length.toString(),
    message: count('message'),
    receipt: count('receipt'),
    notification: count('notification'),
    appdata: count('peer'),
  }
  return element('ib', {}, [element('offline_preview', attrs)])
}
