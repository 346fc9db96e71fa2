import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { bytesOf, element, unixSeconds } from '../wire/nodes.js'
import { readSignalMessage } from './signal-message.js'

/** One copy of a message, encrypted for one device. */
export interface Copy {
  readonly account: Account
  readonly device: number
  readonly enc: BinaryNode
}

export interface Dispatch {
  readonly id: string
  readonly type: string
  readonly sender: Account
  readonly senderDevice: number
  /** Whose chat it is; for copies to the sender's own devices, that they know whom it went to. */
  readonly recipient: Account
  /** `peer` for what devices of one account tell each other. */
  readonly category?: string | undefined
  /** `device-identity` and whatever else goes to every device as it came. */
  readonly attachments?: readonly BinaryNode[]
}

/** Puts each copy into the mailbox of its device. */
export function deliver(network: Network, dispatch: Dispatch, copies: readonly Copy[], batch: Batch): void {
  for (const copy of copies) {
    const mailbox = network.mailboxOf(copy.account, copy.device)
    // A device that was just unlinked is no error of the sender.
    if (mailbox === undefined) continue
    inspect(network, dispatch, copy, batch)
    const content = [copy.enc, ...(dispatch.attachments ?? [])]
    network.post.post(mailbox, element('message', attributes(dispatch, copy.account), content), batch)
  }
}

function attributes(dispatch: Dispatch, to: Account): Record<string, string | undefined> {
  const { id, type, sender, senderDevice, recipient, category } = dispatch
  const common = { id, type, t: unixSeconds(), category }
  const byLid = sender.record.addressing === 'lid'
  const address = byLid
    ? { from: lidJid(sender.lid, senderDevice), addressing_mode: 'lid' }
    : { from: numberJid(sender.number, senderDevice), addressing_mode: 'pn' }
  if (to !== sender) {
    const alternative = byLid ? { sender_pn: numberJid(sender.number) } : { sender_lid: lidJid(sender.lid) }
    return { ...common, ...address, ...alternative, notify: sender.record.name }
  }
  if (category === 'peer') return { ...common, ...address }
  const chat = byLid
    ? { recipient: lidJid(recipient.lid), peer_recipient_pn: numberJid(recipient.number) }
    : { recipient: numberJid(recipient.number), peer_recipient_lid: lidJid(recipient.lid) }
  return { ...common, ...address, ...chat }
}

/** Looks for what a correct sender never does. */
function inspect(network: Network, { sender, senderDevice, id }: Dispatch, copy: Copy, batch: Batch): void {
  const message = readSignalMessage(copy.enc.attrs.type, bytesOf(copy.enc) ?? Buffer.alloc(0))
  if (message === undefined) return
  const from = `${sender.number}:${senderDevice}`
  const to = `${copy.account.number}:${copy.device}`
  if (network.counters.isReused(`${from}>${to}`, message, batch)) {
    const detail = `message ${id} to ${to} repeats counter ${message.counter}`
    network.history.add({ event: 'violation', rule: 'reused-counter', device: from, detail })
  }
  if (message.preKeyId !== undefined && !isKnownPreKey(copy, message.preKeyId)) {
    const detail = `message ${id} to ${to} uses pre-key ${message.preKeyId}`
    network.history.add({ event: 'violation', rule: 'unknown-pre-key', device: from, detail })
  }
}

function isKnownPreKey({ account, device }: Copy, id: number): boolean {
  if (device === 0) return id < account.record.nextPreKey
  return account.devices.get(device)?.preKeys.knows(id) ?? true
}
