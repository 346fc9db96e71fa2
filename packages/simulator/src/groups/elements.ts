import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { shownNumber } from '../accounts/shown-number.js'
import type { Directory } from '../accounts/directory.js'
import { lidJid } from '../wire/addresses.js'
import { element } from '../wire/nodes.js'
import type { Group } from './group.js'

/** Attributes by which stanzas of a group name an account: under the group's own kind of address, and the other beside it. */
export function naming(
  group: Group,
  account: Account,
  device = 0,
): { address: string; other: Record<string, string | undefined> } {
  const address = group.addressOf(account, device)
  if (group.record.addressing === 'lid') return { address, other: { participant_pn: shownNumber(account) } }
  return { address, other: { participant_lid: lidJid(account.lid) } }
}

export function participantElement(group: Group, account: Account, more: Record<string, string> = {}): BinaryNode {
  const role = group.roleOf(account)
  const other =
    group.record.addressing === 'lid' ? { phone_number: shownNumber(account) } : { lid: lidJid(account.lid) }
  const type = role === 'member' ? undefined : role
  return element('participant', { jid: group.addressOf(account), ...other, type, ...more })
}

/** What a group looks like to its members: answers to queries, and the notice of a new group. */
export function groupElement(group: Group, directory: Directory): BinaryNode {
  const { record } = group
  const members = group.members.flatMap((number) => directory.byNumber(number) ?? [])
  const creator = whoIs(group, directory, record.createdBy)
  const author = whoIs(group, directory, record.subjectBy)
  const attrs = {
    id: record.id,
    addressing_mode: addressingMode(group),
    creation: record.createdAt.toString(),
    creator: creator?.jid,
    creator_pn: creator?.pn,
    subject: record.subject,
    s_t: record.subjectAt.toString(),
    s_o: author?.jid,
    s_o_pn: author?.pn,
    size: members.length.toString(),
  }
  return element('group', attrs, [
    ...members.map((member) => participantElement(group, member)),
    ...descriptionElement(group, directory),
    ...(record.announcement ? [element('announcement')] : []),
    ...(record.locked ? [element('locked')] : []),
    ...(record.expiration > 0 ? [element('ephemeral', { expiration: record.expiration.toString() })] : []),
    ...(record.approval ? [element('membership_approval_mode', {}, [element('group_join', { state: 'on' })])] : []),
    element('member_add_mode', {}, Buffer.from(memberAddMode(record.membersMayAdd))),
  ])
}

export function addressingMode(group: Group): 'lid' | 'pn' {
  return group.record.addressing === 'lid' ? 'lid' : 'pn'
}

export function memberAddMode(membersMayAdd: boolean): string {
  return membersMayAdd ? 'all_member_add' : 'admin_add'
}

function descriptionElement(group: Group, directory: Directory): BinaryNode[] {
  const { description } = group.record
  if (description === undefined) return []
  const author = whoIs(group, directory, description.by)
  const attrs = {
    id: description.id,
    participant: author?.jid,
    participant_pn: author?.pn,
    t: description.at.toString(),
  }
  return [element('description', attrs, [element('body', {}, Buffer.from(description.text))])]
}

/** Undefined for somebody whose account is gone. */
function whoIs(
  group: Group,
  directory: Directory,
  number: string,
): { jid: string; pn: string | undefined } | undefined {
  const account = directory.byNumber(number)
  if (account === undefined) return undefined
  return {
    jid: group.addressOf(account),
    pn: group.record.addressing === 'lid' ? shownNumber(account) : undefined,
  }
}
