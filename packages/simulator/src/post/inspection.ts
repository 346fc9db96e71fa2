import type { BinaryNode } from 'baileys'
import { isShared } from '../chat.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { bytesOf, children } from '../wire/nodes.js'
import type { Copy, Dispatch } from './deliver.js'
import { readSignalMessage } from './signal-message.js'

type Sending = Pick<Dispatch, 'id' | 'sender' | 'senderDevice' | 'chat'>

/**
 * Looks for what a correct sender never does. A repeat of the same bytes is none of it, so a message that comes a second
 * time may be looked at a second time.
 */
export function inspect(network: Network, sending: Sending, copies: readonly Copy[], batch: Batch): void {
  const seen = new Set<BinaryNode>()
  for (const copy of copies) {
    // Nobody gets what is for a device that was just unlinked.
    if (network.mailboxOf(copy.account, copy.device) === undefined) continue
    for (const enc of copy.content) {
      // What a group has in common is one message, however many devices get it.
      if (!seen.has(enc)) inspectPart(network, sending, copy, enc, batch)
      seen.add(enc)
    }
  }
}

function inspectPart(network: Network, sending: Sending, copy: Copy, enc: BinaryNode, batch: Batch): void {
  const message = readSignalMessage(enc.attrs.type, bytesOf(enc) ?? Buffer.alloc(0))
  if (message === undefined) return
  const from = `${sending.sender.number}:${sending.senderDevice}`
  // A sender key has one chain for the whole group, where a session has one for each device.
  const to =
    enc.attrs.type === 'skmsg' && isShared(sending.chat) ? sending.chat.jid : `${copy.account.number}:${copy.device}`
  if (network.counters.isReused(`${from}>${to}`, message, batch)) {
    const detail = `message ${sending.id} to ${to} repeats counter ${message.counter}`
    network.history.add({ event: 'violation', rule: 'reused-counter', device: from, detail })
  }
  if (message.preKeyId !== undefined && !isKnownPreKey(copy, message.preKeyId)) {
    const detail = `message ${sending.id} to ${to} uses pre-key ${message.preKeyId}`
    network.history.add({ event: 'violation', rule: 'unknown-pre-key', device: from, detail })
  }
}

/** How each part of a message is encrypted, in order. */
export function encryptionOf(message: BinaryNode): string[] {
  return children(message, 'enc').map(({ attrs }) => attrs.type ?? '')
}

function isKnownPreKey({ account, device }: Copy, id: number): boolean {
  if (device === 0) return id < account.record.nextPreKey
  return account.devices.get(device)?.preKeys.knows(id) ?? true
}
