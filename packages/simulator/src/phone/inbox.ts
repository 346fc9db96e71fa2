import type { BinaryNode } from 'baileys'
import type { KeyBundle } from '../keys.js'
import { receiptIds, routeReceipt } from '../post/accept-receipt.js'
import { deliver } from '../post/deliver.js'
import type { Batch } from '../store/store.js'
import { readAddress } from '../wire/addresses.js'
import { bigEndian, bytesOf, child, element, readBigEndian } from '../wire/nodes.js'
import { bundleElements } from './bundles.js'
import { messageText } from './message-text.js'
import { encryptAgain, sentElsewhere } from './outgoing.js'
import type { Phone } from './phone.js'

const attemptsAllowed = 5

/** What a phone does with a stanza from its mailbox. */
export async function handleStanza(phone: Phone, stanza: BinaryNode, batch: Batch): Promise<void> {
  if (stanza.tag === 'message') await receiveMessage(phone, stanza, batch)
  else if (stanza.attrs.type === 'retry') await sendAgain(phone, stanza, batch)
  else if (stanza.tag === 'receipt') noteReceipt(phone, stanza, batch)
}

async function receiveMessage(phone: Phone, stanza: BinaryNode, batch: Batch): Promise<void> {
  const { id = '', from = '', recipient } = stanza.attrs
  const sender = phone.network.directory.byJid(from)
  const enc = child(stanza, 'enc')
  if (sender === undefined || enc === undefined) return
  let message
  try {
    message = await phone.cipher.decrypt({ number: sender.number, device: readAddress(from)?.device ?? 0 }, enc, batch)
  } catch (error) {
    askAgain(phone, stanza, enc, error, batch)
    return
  }
  const own = sender === phone.account
  if (!own) routeReceipt(phone.network, phone.account, 0, element('receipt', { id, to: from }), batch)
  const text = messageText(message.deviceSentMessage?.message ?? message)
  if (text === undefined || phone.log.find(sender.number, id)) return
  const to = own ? (phone.network.directory.byJid(recipient)?.number ?? phone.number) : phone.number
  const status = own ? 'sent' : 'received'
  phone.log.put(
    { id, from: sender.number, to, text, status, timestamp: new Date(Number(stanza.attrs.t) * 1000) },
    batch,
  )
}

/** Tells the sending device that this could not be read, and how to reach this phone anew. */
function askAgain(phone: Phone, stanza: BinaryNode, enc: BinaryNode, error: unknown, batch: Batch): void {
  // libsignal's word for a message that was read before: nothing is missing.
  if (error instanceof Error && error.message.startsWith('Key used already')) return
  const attempt = Number(enc.attrs.count ?? 0) + 1
  if (attempt > attemptsAllowed) return
  const { id, from, t } = stanza.attrs
  const bundle = phone.keys.bundle(batch)
  const [registration, ...keys] = bundleElements(bundle)
  const receipt = element('receipt', { id, to: from, type: 'retry', recipient: stanza.attrs.recipient }, [
    element('retry', { count: attempt.toString(), id, t, v: '1', error: '0' }),
    registration ?? element('registration', {}, bigEndian(bundle.registrationId, 4)),
    element('keys', {}, keys),
  ])
  routeReceipt(phone.network, phone.account, 0, receipt, batch)
}

function noteReceipt(phone: Phone, receipt: BinaryNode, batch: Batch): void {
  const status = receipt.attrs.type === 'read' ? 'read' : 'delivered'
  for (const id of receiptIds(receipt)) {
    const message = phone.log.find(phone.number, id)
    if (message && message.status !== 'read') phone.log.put({ ...message, status }, batch)
  }
}

async function sendAgain(phone: Phone, receipt: BinaryNode, batch: Batch): Promise<void> {
  const { id = '', from } = receipt.attrs
  const account = phone.network.directory.byJid(from)
  const message = phone.log.find(phone.number, id)
  const recipient = message && phone.network.directory.byNumber(message.to)
  const attempt = Number(child(receipt, 'retry')?.attrs.count ?? 1)
  if (account === undefined || message === undefined || recipient === undefined || attempt > attemptsAllowed) return
  const plain = { conversation: message.text }
  const content = account === phone.account ? sentElsewhere(recipient, plain) : plain
  const target = { account, device: readAddress(from)?.device ?? 0 }
  const copy = await encryptAgain(phone, target, content, { attempt, bundle: readBundle(receipt) }, batch)
  if (copy === undefined) return
  deliver(phone.network, { id, type: 'text', sender: phone.account, senderDevice: 0, recipient }, [copy], batch)
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
