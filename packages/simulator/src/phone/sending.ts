import { randomBytes } from 'node:crypto'
import type { proto } from 'baileys'
import { SimulatorError } from '../errors.js'
import { isShared, type Chat } from '../chat.js'
import { Group } from '../groups/group.js'
import type { PhoneMessage } from '../message.js'
import { deliver, type Copy, type Dispatch } from '../post/deliver.js'
import { inspect } from '../post/inspection.js'
import { Audience } from '../status/audience.js'
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
  chat: Chat,
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
    ...{ id, from: phone.number, to: isShared(chat) ? chat.jid : chat.number },
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
  const address = isShared(chat) ? chat.jid : lidJid(chat.lid)
  const audience = chat instanceof Audience && { audience: chat.accounts.map(({ number }) => number) }
  const sending = { device: 0, chat: address, recipient: to, progress: 'sent', ...audience } as const
  phone.network.sent.add(phone.number, id, sending, batch)
  deliver(phone.network, dispatch, copies, batch)
  return sent
}

/** The message as one that disappears when those of its chat do. */
function withTimer(phone: Correspondent, chat: Chat, content: proto.IMessage): proto.IMessage {
  if (chat instanceof Audience) return content
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
