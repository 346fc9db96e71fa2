import { randomBytes } from 'node:crypto'
import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { mayAddToGroups } from '../accounts/privacy.js'
import { SimulatorError } from '../errors.js'
import type { Network } from '../network.js'
import { element } from '../wire/nodes.js'
import { memberAddMode, participantElement } from './elements.js'
import { changeGroup } from './change.js'
import { Group, newInviteCode, type GroupRecord, type Invitation, type Role } from './group.js'
import { changedRoles, refusalOf, type MemberChange, type Refusal } from './member-change.js'
import { membersOf, postWelcome } from './notices.js'
import { mustBeAdmin, mustBeAllowedToEdit, mustBeMember } from './permissions.js'

/** Longest subject that the real server takes, in characters. */
const longestSubject = 100
/** The same for descriptions. */
const longestDescription = 2048

/** What became of a change of one person: without an error, it was made. */
export interface MemberResult {
  readonly account: Account
  readonly error?: Refusal
  /** By which the person can be asked in, instead of being added. */
  readonly invitation?: Invitation
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

  /** Those of the members who are not to be added without being asked are invited. */
  create(
    actor: Account,
    subject: string,
    members: readonly Account[],
    addressing: GroupRecord['addressing'] = 'lid',
  ): Group {
    const now = seconds()
    const roles: Record<string, Role> = { [actor.number]: 'superadmin' }
    const refused = members.filter((member) => !mayAddToGroups(this.#network, member, actor))
    for (const member of members) if (!refused.includes(member)) roles[member.number] ??= 'member'
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
    for (const one of refused) this.#network.admission.invite(actor, group, one)
    return group
  }

  /** Adds, removes, promotes or demotes; whoever cannot be is left out, with the reason in the result. */
  changeMembers(actor: Account, group: Group, change: MemberChange, accounts: readonly Account[]): MemberResult[] {
    mustBeMember(group, actor)
    if (!(change === 'add' && group.record.membersMayAdd)) mustBeAdmin(group, actor)
    const results = accounts.map((account) => this.#result(actor, group, change, account))
    const changed = results.flatMap(({ account, error }) => (error === undefined ? [account] : []))
    if (changed.length === 0) return results
    const elements = () => changed.map((account) => participantElement(group, account))
    changeGroup(this.#network, {
      ...{ actor, group },
      record: { roles: changedRoles(group, change, changed) },
      notice: () => element(change, {}, elements()),
      more: (batch) => {
        if (change === 'add') postWelcome(this.#network, group, actor, changed, false, batch)
      },
    })
    return results
  }

  leave(actor: Account, group: Group): void {
    mustBeMember(group, actor)
    changeGroup(this.#network, {
      ...{ actor, group },
      record: {
        roles: changedRoles(group, 'remove', [actor]),
        departed: { ...group.record.departed, [actor.number]: seconds() },
      },
      // Members tell a departure from a removal by who is named as the actor.
      notice: () => element('remove', {}, [participantElement(group, actor)]),
    })
    this.#replaceAdmin(group)
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
    if (text !== undefined && text.length > longestDescription) {
      throw new SimulatorError('bad-subject', `a group's description has at most ${longestDescription} characters`)
    }
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
    const revokedCodes = [...(group.record.revokedCodes ?? []), group.record.inviteCode]
    this.#change(actor, group, { inviteCode, revokedCodes }, () => element('invite', { code: inviteCode }))
    return inviteCode
  }

  #result(actor: Account, group: Group, change: MemberChange, account: Account): MemberResult {
    const error = refusalOf(this.#network, actor, group, change, account)
    if (error === undefined) return { account }
    if (error !== 403) return { account, error }
    return { account, error, invitation: this.#network.admission.invite(actor, group, account) }
  }

  /** A group that the last admin left gets another one: whoever has been in it longest. */
  #replaceAdmin(group: Group): void {
    const members = membersOf(this.#network, group)
    const [next] = members
    if (next === undefined || members.some((member) => group.isAdmin(member))) return
    const record = { roles: changedRoles(group, 'promote', [next]) }
    const notice = () => element('promote', {}, [participantElement(group, next)])
    changeGroup(this.#network, { actor: next, group, record, notice })
  }

  #change(actor: Account, group: Group, record: Partial<GroupRecord>, notice: () => BinaryNode): void {
    changeGroup(this.#network, { actor, group, record, notice })
  }
}

function checkedSubject(subject: string): string {
  if (subject !== '' && subject.length <= longestSubject) return subject
  throw new SimulatorError('bad-subject', `a group's subject has 1 to ${longestSubject} characters`)
}

function newDescriptionId(): string {
  return randomBytes(10).toString('hex').toUpperCase()
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
