import { randomBytes } from 'node:crypto'
import type { Account } from '../accounts/account.js'
import { toText } from '../store/records.js'
import type { Batch } from '../store/store.js'
import { lidJid, numberJid } from '../wire/addresses.js'

/** WhatsApp's words. The `superadmin` is whoever created the group; nobody else can remove or demote that one. */
export type Role = 'member' | 'admin' | 'superadmin'

/** By which one person can come in. `by`: the number of who made it. */
export interface Invitation {
  readonly code: string
  readonly expiration: number
  readonly by: string
}

export interface GroupRecord {
  /** Digits; the JID is these at `g.us`. */
  readonly id: string
  readonly addressing: 'lid' | 'number'
  readonly subject: string
  /** Numbers of accounts, here and below; times in seconds. */
  readonly subjectBy: string
  readonly subjectAt: number
  readonly createdBy: string
  readonly createdAt: number
  readonly description?:
    { readonly id: string; readonly text: string; readonly by: string; readonly at: number } | undefined
  /** Only admins may write. */
  readonly announcement: boolean
  /** Only admins may change subject and description. */
  readonly locked: boolean
  /** Seconds after which messages disappear; 0 for never. */
  readonly expiration: number
  readonly membersMayAdd: boolean
  readonly approval: boolean
  readonly inviteCode: string
  /** Codes of the past, which are told apart from those that never were. */
  readonly revokedCodes?: readonly string[]
  /** Who is invited by name, and who asked an admin to come in, when; both by number. */
  readonly invitations?: Readonly<Record<string, Invitation>>
  readonly requests?: Readonly<Record<string, number>>
  /** When people left by themselves, by number. */
  readonly departed?: Readonly<Record<string, number>>
  readonly roles: Readonly<Record<string, Role>>
}

/** A group as the server knows it. */
export class Group {
  #record: GroupRecord

  constructor(record: GroupRecord) {
    this.#record = record
  }

  get record(): GroupRecord {
    return this.#record
  }

  get jid(): string {
    return `${this.#record.id}@g.us`
  }

  /** Numbers. */
  get members(): readonly string[] {
    return Object.keys(this.#record.roles)
  }

  /** Undefined for who is not a member. */
  roleOf({ number }: Account): Role | undefined {
    return this.#record.roles[number]
  }

  isAdmin(account: Account): boolean {
    const role = this.roleOf(account)
    return role === 'admin' || role === 'superadmin'
  }

  /** A device of an account under the kind of address that this group uses. */
  addressOf(account: Account, device = 0): string {
    return this.#record.addressing === 'lid' ? lidJid(account.lid, device) : numberJid(account.number, device)
  }

  update(change: Partial<GroupRecord>, batch: Batch): void {
    this.#record = { ...this.#record, ...change }
    this.save(batch)
  }

  save(batch: Batch): void {
    batch.put('group', this.#record.id, toText(this.#record))
  }
}

export function newInviteCode(): string {
  return randomBytes(16).toString('base64url')
}
