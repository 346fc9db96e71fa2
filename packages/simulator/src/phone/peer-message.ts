import { randomBytes } from 'node:crypto'
import { encodeWAMessage, type proto } from 'baileys'
import type { Device } from '../accounts/device.js'
import { deliver } from '../post/deliver.js'
import { inspect } from '../post/inspection.js'
import type { Batch } from '../store/store.js'
import { bundleOf } from './bundles.js'
import type { Phone } from './phone.js'

/** Tells a companion something that concerns the devices of the account only: no chat shows it. */
export async function tellCompanion(
  phone: Phone,
  { id: device }: Device,
  message: proto.IMessage,
  batch: Batch,
): Promise<void> {
  const peer = { number: phone.number, device }
  if (!phone.cipher.hasSession(peer)) {
    const bundle = bundleOf(phone.network, phone.account, device)
    // Unlinked in the meantime.
    if (bundle === undefined) return
    await phone.cipher.openSession(peer, bundle, batch)
  }
  const enc = await phone.cipher.encrypt(peer, Buffer.from(encodeWAMessage(message)), batch)
  const id = `AC${randomBytes(15).toString('hex').toUpperCase()}`
  const { network, account } = phone
  const dispatch = { id, type: 'text', category: 'peer', sender: account, senderDevice: 0, chat: account }
  const copies = [{ account, device, content: [enc] }]
  inspect(network, dispatch, copies, batch)
  deliver(network, dispatch, copies, batch)
}
