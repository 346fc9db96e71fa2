import type { GroupMetadata } from 'baileys'
import type { Group } from '../../../core/groups/group.js'
import type { AddressBook } from '../address-book.js'
import { canonical } from '../addresses.js'

/** A group in the core's words. */
export function describe(group: GroupMetadata, book: AddressBook): Group {
  const who = (jid: string | undefined, other?: string): string | null =>
    jid === undefined ? null : canonical(book.of(jid, other))
  return {
    id: group.id,
    subject: group.subject,
    subjectChangedAt: momentOf(group.subjectTime),
    subjectChangedBy: who(group.subjectOwner, group.subjectOwnerPn),
    description: group.desc ?? null,
    owner: who(group.owner, group.ownerPn),
    createdAt: momentOf(group.creation),
    participants: group.participants.map(({ id, phoneNumber, lid, admin }) => ({
      ...book.person(id, phoneNumber ?? lid),
      role: admin === 'superadmin' ? 'owner' : admin === 'admin' ? 'admin' : 'member',
    })),
    adminsWrite: group.announce === true,
    adminsEdit: group.restrict === true,
    expiresIn: group.ephemeralDuration ?? 0,
    joinApproval: group.joinApprovalMode === true,
  }
}

function momentOf(seconds: number | undefined): Date | null {
  const moment = new Date((seconds ?? 0) * 1000)
  return seconds && !Number.isNaN(moment.getTime()) ? moment : null
}
