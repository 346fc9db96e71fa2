import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { restrictionOf } from '../accounts/restriction.js'
import { isShared, type Chat } from '../chat.js'
import { Group } from '../groups/group.js'
import type { Network } from '../network.js'

const unknownRecipient = '404'
/** What the real server says to who may not write to a group, or is not in it. */
const notAllowed = '420'
/** The library's `SERVER_ERROR_CODES.MessageAccountRestriction`: chats that exist may go on, new ones may not begin. */
const restricted = '463'

/** The error with which a message of a companion is refused, if it is. */
export function refusalOf(
  network: Network,
  sender: Account,
  target: Chat | undefined,
  { attrs }: BinaryNode,
): string | undefined {
  // What devices of one account tell each other is no message that anybody waits for.
  const isPeer = attrs.category === 'peer'
  const scripted = isPeer ? undefined : network.faults.take('refuse-message', { number: sender.number })
  if (scripted) return scripted.error.toString()
  if (target === undefined) return unknownRecipient
  if (target instanceof Group) return mayWrite(target, sender) ? undefined : notAllowed
  if (isShared(target) || target === sender || restrictionOf(sender) === undefined) return undefined
  return network.sent.haveTalked(sender.number, target.number) ? undefined : restricted
}

function mayWrite(group: Group, account: Account): boolean {
  if (group.roleOf(account) === undefined) return false
  return !group.record.announcement || group.isAdmin(account)
}
