import { proto, unpadRandomMax16, type BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { isCollectionName } from '../app-state/collection.js'
import type { PhoneMessage } from '../message.js'
import { routeReceipt } from '../post/accept-receipt.js'
import { statusJid } from '../status/audience.js'
import type { Batch } from '../store/store.js'
import { readAddress } from '../wire/addresses.js'
import { bigEndian, bytesOf, children, element } from '../wire/nodes.js'
import { bundleElements } from './bundles.js'
import type { Peer } from './cipher.js'
import { describe } from './description.js'
import { answerFileRequest } from './file-requests.js'
import type { Phone } from './phone.js'
import { noteReceipt } from './receipts.js'
import { attemptsAllowed, sendAgain } from './resending.js'
import { usedAlready } from './sender-key.js'

/** What a phone does with a stanza from its mailbox. */
export async function handleStanza(phone: Phone, stanza: BinaryNode, batch: Batch): Promise<void> {
  if (stanza.tag === 'message') await receiveMessage(phone, stanza, batch)
  else if (stanza.attrs.type === 'retry') await sendAgain(phone, stanza, batch)
  else if (stanza.attrs.type === 'server-error') answerFileRequest(phone, stanza, batch)
  else if (stanza.tag === 'receipt') noteReceipt(phone, stanza, batch)
  else if (stanza.attrs.type === 'server_sync') await fetchState(phone, stanza, batch)
}

/** A companion changed something that the devices of the account have in common. */
async function fetchState(phone: Phone, stanza: BinaryNode, batch: Batch): Promise<void> {
  for (const { attrs } of children(stanza, 'collection')) {
    if (isCollectionName(attrs.name)) await phone.appState.fetch(attrs.name, batch)
  }
}

/** Who sent a stanza, and where. */
interface Origin {
  readonly sender: Account
  readonly peer: Peer
  /** The JID of the group or of status posts, if it is one of these. */
  readonly shared: string | undefined
}

async function receiveMessage(phone: Phone, stanza: BinaryNode, batch: Batch): Promise<void> {
  const { id = '', from = '', participant, t } = stanza.attrs
  const origin = originOf(phone, stanza)
  if (origin === undefined) return
  let message
  try {
    message = await decrypt(phone, stanza, origin, batch)
  } catch (error) {
    askAgain(phone, stanza, error, batch)
    return
  }
  if (message === undefined) return
  const { sender, shared } = origin
  const content = message.deviceSentMessage?.message ?? message
  const description = describe(phone, sender, content)
  // What devices tell each other without showing it is spared.
  if (description && phone.network.faults.take('unreadable', { number: phone.number })) {
    askAgain(phone, stanza, undefined, batch)
    return
  }
  phone.asked.delete(id)
  const own = sender === phone.account
  const companion = own ? phone.account.devices.get(origin.peer.device) : undefined
  if (companion && content.protocolMessage?.appStateSyncKeyRequest) await phone.appState.shareKeyWith(companion, batch)
  phone.network.presence.wrote(sender, phone.account, shared ?? sender.number)
  if (!own) {
    const receipt = element('receipt', { id, to: from, participant: shared && participant })
    routeReceipt(phone.network, phone.account, 0, receipt, batch)
  }
  if (description === undefined || phone.log.find(sender.number, id)) return
  const received: PhoneMessage = {
    ...{ id, from: sender.number, to: shared ?? recipientOf(phone, own, stanza), ...description, content },
    ...{ status: own ? 'sent' : 'received', receipts: [], timestamp: new Date(Number(t) * 1000) },
  }
  phone.log.put(received, batch)
}

function originOf(phone: Phone, { attrs: { from, participant } }: BinaryNode): Origin | undefined {
  const shared = from === statusJid ? statusJid : phone.network.groups.byJid(from)?.jid
  const device = shared === undefined ? from : participant
  const sender = phone.network.directory.byJid(device)
  return sender && { sender, shared, peer: { number: sender.number, device: readAddress(device)?.device ?? 0 } }
}

function recipientOf(phone: Phone, own: boolean, { attrs: { recipient } }: BinaryNode): string {
  return own ? (phone.network.directory.byJid(recipient)?.number ?? phone.number) : phone.number
}

/** The parts of a message put together: a key for a group may come in one and the content in another. */
async function decrypt(
  phone: Phone,
  stanza: BinaryNode,
  origin: Origin,
  batch: Batch,
): Promise<proto.IMessage | undefined> {
  let whole: proto.IMessage | undefined
  for (const enc of children(stanza, 'enc')) {
    const part = await decryptPart(phone, enc, origin, batch)
    whole = { ...whole, ...part }
  }
  return whole
}

async function decryptPart(
  phone: Phone,
  enc: BinaryNode,
  { peer, shared }: Origin,
  batch: Batch,
): Promise<proto.IMessage> {
  const device = `${peer.number}:${peer.device}`
  if (enc.attrs.type === 'skmsg' && shared !== undefined) {
    const padded = phone.senderKeys.decrypt(shared, device, bytesOf(enc) ?? Buffer.alloc(0), batch)
    return proto.Message.decode(unpadRandomMax16(padded))
  }
  const message = await phone.cipher.decrypt(peer, enc, batch)
  const key = message.senderKeyDistributionMessage
  if (key?.groupId && key.axolotlSenderKeyDistributionMessage) {
    phone.senderKeys.learn(key.groupId, device, key.axolotlSenderKeyDistributionMessage, batch)
  }
  return message
}

/** Tells the sending device that this could not be read, and how to reach this phone anew. */
function askAgain(phone: Phone, stanza: BinaryNode, error: unknown, batch: Batch): void {
  // Nothing is missing.
  if (error instanceof Error && error.message.startsWith(usedAlready)) return
  const { id = '', from, t, recipient, participant } = stanza.attrs
  // Counted here and not read from the message: what the library sends again to a phone does not say how often.
  const attempt = (phone.asked.get(id) ?? 0) + 1
  if (attempt > attemptsAllowed) return
  phone.asked.set(id, attempt)
  const bundle = phone.keys.bundle(batch)
  const [registration, ...keys] = bundleElements(bundle)
  const receipt = element('receipt', { id, to: from, type: 'retry', recipient, participant }, [
    element('retry', { count: attempt.toString(), id, t, v: '1', error: '0' }),
    registration ?? element('registration', {}, bigEndian(bundle.registrationId, 4)),
    element('keys', {}, keys),
  ])
  routeReceipt(phone.network, phone.account, 0, receipt, batch)
}
