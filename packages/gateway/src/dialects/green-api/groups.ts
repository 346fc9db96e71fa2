import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Group, GroupEdit, ParticipantOutcome } from '../../core/groups/group.js'
import { readGroup, readPeople, readPerson } from './addressees.js'
import { personId, vendorId } from './chat-ids.js'
import { badData, type Fields, fieldsOf, flagIfGiven, text } from './fields.js'
import { readPicture, whyNotSet } from './picture.js'
import type { Call, Method, Room } from './room.js'
import { switchesOf } from './switches.js'

const longestName = 100

/** Groups of the account. */
export function groupMethods(room: Room): readonly Method[] {
  const { groups, contacts } = room.gateway
  return [
    method('createGroup', 1, async (call, fields) => {
      const subject = text(fields, 'groupName', longestName)
      const { group } = await groups.create(call.caller, call.instance, {
        subject,
        participants: readPeople(fields, 'chatIds'),
      })
      return { created: true, chatId: group.id, groupInviteLink: await inviteOf(call, group.id) }
    }),
    method('updateGroupName', 1, async ({ caller, instance }, fields) => {
      const subject = text(fields, 'groupName', longestName)
      await groups.edit(caller, instance, readGroup(fields), { subject })
      return { updateGroupName: true }
    }),
    method('getGroupData', 1, async (call, fields) => {
      const { caller, instance } = call
      const group = await groups.get(caller, instance, readGroup(fields))
      const { byLid } = switchesOf(await room.shelf.read(caller, instance))
      return groupData(group, await inviteOf(call, group.id), byLid)
    }),
    changesParticipant('addGroupParticipant', 'add', 'addParticipant'),
    changesParticipant('removeGroupParticipant', 'remove', 'removeParticipant'),
    changesParticipant('setGroupAdmin', 'promote', 'setGroupAdmin'),
    changesParticipant('removeAdmin', 'demote', 'removeAdmin'),
    method('updateGroupSettings', 1, async ({ caller, instance }, fields) => {
      await groups.edit(caller, instance, readGroup(fields), readSettings(fields))
      return { updateGroupSettings: true, reason: null }
    }),
    method('leaveGroup', 10, async ({ caller, instance }, fields) => {
      await groups.leave(caller, instance, readGroup(fields))
      return { leaveGroup: true }
    }),
    {
      name: 'setGroupPicture',
      verb: 'POST',
      perSecond: 1,
      streams: true,
      async answer(call) {
        const { caller, instance } = call
        const { file, fields } = await readPicture(room, call)
        const group = readGroup(fields)
        const reason = await whyNotSet(groups.setPicture(caller, instance, group, file))
        const urlAvatar = reason === null ? await contacts.picture(caller, instance, group) : null
        return { setGroupPicture: reason === null, urlAvatar, reason: reason ?? '' }
      },
    },
  ]

  function method(name: string, perSecond: number, answer: (call: Call, fields: Fields) => Promise<object>): Method {
    return { name, verb: 'POST', perSecond, answer: async (call) => answer(call, fieldsOf(call.body)) }
  }

  /** False where WhatsApp did not do it, as when somebody lets nobody add them. */
  function changesParticipant(name: string, change: 'add' | 'remove' | 'promote' | 'demote', told: string): Method {
    return method(name, 10, async ({ caller, instance }, fields) => {
      const participants = [readPerson(fields, 'participantChatId')]
      const [outcome] = await groups.change(caller, instance, readGroup(fields), change, participants)
      return { [told]: isDone(outcome) }
    })
  }

  /** Empty where only admins are given the link. */
  async function inviteOf({ caller, instance }: Call, group: string): Promise<string> {
    return groups.invite(caller, instance, group).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'not-group-admin') return ''
      throw error
    })
  }
}

function isDone(outcome: ParticipantOutcome | undefined): boolean {
  return outcome?.outcome === 'done' || outcome?.outcome === 'already'
}

/** The vendor says what everybody may do, the core what only admins may. */
function readSettings(fields: Fields): GroupEdit {
  const edit = flagIfGiven(fields, 'allowParticipantsEditGroupSettings')
  const write = flagIfGiven(fields, 'allowParticipantsSendMessages')
  if (edit === undefined && write === undefined) throw badData()
  return { ...(edit !== undefined && { adminsEdit: !edit }), ...(write !== undefined && { adminsWrite: !write }) }
}

function groupData(group: Group, groupInviteLink: string, byLid: boolean): object {
  return {
    groupId: group.id,
    owner: group.owner === null ? '' : vendorId(group.owner),
    subject: group.subject,
    creation: seconds(group.createdAt),
    participants: group.participants.map((one) => ({
      id: personId(one.id, one, byLid),
      isAdmin: one.role !== 'member',
      isSuperAdmin: one.role === 'owner',
    })),
    subjectTime: seconds(group.subjectChangedAt),
    subjectOwner: group.subjectChangedBy === null ? '' : vendorId(group.subjectChangedBy),
    groupInviteLink,
  }
}

function seconds(time: Date | null): number {
  return time === null ? 0 : Math.floor(time.getTime() / 1000)
}
