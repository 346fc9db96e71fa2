import type { Network } from '../network.js'
import type { Account } from './account.js'

const audiences = ['all', 'contacts', 'contact_blacklist', 'none'] as const

/** What each setting can be, in WhatsApp's words; the first is how an account begins. */
export const privacyChoices = {
  readreceipts: ['all', 'none'],
  last: audiences,
  online: ['all', 'match_last_seen'],
  profile: audiences,
  status: audiences,
  groupadd: audiences,
  calladd: ['all', 'known'],
  messages: ['all', 'contacts'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type PrivacyName = keyof typeof privacyChoices
export type PrivacySettings = { readonly [Name in PrivacyName]: (typeof privacyChoices)[Name][number] }

export const privacyNames = Object.keys(privacyChoices) as readonly PrivacyName[]

export function isPrivacyName(name: string): name is PrivacyName {
  return Object.hasOwn(privacyChoices, name)
}

/** What an account is set to. */
export function privacyOf(account: Account): PrivacySettings {
  const open = Object.fromEntries(privacyNames.map((name) => [name, 'all'])) as unknown as PrivacySettings
  return { ...open, ...account.record.privacy }
}

/** Whether one account may see of another what this setting is about. */
export function maySee(
  network: Network,
  owner: Account,
  viewer: Account,
  name: 'last' | 'profile' | 'status',
): boolean {
  if (owner === viewer) return true
  return !isBlocked(owner, viewer) && isInAudience(network, owner, viewer, privacyOf(owner)[name])
}

export function mayAddToGroups(network: Network, owner: Account, actor: Account): boolean {
  return !isBlocked(owner, actor) && isInAudience(network, owner, actor, privacyOf(owner).groupadd)
}

/** Whether calls of this account are heard here: not of those who are blocked, and not of strangers who are silenced. */
export function mayRing(network: Network, owner: Account, caller: Account): boolean {
  if (isBlocked(owner, caller)) return false
  return isInAudience(network, owner, caller, privacyOf(owner).calladd === 'known' ? 'contacts' : 'all')
}

export function isBlocked(owner: Account, other: Account): boolean {
  return owner.record.blocked?.includes(other.number) ?? false
}

function isInAudience(network: Network, owner: Account, other: Account, audience: (typeof audiences)[number]): boolean {
  if (audience === 'all') return true
  // Nobody here is excepted one by one.
  return audience !== 'none' && (network.addressBooks.get(owner.number)?.().includes(other.number) ?? false)
}
