import type { Account } from './accounts/account.js'
import { shownNumber } from './accounts/shown-number.js'
import { Group } from './groups/group.js'
import { Audience } from './status/audience.js'
import { lidJid, numberJid } from './wire/addresses.js'

/** Where a message goes. */
export type Chat = Account | Group | Audience

/** Several read what is said there, encrypted once for all of them. */
export type SharedChat = Group | Audience

export function isShared(chat: Chat): chat is SharedChat {
  return chat instanceof Group || chat instanceof Audience
}

/** How a device of an account is named in a chat: in a group as the group has it, elsewhere as the account itself. */
export function addressIn(chat: Chat, account: Account, device = 0): string {
  if (chat instanceof Group) return chat.addressOf(account, device)
  return account.record.addressing === 'lid' ? lidJid(account.lid, device) : numberJid(account.number, device)
}

/** Attributes by which stanzas of a shared chat name somebody: under one kind of address, and the other beside it. */
export function namedIn(chat: SharedChat, account: Account, device = 0): Record<string, string | undefined> {
  const byLid = (chat instanceof Group ? chat : account).record.addressing === 'lid'
  const other = byLid ? { participant_pn: shownNumber(account) } : { participant_lid: lidJid(account.lid) }
  return { participant: addressIn(chat, account, device), ...other }
}
