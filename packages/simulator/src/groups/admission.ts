import type { Account } from '../accounts/account.js'
import { SimulatorError } from '../errors.js'
import type { Network } from '../network.js'
import { element } from '../wire/nodes.js'
import { changeGroup } from './change.js'
import { participantElement } from './elements.js'
import { newInviteCode, type Group, type Invitation } from './group.js'
import { changedRoles } from './member-change.js'
import { membersOf, postWelcome } from './notices.js'
import { mustBeAdmin } from './permissions.js'

/** How long a personal invitation is good for, in seconds. */
const invitationLifetime = 3 * 24 * 60 * 60

/** How people come into a group without being added: by its link, by an invitation of their own, by the leave of an admin. */
export class Admission {
  readonly #network: Network

  constructor(network: Network) {
    this.#network = network
  }

  /** `requested` when an admin has to agree first. */
  join(actor: Account, code: string): { readonly group: Group; readonly outcome: 'joined' | 'requested' } {
    const group = this.#network.groups.byInvite(code)
    if (group === undefined) throw new SimulatorError('group-not-found', 'no group has this invite code')
    if (group.roleOf(actor) !== undefined) return { group, outcome: 'joined' }
    if (group.record.approval) {
      this.#request(actor, group)
      return { group, outcome: 'requested' }
    }
    this.#enter(actor, group)
    return { group, outcome: 'joined' }
  }

  /** Makes an invitation for one person; the one that they had is replaced. */
  invite(actor: Account, group: Group, account: Account): Invitation {
    const expiration = Math.floor(Date.now() / 1000) + invitationLifetime
    const invitation = { code: newInviteCode(), expiration, by: actor.number }
    const batch = this.#network.batch()
    group.update({ invitations: { ...group.record.invitations, [account.number]: invitation } }, batch)
    batch.commit()
    return invitation
  }

  accept(actor: Account, group: Group, code: string): void {
    const invitation = group.record.invitations?.[actor.number]
    const inTime = invitation !== undefined && invitation.expiration * 1000 > Date.now()
    if (!inTime || invitation.code !== code) {
      throw new SimulatorError('invitation-not-valid', `${actor.number} has no such invitation to ${group.jid}`)
    }
    if (group.roleOf(actor) === undefined) this.#enter(actor, group)
    this.#withdrawInvitation(group, actor)
  }

  revokeInvitation(actor: Account, group: Group, account: Account): void {
    mustBeAdmin(group, actor)
    this.#withdrawInvitation(group, account)
  }

  /** Those who wait for an admin, with the second in which they asked. */
  requests(actor: Account, group: Group): { readonly account: Account; readonly at: number }[] {
    mustBeAdmin(group, actor)
    return Object.entries(group.record.requests ?? {}).flatMap(([number, at]) => {
      const account = this.#network.directory.byNumber(number)
      return account ? [{ account, at }] : []
    })
  }

  /** Those of the accounts that had asked; the others did not. */
  approve(actor: Account, group: Group, accounts: readonly Account[]): readonly Account[] {
    const waiting = this.#waiting(actor, group, accounts)
    if (waiting.length === 0) return waiting
    const before = membersOf(this.#network, group)
    changeGroup(this.#network, {
      ...{ actor, group, audience: before },
      record: { roles: changedRoles(group, 'add', waiting), requests: without(group.record.requests, waiting) },
      notice: () => listed('add', group, waiting),
      more: (batch) => {
        postWelcome(this.#network, group, actor, waiting, false, batch)
      },
    })
    return waiting
  }

  reject(actor: Account, group: Group, accounts: readonly Account[]): readonly Account[] {
    const waiting = this.#waiting(actor, group, accounts)
    if (waiting.length > 0) this.#dropRequests(actor, group, waiting)
    return waiting
  }

  #waiting(actor: Account, group: Group, accounts: readonly Account[]): readonly Account[] {
    mustBeAdmin(group, actor)
    return accounts.filter(({ number }) => group.record.requests?.[number] !== undefined)
  }

  #request(actor: Account, group: Group): void {
    if (group.record.requests?.[actor.number] !== undefined) return
    const attrs = { request_method: 'invite_link' }
    changeGroup(this.#network, {
      ...{ actor, group, audience: this.#admins(group) },
      record: { requests: { ...group.record.requests, [actor.number]: Math.floor(Date.now() / 1000) } },
      notice: () => ({ ...listed('created_membership_requests', group, [actor]), attrs }),
    })
  }

  #dropRequests(actor: Account, group: Group, accounts: readonly Account[]): void {
    changeGroup(this.#network, {
      ...{ actor, group, audience: this.#admins(group) },
      record: { requests: without(group.record.requests, accounts) },
      notice: () => listed('revoked_membership_requests', group, accounts),
    })
  }

  #enter(actor: Account, group: Group): void {
    changeGroup(this.#network, {
      ...{ actor, group },
      record: { roles: changedRoles(group, 'add', [actor]) },
      notice: () => element('add', { reason: 'invite' }, [participantElement(group, actor)]),
      more: (batch) => {
        postWelcome(this.#network, group, actor, [actor], false, batch)
      },
    })
  }

  #withdrawInvitation(group: Group, account: Account): void {
    const batch = this.#network.batch()
    group.update({ invitations: without(group.record.invitations, [account]) }, batch)
    batch.commit()
  }

  #admins(group: Group): Account[] {
    return membersOf(this.#network, group).filter((member) => group.isAdmin(member))
  }
}

function listed(tag: string, group: Group, accounts: readonly Account[]) {
  return element(
    tag,
    {},
    accounts.map((account) => participantElement(group, account)),
  )
}

function without<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  accounts: readonly Account[],
): Record<string, Value> {
  const gone = new Set(accounts.map(({ number }) => number))
  return Object.fromEntries(Object.entries(record ?? {}).filter(([number]) => !gone.has(number)))
}
