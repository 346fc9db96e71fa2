import type { Account } from '../accounts/account.js'
import { SimulatorError } from '../errors.js'
import type { MemberChange } from '../groups/member-change.js'
import type { Group } from '../groups/group.js'
import { mustBeAdmin } from '../groups/permissions.js'
import { changeGroupPicture } from '../profiles/acts.js'
import { squareJpeg } from '../profiles/square.js'
import type { GroupParticipant, VirtualGroup } from '../virtual-group.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import type { Phone } from './phone.js'

/** A phone in a group. */
export class Membership implements VirtualGroup {
  readonly #phone: Phone
  readonly #group: Group

  constructor(phone: Phone, group: Group) {
    this.#phone = phone
    this.#group = group
  }

  get id(): string {
    return this.#group.jid
  }

  get addressing(): 'lid' | 'number' {
    return this.#group.record.addressing
  }

  get subject(): string {
    return this.#group.record.subject
  }

  get description(): string | undefined {
    return this.#group.record.description?.text
  }

  get announcement(): boolean {
    return this.#group.record.announcement
  }

  get locked(): boolean {
    return this.#group.record.locked
  }

  get expiration(): number {
    return this.#group.record.expiration
  }

  get membersMayAdd(): boolean {
    return this.#group.record.membersMayAdd
  }

  get approval(): boolean {
    return this.#group.record.approval
  }

  participants(): readonly GroupParticipant[] {
    return this.#group.members.flatMap((number) => {
      const account = this.#phone.network.directory.byNumber(number)
      const role = account && this.#group.roleOf(account)
      return role ? [{ number, jid: numberJid(number), lid: lidJid(account.lid), role }] : []
    })
  }

  async add(members: readonly string[]): Promise<void> {
    this.#change('add', members)
  }

  async remove(members: readonly string[]): Promise<void> {
    this.#change('remove', members)
  }

  async promote(members: readonly string[]): Promise<void> {
    this.#change('promote', members)
  }

  async demote(members: readonly string[]): Promise<void> {
    this.#change('demote', members)
  }

  async rename(subject: string): Promise<void> {
    this.#acts.setSubject(this.#phone.account, this.#group, subject)
  }

  async setDescription(text?: string): Promise<void> {
    this.#acts.setDescription(this.#phone.account, this.#group, text)
  }

  async setAnnouncement(on: boolean): Promise<void> {
    this.#acts.setAnnouncement(this.#phone.account, this.#group, on)
  }

  async setLocked(on: boolean): Promise<void> {
    this.#acts.setLocked(this.#phone.account, this.#group, on)
  }

  picture(): Uint8Array | undefined {
    return this.#phone.network.pictures.of(this.id)?.bytes
  }

  async setPicture(image: Uint8Array): Promise<void> {
    this.#phone.mustBeOnline()
    changeGroupPicture(this.#phone.network, this.#phone.account, this.#group, await squareJpeg(image))
  }

  async removePicture(): Promise<void> {
    this.#phone.mustBeOnline()
    changeGroupPicture(this.#phone.network, this.#phone.account, this.#group, undefined)
  }

  async setExpiration(seconds: number): Promise<void> {
    this.#acts.setExpiration(this.#phone.account, this.#group, seconds)
  }

  async setMembersMayAdd(on: boolean): Promise<void> {
    this.#acts.setMembersMayAdd(this.#phone.account, this.#group, on)
  }

  async setApproval(on: boolean): Promise<void> {
    this.#acts.setApproval(this.#phone.account, this.#group, on)
  }

  async requests(): Promise<readonly string[]> {
    return this.#admission.requests(this.#phone.account, this.#group).map(({ account }) => account.number)
  }

  async approve(members: readonly string[]): Promise<void> {
    this.#decide(members, (accounts) => this.#admission.approve(this.#phone.account, this.#group, accounts))
  }

  async reject(members: readonly string[]): Promise<void> {
    this.#decide(members, (accounts) => this.#admission.reject(this.#phone.account, this.#group, accounts))
  }

  async invite(member: string): Promise<string> {
    mustBeAdmin(this.#group, this.#phone.account)
    const account = this.#phone.accountNamed(member)
    const { code: inviteCode, expiration } = this.#admission.invite(this.#phone.account, this.#group, account)
    const about = { groupJid: this.id, groupName: this.subject, inviteCode, inviteExpiration: expiration }
    const message = { groupInviteMessage: about }
    return (await this.#phone.sendContent(account.number, { kind: 'raw', message })).id
  }

  async inviteCode(): Promise<string> {
    return this.#acts.inviteCode(this.#phone.account, this.#group)
  }

  async renewInvite(): Promise<string> {
    return this.#acts.renewInvite(this.#phone.account, this.#group)
  }

  async leave(): Promise<void> {
    this.#acts.leave(this.#phone.account, this.#group)
  }

  get #acts() {
    this.#phone.mustBeOnline()
    return this.#phone.network.groupActs
  }

  get #admission() {
    this.#phone.mustBeOnline()
    return this.#phone.network.admission
  }

  #decide(members: readonly string[], decide: (accounts: readonly Account[]) => readonly Account[]): void {
    const accounts = members.map((member) => this.#phone.accountNamed(member))
    const decided = decide(accounts)
    const other = accounts.find((account) => !decided.includes(account))
    if (other) throw new SimulatorError('member-refused', `${other.number} has not asked to join ${this.id}`)
  }

  #change(change: MemberChange, members: readonly string[]): void {
    const accounts = members.map((member) => this.#phone.accountNamed(member))
    const results = this.#acts.changeMembers(this.#phone.account, this.#group, change, accounts)
    const refused = results.find(({ error }) => error !== undefined)
    if (refused === undefined) return
    const { account, error = 0 } = refused
    throw new SimulatorError('member-refused', `cannot ${change} ${account.number} in the group (${error})`)
  }
}
