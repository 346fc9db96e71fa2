import { randomBytes } from 'node:crypto'
import type { proto } from 'baileys'
import type { Account } from '../accounts/account.js'
import { SimulatorError } from '../errors.js'
import { Group } from '../groups/group.js'
import type { PhoneMessage } from '../message.js'
import { deliver, type Copy, type Dispatch } from '../post/deliver.js'
import { inspect } from '../post/inspection.js'
import type { Batch } from '../store/store.js'
import { lidJid } from '../wire/addresses.js'
import { withContext } from './context.js'
import { describe } from './description.js'
import { encryptFor } from './outgoing.js'
import type { Correspondent } from './correspondent.js'
import { metaOf, traitsOf } from './traits.js'

/** A message that only has to be handed over. */
export interface Ready {
  readonly message: PhoneMessage
  readonly dispatch: Dispatch
  readonly copies: readonly Copy[]
}

/** Encrypts a message for every device it is for. `type`: what its stanza says it is, if that does not follow from it. */
export async function makeReady(
  phone: Correspondent,
  chat: Account | Group,
  plain: proto.IMessage,
  batch: Batch,
  type?: string,
): Promise<Ready> {
  if (chat instanceof Group) mustBeAllowedToWrite(phone, chat)
  const id = `AC${randomBytes(15).toString('hex').toUpperCase()}`
  const content = withTimer(phone, chat, plain)
  const copies = await encryptFor(phone, chat, content, batch)
  const traits = traitsOf(content)
  const message: PhoneMessage = {
    ...{ id, from: phone.number, to: chat instanceof Group ? chat.jid : chat.number },
    ...(describe(phone, phone.account, content) ?? { kind: 'other', text: '' }),
    ...{ content, status: 'sent', receipts: [], timestamp: new Date() },
  }
  const outside = { id, type: type ?? traits.type, edit: traits.edit, attachments: metaOf(traits) }
  const dispatch = { ...outside, sender: phone.account, senderDevice: 0, chat }
  // Here and not when it is handed over, which may be after many others.
  inspect(phone.network, dispatch, copies, batch)
  return { message, dispatch, copies }
}

/** Leaves it in the mailboxes of the devices. */
export function handOver(phone: Correspondent, { message, dispatch, copies }: Ready, batch: Batch): PhoneMessage {
  const { id, to } = message
  const { chat } = dispatch
  const sent = { ...message, timestamp: new Date() }
  phone.log.put(sent, batch)
  const address = chat instanceof Group ? chat.jid : lidJid(chat.lid)
  phone.network.sent.add(phone.number, id, { device: 0, chat: address, recipient: to, progress: 'sent' }, batch)
  deliver(phone.network, dispatch, copies, batch)
  return sent
}

/** How this phone names a message to others: in its own chat with them, and as its own or somebody's. */
export function keyOf(phone: Correspondent, message: PhoneMessage): proto.IMessageKey {
  const { id, from } = message
  const chat = chatOf(phone, message)
  const fromMe = from === phone.number
  if (!(chat instanceof Group)) return { remoteJid: lidJid(chat.lid), fromMe, id }
  const author = phone.network.directory.byNumber(from)
  return { remoteJid: chat.jid, fromMe, id, ...(author && { participant: chat.addressOf(author) }) }
}

/** The chat that a message is in, from this phone's side. */
export function chatOf(phone: Correspondent, { id, from, to }: PhoneMessage): Account | Group {
  const chat = phone.chatNamed(to === phone.number ? from : to)
  if (chat !== undefined) return chat
  throw new SimulatorError('recipient-not-found', `the chat of the message ${id} is gone`)
}

export function messageWith(phone: Correspondent, id: string): PhoneMessage {
  const message = phone.log.withId(id)
  if (message === undefined) throw new SimulatorError('message-not-found', `${phone.number} has no message ${id}`)
  return message
}

/** The message as one that disappears when those of its chat do. */
function withTimer(phone: Correspondent, chat: Account | Group, content: proto.IMessage): proto.IMessage {
  const expiration = chat instanceof Group ? chat.record.expiration : phone.log.timerOf(chat.number)
  return expiration > 0 ? withContext(content, { expiration }) : content
}

function mustBeAllowedToWrite(phone: Correspondent, group: Group): void {
  if (group.roleOf(phone.account) === undefined) {
    throw new SimulatorError('not-a-member', `${phone.number} is not in the group ${group.jid}`)
  }
  if (group.record.announcement && !group.isAdmin(phone.account)) {
    throw new SimulatorError('not-an-admin', `only admins may write to the group ${group.jid}`)
  }
}
