import type { proto } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { KeyBundle } from '../keys.js'
import type { Copy } from '../post/deliver.js'
import type { Batch } from '../store/store.js'
import { lidJid } from '../wire/addresses.js'
import type { Phone } from './phone.js'
import { bundleOf } from './bundles.js'

/** A copy for every device of the recipient. */
export async function encryptFor(
  phone: Phone,
  recipient: Account,
  message: proto.IMessage,
  batch: Batch,
): Promise<Copy[]> {
  if (recipient === phone.account) return []
  return encryptForDevices(phone, recipient, recipient.deviceIds(), message, batch)
}

/** A copy for each companion of the phone itself, telling which chat it went to. */
export async function encryptForOwnDevices(
  phone: Phone,
  recipient: Account,
  message: proto.IMessage,
  batch: Batch,
): Promise<Copy[]> {
  const own = [...phone.account.devices.keys()]
  return encryptForDevices(phone, phone.account, own, sentElsewhere(recipient, message), batch)
}

export function sentElsewhere(recipient: Account, message: proto.IMessage): proto.IMessage {
  return { deviceSentMessage: { destinationJid: lidJid(recipient.lid), message } }
}

async function encryptForDevices(
  phone: Phone,
  account: Account,
  devices: readonly number[],
  message: proto.IMessage,
  batch: Batch,
): Promise<Copy[]> {
  const copies: Copy[] = []
  for (const device of devices) {
    const peer = { number: account.number, device }
    if (!phone.cipher.hasSession(peer)) {
      const bundle = bundleOf(phone.network, account, device)
      // Unlinked since the list was made.
      if (bundle === undefined) continue
      await phone.cipher.openSession(peer, bundle, batch)
    }
    copies.push({ account, device, enc: await phone.cipher.encrypt(peer, message, batch) })
  }
  return copies
}

/** Once more for one device that could not read it, in a new session. */
export async function encryptAgain(
  phone: Phone,
  copy: Omit<Copy, 'enc'>,
  message: proto.IMessage,
  again: { readonly attempt: number; readonly bundle?: KeyBundle | undefined },
  batch: Batch,
): Promise<Copy | undefined> {
  const bundle = again.bundle ?? bundleOf(phone.network, copy.account, copy.device)
  if (bundle === undefined) return undefined
  const peer = { number: copy.account.number, device: copy.device }
  await phone.cipher.openSession(peer, bundle, batch)
  return { ...copy, enc: await phone.cipher.encrypt(peer, message, batch, again.attempt) }
}
