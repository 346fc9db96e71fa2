import type { Account } from '../accounts/account.js'
import { mayAddToGroups } from '../accounts/privacy.js'
import type { Network } from '../network.js'
import type { Group, Role } from './group.js'

export type MemberChange = 'add' | 'remove' | 'promote' | 'demote'

/**
 * Why a change left one person out, in the server's numbers: is to be invited (403), is nobody or not in the group
 * (404), may not be changed (406), has recently left (408), is in already (409), would be one too many (419).
 */
export type Refusal = 403 | 404 | 406 | 408 | 409 | 419

/** So many people are in a group at most. */
const mostMembers = 1024
/** In seconds. Who left by themselves is not added again so soon: the rule is WhatsApp's, its length is not published. */
const recently = 24 * 60 * 60

export function refusalOf(
  network: Network,
  actor: Account,
  group: Group,
  change: MemberChange,
  account: Account,
): Refusal | undefined {
  const role = group.roleOf(account)
  if (change === 'add') return role === undefined ? refusalToAdd(network, actor, group, account) : 409
  if (role === undefined) return 404
  return role === 'superadmin' && change !== 'promote' ? 406 : undefined
}

function refusalToAdd(network: Network, actor: Account, group: Group, account: Account): Refusal | undefined {
  const left = group.record.departed?.[account.number]
  if (left !== undefined && Date.now() / 1000 - left < recently) return 408
  if (!mayAddToGroups(network, account, actor)) return 403
  return group.members.length >= mostMembers ? 419 : undefined
}

export function changedRoles(group: Group, change: MemberChange, accounts: readonly Account[]): Record<string, Role> {
  const roles = new Map(Object.entries(group.record.roles))
  for (const { number } of accounts) {
    if (change === 'remove') roles.delete(number)
    else if (change !== 'promote') roles.set(number, 'member')
    else if (roles.get(number) !== 'superadmin') roles.set(number, 'admin')
  }
  return Object.fromEntries(roles)
}
