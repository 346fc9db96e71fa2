import type { BinaryNode } from 'baileys'
import { isShared } from '../chat.js'
import type { KeyBundle } from '../keys.js'
import { deliver } from '../post/deliver.js'
import { statusJid } from '../status/audience.js'
import type { Batch } from '../store/store.js'
import { readAddress } from '../wire/addresses.js'
import { bytesOf, child, readBigEndian } from '../wire/nodes.js'
import { encryptAgain, sentElsewhere, withSenderKey } from './outgoing.js'
import type { Phone } from './phone.js'
import { chatOf } from './whereabouts.js'
import { metaOf, traitsOf } from './traits.js'

/** How often one message is asked for, and sent, once more. */
export const attemptsAllowed = 5

/** A device could not read a message of this phone and asks for it again. */
export async function sendAgain(phone: Phone, receipt: BinaryNode, batch: Batch): Promise<void> {
  const { id = '', from, participant } = receipt.attrs
  const message = phone.log.find(phone.number, id)
  const chat = message && (message.to === statusJid ? chatOf(phone, message) : phone.chatNamed(message.to))
  const device = chat !== undefined && isShared(chat) ? participant : from
  const account = phone.network.directory.byJid(device)
  const attempt = Number(child(receipt, 'retry')?.attrs.count ?? 1)
  if (account === undefined || message === undefined || chat === undefined || attempt > attemptsAllowed) return
  const plain = message.content
  const own = account === phone.account
  const content = isShared(chat) ? withSenderKey(phone, chat, plain) : own ? sentElsewhere(chat, plain) : plain
  const target = { account, device: readAddress(device)?.device ?? 0 }
  const copy = await encryptAgain(phone, target, content, { attempt, bundle: readBundle(receipt) }, batch)
  if (copy === undefined) return
  const traits = traitsOf(plain)
  const outside = { id, type: traits.type, edit: traits.edit, attachments: metaOf(traits) }
  deliver(phone.network, { ...outside, sender: phone.account, senderDevice: 0, chat }, [copy], batch)
}

/** Only later retry receipts carry keys. */
function readBundle(receipt: BinaryNode): KeyBundle | undefined {
  const keys = child(receipt, 'keys')
  const signed = child(keys, 'skey')
  const [identityKey, value, signature] = [
    bytesOf(child(keys, 'identity')),
    bytesOf(child(signed, 'value')),
    bytesOf(child(signed, 'signature')),
  ]
  if (!identityKey || !value || !signature) return undefined
  const oneTime = child(keys, 'key')
  const key = bytesOf(child(oneTime, 'value'))
  return {
    registrationId: readBigEndian(bytesOf(child(receipt, 'registration'))),
    identityKey,
    signedPreKey: { id: readBigEndian(bytesOf(child(signed, 'id'))), key: value, signature },
    ...(key && { preKey: { id: readBigEndian(bytesOf(child(oneTime, 'id'))), key } }),
  }
}
