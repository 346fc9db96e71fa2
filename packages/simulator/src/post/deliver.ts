import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { isBlocked } from '../accounts/privacy.js'
import { shownNumber } from '../accounts/shown-number.js'
import { addressingMode } from '../groups/elements.js'
import { namedIn, type Chat } from '../chat.js'
import { Group } from '../groups/group.js'
import type { Network } from '../network.js'
import { Audience, statusJid } from '../status/audience.js'
import type { Batch } from '../store/store.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { element, unixSeconds } from '../wire/nodes.js'

/** What one device gets of a message: one `enc` of its own, and in a group the one that is for everybody. */
export interface Copy {
  readonly account: Account
  readonly device: number
  readonly content: readonly BinaryNode[]
}

export interface Dispatch {
  readonly id: string
  readonly type: string
  readonly sender: Account
  readonly senderDevice: number
  /** Whose chat it is, which group's, or whose who may see a post; for copies to the sender's own devices, that they know where it went. */
  readonly chat: Chat
  /** `1` for a message that edits another, `7` for one that revokes it, `8` when an admin does. */
  readonly edit?: string | undefined
  /** `peer` for what devices of one account tell each other. */
  readonly category?: string | undefined
  /** `device-identity` and whatever else goes to every device as it came. */
  readonly attachments?: readonly BinaryNode[]
}

/** Puts each copy, which was inspected before, into the mailbox of its device. */
export function deliver(network: Network, dispatch: Dispatch, copies: readonly Copy[], batch: Batch): void {
  for (const { account, device, content } of copies) {
    const mailbox = network.mailboxOf(account, device)
    // A device that was just unlinked is no error of the sender, and who is blocked does not learn of it.
    if (mailbox === undefined || keepsOut(account, dispatch)) continue
    const stanza = element('message', attributes(dispatch, account), [...content, ...(dispatch.attachments ?? [])])
    network.post.post(mailbox, stanza, batch)
  }
}

/** In a group, even those who blocked each other read each other. */
function keepsOut(account: Account, { sender, chat }: Dispatch): boolean {
  return !(chat instanceof Group) && isBlocked(account, sender)
}

function attributes(dispatch: Dispatch, to: Account): Record<string, string | undefined> {
  const { id, type, sender, senderDevice, chat, category, edit } = dispatch
  const common = { id, type, t: unixSeconds(), category, edit }
  if (chat instanceof Group) {
    const group = { from: chat.jid, ...namedIn(chat, sender, senderDevice), addressing_mode: addressingMode(chat) }
    return { ...common, ...group, notify: sender.record.name }
  }
  const byLid = sender.record.addressing === 'lid'
  if (chat instanceof Audience) return { ...common, ...poster(dispatch, byLid && to !== sender) }
  const address = byLid
    ? { from: lidJid(sender.lid, senderDevice), addressing_mode: 'lid' }
    : { from: numberJid(sender.number, senderDevice), addressing_mode: 'pn' }
  if (to !== sender) {
    const alternative = byLid ? { sender_pn: shownNumber(sender) } : { sender_lid: lidJid(sender.lid) }
    return { ...common, ...address, ...alternative, notify: sender.record.name }
  }
  if (category === 'peer') return { ...common, ...address }
  const recipient = byLid
    ? { recipient: lidJid(chat.lid), peer_recipient_pn: shownNumber(chat) }
    : { recipient: numberJid(chat.number), peer_recipient_lid: lidJid(chat.lid) }
  return { ...common, ...address, ...recipient }
}

/** One's own devices are told one's number, by which alone the library's `decodeMessageNode` knows such a post as its own. */
function poster({ sender, senderDevice }: Dispatch, byLid: boolean): Record<string, string | undefined> {
  const who = byLid
    ? { participant: lidJid(sender.lid, senderDevice), participant_pn: shownNumber(sender) }
    : { participant: numberJid(sender.number, senderDevice), participant_lid: lidJid(sender.lid) }
  return { from: statusJid, ...who, addressing_mode: byLid ? 'lid' : 'pn', notify: sender.record.name }
}
