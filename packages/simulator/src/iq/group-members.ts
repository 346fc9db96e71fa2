import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { MemberResult } from '../groups/acts.js'
import { groupElement, participantElement } from '../groups/elements.js'
import type { Group, Invitation } from '../groups/group.js'
import type { MemberChange } from '../groups/member-change.js'
import { children, element } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** Whoever could not be taken in stands in the answer with the reason, and with the invitation to send instead. */
export function createGroup(request: BinaryNode, asker: Asker): BinaryNode {
  const { network, account } = asker
  const named = people(request, asker)
  const members = named.flatMap(({ account: one }) => one ?? [])
  const group = network.groupActs.create(account, request.attrs.subject ?? '', members)
  const refused = named.flatMap(({ jid, account: one }) => {
    if (one === undefined) return [element('participant', { jid, error: '404' })]
    if (group.roleOf(one) !== undefined) return []
    return [element('participant', { jid, error: '403' }, addRequest(group.record.invitations?.[one.number]))]
  })
  const made = groupElement(group, network.directory)
  return { ...made, content: [...children(made), ...refused] }
}

export function changeMembers(change: MemberChange, request: BinaryNode, group: Group, asker: Asker): BinaryNode[] {
  const named = people(request, asker)
  const known = named.flatMap(({ account }) => account ?? [])
  const results = new Map(
    asker.network.groupActs.changeMembers(asker.account, group, change, known).map((one) => [one.account, one]),
  )
  return named.map(({ jid, account }) => {
    const result = account && results.get(account)
    // Nobody is registered under this address.
    if (result === undefined) return element('participant', { jid, error: '404' })
    return memberElement(group, result)
  })
}

function memberElement(group: Group, { account, error, invitation }: MemberResult): BinaryNode {
  if (error === undefined) return participantElement(group, account)
  const refused = participantElement(group, account, { error: error.toString() })
  return { ...refused, content: addRequest(invitation) }
}

function addRequest(invitation: Invitation | undefined): BinaryNode[] {
  if (invitation === undefined) return []
  return [element('add_request', { code: invitation.code, expiration: invitation.expiration.toString() })]
}

/** An admin lets people in who asked, or turns them away. */
export function decideRequests(request: BinaryNode, group: Group, asker: Asker): BinaryNode {
  const { network, account } = asker
  const decisions = children(request).filter(({ tag }) => tag === 'approve' || tag === 'reject')
  const answers = decisions.map((decision) => {
    const named = people(decision, asker)
    const accounts = named.flatMap(({ account: one }) => one ?? [])
    const [approve, { admission }] = [decision.tag === 'approve', network]
    const decided = approve ? admission.approve(account, group, accounts) : admission.reject(account, group, accounts)
    const results = named.map(({ jid, account: one }) => {
      const error = one && decided.includes(one) ? undefined : '404'
      return element('participant', { jid, error })
    })
    return element(decision.tag, {}, results)
  })
  return element('membership_requests_action', {}, answers)
}

/** Those whom a request names, registered or not. */
export function people(request: BinaryNode, { network }: Asker): { jid: string; account: Account | undefined }[] {
  return children(request, 'participant').map(({ attrs: { jid = '' } }) => {
    return { jid, account: network.directory.byJid(jid) }
  })
}
