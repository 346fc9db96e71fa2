import { randomBytes } from 'node:crypto'
import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { SimulatorError } from '../errors.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { element } from '../wire/nodes.js'
import { memberAddMode, participantElement } from './elements.js'
import { Group, type GroupRecord, type Role } from './group.js'
import { membersOf, postNotice, postWelcome } from './notices.js'

/** Longest subject that the real server takes, in characters. */
const longestSubject = 100

export type MemberChange = 'add' | 'remove' | 'promote' | 'demote'

/** Why a change left one person out, in the server's numbers: absent means that it was made. */
export interface MemberResult {
  readonly account: Account
  readonly error?: 403 | 404 | 406 | 409
}

/**
 * What can be done to groups, by a phone or by a companion. Each act is stored and told to the members before it
 * returns; a refused one throws a `SimulatorError` and changes nothing.
 */
export class GroupActs {
  readonly #network: Network

  constructor(network: Network) {
    this.#network = network
  }

  create(
    actor: Account,
    subject: string,
    members: readonly Account[],
    addressing: GroupRecord['addressing'] = 'lid',
  ): Group {
    const now = seconds()
    const roles: Record<string, Role> = { [actor.number]: 'superadmin' }
    for (const { number } of members) roles[number] ??= 'member'
    const group = new Group({
      id: this.#network.groups.freeId(),
      addressing,
      subject: checkedSubject(subject),
      subjectBy: actor.number,
      subjectAt: now,
      createdBy: actor.number,
      createdAt: now,
      announcement: false,
      locked: false,
      expiration: 0,
      membersMayAdd: false,
      approval: false,
      inviteCode: newInviteCode(),
      roles,
    })
    const batch = this.#network.batch()
    this.#network.groups.add(group, batch)
    postWelcome(this.#network, group, actor, membersOf(this.#network, group), true, batch)
    batch.commit()
    return group
  }

  /** Adds, removes, promotes or demotes; whoever cannot be is left out, with the reason in the result. */
  changeMembers(actor: Account, group: Group, change: MemberChange, accounts: readonly Account[]): MemberResult[] {
    mustBeMember(group, actor)
    if (!(change === 'add' && group.record.membersMayAdd)) mustBeAdmin(group, actor)
    const results = accounts.map((account) => ({ account, ...refusalOf(group, change, account) }))
    const changed = results.flatMap(({ account, error }) => (error === undefined ? [account] : []))
    if (changed.length === 0) return results
    const before = membersOf(this.#network, group)
    const notice = () =>
      element(
        change,
        {},
        changed.map((account) => participantElement(group, account)),
      )
    this.#apply(actor, group, { roles: changedRoles(group, change, changed) }, before, notice, (batch) => {
      if (change === 'add') postWelcome(this.#network, group, actor, changed, false, batch)
    })
    return results
  }

  leave(actor: Account, group: Group): void {
    mustBeMember(group, actor)
    const before = membersOf(this.#network, group)
    // Members tell a departure from a removal by who is named as the actor.
    const notice = () => element('remove', {}, [participantElement(group, actor)])
    this.#apply(actor, group, { roles: changedRoles(group, 'remove', [actor]) }, before, notice)
  }

  setSubject(actor: Account, group: Group, subject: string): void {
    mustBeAllowedToEdit(group, actor)
    const at = seconds()
    const change = { subject: checkedSubject(subject), subjectBy: actor.number, subjectAt: at }
    this.#change(actor, group, change, () =>
      element('subject', { subject, s_t: at.toString(), s_o: group.addressOf(actor) }),
    )
  }

  /** Undefined removes it. */
  setDescription(actor: Account, group: Group, text: string | undefined, id = newDescriptionId()): void {
    mustBeAllowedToEdit(group, actor)
    const description = text === undefined ? undefined : { id, text, by: actor.number, at: seconds() }
    this.#change(actor, group, { description }, () =>
      text === undefined
        ? element('description', { id, delete: 'true' })
        : element('description', { id }, [element('body', {}, Buffer.from(text))]),
    )
  }

  setAnnouncement(actor: Account, group: Group, announcement: boolean): void {
    mustBeAdmin(group, actor)
    this.#change(actor, group, { announcement }, () => element(announcement ? 'announcement' : 'not_announcement'))
  }

  setLocked(actor: Account, group: Group, locked: boolean): void {
    mustBeAdmin(group, actor)
    this.#change(actor, group, { locked }, () => element(locked ? 'locked' : 'unlocked'))
  }

  /** Seconds after which messages disappear; 0 ends that. */
  setExpiration(actor: Account, group: Group, expiration: number): void {
    mustBeAllowedToEdit(group, actor)
    this.#change(actor, group, { expiration }, () =>
      expiration > 0 ? element('ephemeral', { expiration: expiration.toString() }) : element('not_ephemeral'),
    )
  }

  setMembersMayAdd(actor: Account, group: Group, membersMayAdd: boolean): void {
    mustBeAdmin(group, actor)
    this.#change(actor, group, { membersMayAdd }, () =>
      element('member_add_mode', {}, Buffer.from(memberAddMode(membersMayAdd))),
    )
  }

  setApproval(actor: Account, group: Group, approval: boolean): void {
    mustBeAdmin(group, actor)
    this.#change(actor, group, { approval }, () =>
      element('membership_approval_mode', {}, [element('group_join', { state: approval ? 'on' : 'off' })]),
    )
  }

  inviteCode(actor: Account, group: Group): string {
    mustBeAdmin(group, actor)
    return group.record.inviteCode
  }

  /** The old code is worth nothing afterwards. */
  renewInvite(actor: Account, group: Group): string {
    mustBeAdmin(group, actor)
    const inviteCode = newInviteCode()
    this.#change(actor, group, { inviteCode }, () => element('invite', { code: inviteCode }))
    return inviteCode
  }

  join(actor: Account, code: string): Group {
    const group = this.#network.groups.byInvite(code)
    if (group === undefined) throw new SimulatorError('group-not-found', 'no group has this invite code')
    if (group.roleOf(actor) !== undefined) return group
    const before = membersOf(this.#network, group)
    const notice = () => element('add', { reason: 'invite' }, [participantElement(group, actor)])
    this.#apply(actor, group, { roles: changedRoles(group, 'add', [actor]) }, before, notice, (batch) => {
      postWelcome(this.#network, group, actor, [actor], false, batch)
    })
    return group
  }

  #change(actor: Account, group: Group, change: Partial<GroupRecord>, notice: () => BinaryNode): void {
    this.#apply(actor, group, change, membersOf(this.#network, group), notice)
  }

  /** The notice is made after the change, so that it names people as what they have become. */
  #apply(
    actor: Account,
    group: Group,
    change: Partial<GroupRecord>,
    audience: readonly Account[],
    notice: () => BinaryNode,
    more?: (batch: Batch) => void,
  ): void {
    const batch = this.#network.batch()
    group.update(change, batch)
    postNotice(this.#network, group, actor, notice(), audience, batch)
    more?.(batch)
    batch.commit()
  }
}

function refusalOf(group: Group, change: MemberChange, account: Account): { error?: 404 | 406 | 409 } {
  const role = group.roleOf(account)
  if (change === 'add') return role === undefined ? {} : { error: 409 }
  if (role === undefined) return { error: 404 }
  return role === 'superadmin' && change !== 'promote' ? { error: 406 } : {}
}

function changedRoles(group: Group, change: MemberChange, accounts: readonly Account[]): Record<string, Role> {
  const roles = new Map(Object.entries(group.record.roles))
  for (const { number } of accounts) {
    if (change === 'remove') roles.delete(number)
    else if (change !== 'promote') roles.set(number, 'member')
    else if (roles.get(number) !== 'superadmin') roles.set(number, 'admin')
  }
  return Object.fromEntries(roles)
}

function mustBeMember(group: Group, actor: Account): void {
  if (group.roleOf(actor) !== undefined) return
  throw new SimulatorError('not-a-member', `${actor.number} is not in the group ${group.jid}`)
}

function mustBeAdmin(group: Group, actor: Account): void {
  mustBeMember(group, actor)
  if (group.isAdmin(actor)) return
  throw new SimulatorError('not-an-admin', `${actor.number} is not an admin of the group ${group.jid}`)
}

function mustBeAllowedToEdit(group: Group, actor: Account): void {
  if (group.record.locked) mustBeAdmin(group, actor)
  else mustBeMember(group, actor)
}

function checkedSubject(subject: string): string {
  if (subject !== '' && subject.length <= longestSubject) return subject
  throw new SimulatorError('bad-subject', `a group's subject has 1 to ${longestSubject} characters`)
}

function newInviteCode(): string {
  return randomBytes(16).toString('base64url')
}

function newDescriptionId(): string {
  return randomBytes(10).toString('hex').toUpperCase()
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
