import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { SimulatorError, type SimulatorErrorCode } from '../errors.js'
import type { GroupActs } from '../groups/acts.js'
import { groupElement } from '../groups/elements.js'
import type { Group } from '../groups/group.js'
import { badRequest, firstChild, notFound, notImplemented, type IqAnswer, type IqError } from '../server/iq-answer.js'
import { bytesOf, child, children, element, textOf } from '../wire/nodes.js'
import { changeMembers, createGroup, decideRequests, people } from './group-members.js'
import type { Asker } from './query.js'

const refusals: Partial<Readonly<Record<SimulatorErrorCode, IqError>>> = {
  'group-not-found': notFound,
  'not-a-member': { code: 403, text: 'forbidden' },
  'not-an-admin': { code: 403, text: 'forbidden' },
  'bad-subject': { code: 406, text: 'not-acceptable' },
  'invitation-not-valid': { code: 410, text: 'gone' },
}

/** A change of something that has changed meanwhile. */
class Outdated extends Error {}

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
    if (error instanceof Outdated) return { code: 409, text: 'conflict' }
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
    case 'set create':
      return [createGroup(request, asker)]
    case 'set leave':
      return [element('leave', {}, leaveAll(request, asker))]
    case 'get invite': {
      const group = network.groups.byInvite(request.attrs.code ?? '')
      return group ? [groupElement(group, network.directory)] : invalidCode(request, asker)
    }
    case 'set invite':
      return join(request, asker)
    default:
      return notImplemented
  }
}

function join(request: BinaryNode, asker: Asker): IqAnswer {
  const code = request.attrs.code ?? ''
  if (asker.network.groups.byInvite(code) === undefined) return invalidCode(request, asker)
  const { group, outcome } = asker.network.admission.join(asker.account, code)
  return [element(outcome === 'joined' ? 'group' : 'membership_approval_request', { jid: group.jid })]
}

/** A code that was replaced is gone, and one that never was is none (whatsmeow's `ErrInviteLinkRevoked`, `…Invalid`). */
function invalidCode({ attrs: { code = '' } }: BinaryNode, { network }: Asker): IqError {
  return network.groups.wasInvite(code) ? { code: 410, text: 'gone' } : { code: 406, text: 'not-acceptable' }
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
  if (group.roleOf(account) === undefined && !isInvited(request, group, account)) {
    return { code: 403, text: 'forbidden' }
  }
  switch (request.tag) {
    case 'query':
      return [groupElement(group, network.directory)]
    case 'invite':
      // The one refusal of this kind that has another number (whatsmeow's `ErrGroupInviteLinkUnauthorized`).
      if (!group.isAdmin(account)) return { code: 401, text: 'not-authorized' }
      return [element('invite', { code: network.groupActs.inviteCode(account, group) })]
    case 'membership_approval_requests': {
      const requests = network.admission.requests(account, group).map(({ account: one, at }) => {
        const attrs = { jid: group.addressOf(one), request_method: 'invite_link', request_time: at.toString() }
        return element('membership_approval_request', attrs)
      })
      return [element('membership_approval_requests', {}, requests)]
    }
    default:
      return notImplemented
  }
}

/** Who holds an invitation may look at the group with it. */
function isInvited(request: BinaryNode, group: Group, account: Account): boolean {
  const code = child(request, 'add_request')?.attrs.code
  return request.tag === 'query' && code !== undefined && group.record.invitations?.[account.number]?.code === code
}

/** Settings that one element of the request says all about. */
type Setting = (acts: GroupActs, account: Account, group: Group, request: BinaryNode) => void

const settings: Readonly<Record<string, Setting>> = {
  subject: (acts, account, group, request) => {
    acts.setSubject(account, group, textOf(request))
  },
  description: (acts, account, group, request) => {
    // Who does not know the description that is there would overwrite what somebody else has just written.
    if (request.attrs.prev !== group.record.description?.id) throw new Outdated()
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
  switch (tag) {
    case 'invite':
      return [element('invite', { code: network.groupActs.renewInvite(account, group) })]
    case 'accept':
      network.admission.accept(account, group, request.attrs.code ?? '')
      return []
    case 'revoke':
      for (const { account: one } of people(request, asker)) {
        if (one) network.admission.revokeInvitation(account, group, one)
      }
      return []
    case 'membership_requests_action':
      return [decideRequests(request, group, asker)]
  }
  const setting = Object.hasOwn(settings, tag) ? settings[tag] : undefined
  if (setting === undefined) return notImplemented
  setting(network.groupActs, account, group, request)
  return []
}
