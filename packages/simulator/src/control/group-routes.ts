import type { VirtualGroup } from '../api.js'
import { SimulatorError } from '../errors.js'
import { Fields } from './fields.js'
import { done, type WithPhone } from './phone-handler.js'
import { groupJson } from './replies.js'
import { readCode, readNothing, readSwitch } from './requests.js'
import type { Answer, Handler, Methods, Routes } from './routing.js'

/** Groups, each as one of its members sees it. */
export function groupRoutes(withPhone: WithPhone): Routes {
  const withGroup = (act: (group: VirtualGroup, body: unknown) => Answer | Promise<Answer>): Handler =>
    withPhone((phone, { params: [, id = ''], body }) => {
      const group = phone.group(id)
      if (group === undefined) throw new SimulatorError('group-not-found', `${phone.number} is not in a group ${id}.`)
      return act(group, body)
    })
  /** Something that is done to a group and answers nothing. */
  const doing = <Input>(read: (body: unknown) => Input, act: (group: VirtualGroup, input: Input) => Promise<void>) => {
    const methods: Methods = {
      POST: withGroup(async (group, body) => {
        await act(group, read(body))
        return done
      }),
    }
    return methods
  }
  const code = (text: string): Answer => ({ status: 200, body: { code: text } })
  return {
    '/phones/:number/groups': {
      GET: withPhone((phone) => ({ status: 200, body: { items: phone.groups().map(groupJson) } })),
      POST: withPhone(async (phone, { body }) => {
        const { subject, members, ...more } = readGroup(body)
        return { status: 201, body: groupJson(await phone.createGroup(subject, members, more)) }
      }),
    },
    '/phones/:number/join': {
      POST: withPhone(async (phone, { body }) => ({
        status: 200,
        body: groupJson(await phone.joinGroup(readCode(body))),
      })),
    },
    '/phones/:number/groups/:id': { GET: withGroup((group) => ({ status: 200, body: groupJson(group) })) },
    '/phones/:number/groups/:id/add': doing(readMembers, (group, members) => group.add(members)),
    '/phones/:number/groups/:id/remove': doing(readMembers, (group, members) => group.remove(members)),
    '/phones/:number/groups/:id/promote': doing(readMembers, (group, members) => group.promote(members)),
    '/phones/:number/groups/:id/demote': doing(readMembers, (group, members) => group.demote(members)),
    '/phones/:number/groups/:id/subject': doing(readSubject, (group, subject) => group.rename(subject)),
    '/phones/:number/groups/:id/description': doing(readDescription, (group, text) => group.setDescription(text)),
    '/phones/:number/groups/:id/announcement': doing(readSwitch, (group, on) => group.setAnnouncement(on)),
    '/phones/:number/groups/:id/locked': doing(readSwitch, (group, on) => group.setLocked(on)),
    '/phones/:number/groups/:id/expiration': doing(readSeconds, (group, seconds) => group.setExpiration(seconds)),
    '/phones/:number/groups/:id/members-may-add': doing(readSwitch, (group, on) => group.setMembersMayAdd(on)),
    '/phones/:number/groups/:id/approval': doing(readSwitch, (group, on) => group.setApproval(on)),
    '/phones/:number/groups/:id/requests': {
      GET: withGroup(async (group) => ({ status: 200, body: { items: await group.requests() } })),
    },
    '/phones/:number/groups/:id/approve': doing(readMembers, (group, members) => group.approve(members)),
    '/phones/:number/groups/:id/reject': doing(readMembers, (group, members) => group.reject(members)),
    '/phones/:number/groups/:id/invite-member': {
      POST: withGroup(async (group, body) => {
        return { status: 201, body: { id: await group.invite(Fields.all(body, (fields) => fields.text('member'))) } }
      }),
    },
    '/phones/:number/messages/:id/accept-invitation': {
      POST: withPhone(async (phone, { params: [, id = ''], body }) => {
        readNothing(body)
        return { status: 200, body: groupJson(await phone.acceptInvitation(id)) }
      }),
    },
    '/phones/:number/groups/:id/leave': doing(readNothing, (group) => group.leave()),
    '/phones/:number/groups/:id/invite': {
      GET: withGroup(async (group) => code(await group.inviteCode())),
      POST: withGroup(async (group, body) => {
        readNothing(body)
        return code(await group.renewInvite())
      }),
    },
  }
}

function readGroup(body: unknown): { subject: string; members: readonly string[]; addressing?: 'lid' | 'number' } {
  return Fields.all(body, (fields) => {
    const [subject, members] = [fields.text('subject'), fields.texts('members')]
    const addressing = fields.optionalText('addressing') && fields.choice('addressing', ['lid', 'number'])
    return { subject, members, ...(addressing && { addressing }) }
  })
}

function readMembers(body: unknown): readonly string[] {
  return Fields.all(body, (fields) => fields.texts('members'))
}

function readSubject(body: unknown): string {
  return Fields.all(body, (fields) => fields.text('subject'))
}

/** Without a text, it is removed. */
function readDescription(body: unknown): string | undefined {
  return Fields.all(body, (fields) => fields.optionalText('text'))
}

function readSeconds(body: unknown): number {
  return Fields.all(body, (fields) => fields.integer('seconds', 0, 365 * 24 * 60 * 60))
}
