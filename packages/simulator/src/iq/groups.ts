import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { SimulatorError, type SimulatorErrorCode } from '../errors.js'
import type { GroupActs, MemberChange, MemberResult } from '../groups/acts.js'
import { groupElement, participantElement } from '../groups/elements.js'
import type { Group } from '../groups/group.js'
import { badRequest, firstChild, notFound, notImplemented, type IqAnswer, type IqError } from '../server/iq-answer.js'
import { bytesOf, child, children, element, textOf } from '../wire/nodes.js'
import type { Asker } from './query.js'

const refusals: Partial<Readonly<Record<SimulatorErrorCode, IqError>>> = {
  'group-not-found': notFound,
  'not-a-member': { code: 403, text: 'forbidden' },
  'not-an-admin': { code: 401, text: 'not-authorized' },
  'bad-subject': { code: 406, text: 'not-acceptable' },
}

/** Questions about groups and changes to them: those to `@g.us` are about no group in particular. */
export function answerGroups(iq: BinaryNode, asker: Asker): IqAnswer {
  try {
    const request = firstChild(iq)
    if (request === undefined) return badRequest
    const { to } = iq.attrs
    if (to === '@g.us') return answerAboutAny(iq, request, asker)
    const group = asker.network.groups.byJid(to)
    if (group === undefined) return notFound
    return iq.attrs.type === 'set' ? change(request, group, asker) : tell(request, group, asker)
  } catch (error) {
    const refusal = error instanceof SimulatorError ? refusals[error.code] : undefined
    if (refusal === undefined) throw error
    return refusal
  }
}

function answerAboutAny(iq: BinaryNode, request: BinaryNode, asker: Asker): IqAnswer {
  const { network, account } = asker
  const kind = `${iq.attrs.type ?? ''} ${request.tag}`
  switch (kind) {
    case 'get participating': {
      const groups = network.groups.of(account).map((group) => groupElement(group, network.directory))
      return [element('groups', {}, groups)]
    }
    case 'set create': {
      const members = people(request, asker).flatMap(({ account: one }) => one ?? [])
      const group = network.groupActs.create(account, request.attrs.subject ?? '', members)
      return [groupElement(group, network.directory)]
    }
    case 'set leave':
      return [element('leave', {}, leaveAll(request, asker))]
    case 'get invite': {
      const group = network.groups.byInvite(request.attrs.code ?? '')
      return group ? [groupElement(group, network.directory)] : { code: 406, text: 'not-acceptable' }
    }
    case 'set invite': {
      const group = network.groupActs.join(account, request.attrs.code ?? '')
      return [element('group', { jid: group.jid })]
    }
    default:
      return notImplemented
  }
}

function leaveAll(request: BinaryNode, { network, account }: Asker): BinaryNode[] {
  return children(request, 'group').map(({ attrs: { id } }) => {
    const group = network.groups.byJid(id)
    if (group?.roleOf(account) === undefined) return element('group', { id, error: '404' })
    network.groupActs.leave(account, group)
    return element('group', { id })
  })
}

function tell(request: BinaryNode, group: Group, { network, account }: Asker): IqAnswer {
  if (group.roleOf(account) === undefined) return { code: 403, text: 'forbidden' }
  switch (request.tag) {
    case 'query':
      return [groupElement(group, network.directory)]
    case 'invite':
      return [element('invite', { code: network.groupActs.inviteCode(account, group) })]
    case 'membership_approval_requests':
      return [element('membership_approval_requests', {}, [])]
    default:
      return notImplemented
  }
}

/** Settings that one element of the request says all about. */
type Setting = (acts: GroupActs, account: Account, group: Group, request: BinaryNode) => void

const settings: Readonly<Record<string, Setting>> = {
  subject: (acts, account, group, request) => {
    acts.setSubject(account, group, textOf(request))
  },
  description: (acts, account, group, request) => {
    const body = request.attrs.delete === 'true' ? undefined : bytesOf(child(request, 'body'))?.toString()
    acts.setDescription(account, group, body, request.attrs.id)
  },
  announcement: (acts, account, group) => {
    acts.setAnnouncement(account, group, true)
  },
  not_announcement: (acts, account, group) => {
    acts.setAnnouncement(account, group, false)
  },
  locked: (acts, account, group) => {
    acts.setLocked(account, group, true)
  },
  unlocked: (acts, account, group) => {
    acts.setLocked(account, group, false)
  },
  ephemeral: (acts, account, group, request) => {
    acts.setExpiration(account, group, Number(request.attrs.expiration))
  },
  not_ephemeral: (acts, account, group) => {
    acts.setExpiration(account, group, 0)
  },
  member_add_mode: (acts, account, group, request) => {
    acts.setMembersMayAdd(account, group, textOf(request) === 'all_member_add')
  },
  membership_approval_mode: (acts, account, group, request) => {
    acts.setApproval(account, group, child(request, 'group_join')?.attrs.state === 'on')
  },
}

function change(request: BinaryNode, group: Group, asker: Asker): IqAnswer {
  const { network, account } = asker
  const { tag } = request
  if (tag === 'add' || tag === 'remove' || tag === 'promote' || tag === 'demote') {
    return [element(tag, {}, changeMembers(tag, request, group, asker))]
  }
  if (tag === 'invite') return [element('invite', { code: network.groupActs.renewInvite(account, group) })]
  const setting = Object.hasOwn(settings, tag) ? settings[tag] : undefined
  if (setting === undefined) return notImplemented
  setting(network.groupActs, account, group, request)
  return []
}

function changeMembers(change: MemberChange, request: BinaryNode, group: Group, asker: Asker): BinaryNode[] {
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

function memberElement(group: Group, { account, error }: MemberResult): BinaryNode {
  return participantElement(group, account, error === undefined ? {} : { error: error.toString() })
}

function people(request: BinaryNode, { network }: Asker): { jid: string; account: Account | undefined }[] {
  return children(request, 'participant').map(({ attrs: { jid = '' } }) => {
    return { jid, account: network.directory.byJid(jid) }
  })
}
