import Type, { type Static } from 'typebox'
import type { Group, ParticipantOutcome } from '../../core/groups/group.js'
import { list } from './content-replies.js'
import { named, nullable, page, ref, time } from './replies.js'
import { word } from './word.js'

const person = {
  id: Type.String({ description: 'JID, by number where it is known.' }),
  phone: nullable(Type.String(), 'Number, where known.'),
  lid: nullable(Type.String(), 'Address that hides the number.'),
}

export const GroupReply = named(
  'Group',
  Type.Object({
    id: Type.String({ description: 'Also the id of its chat.' }),
    subject: Type.String({ description: 'What it is called.' }),
    subjectChangedAt: nullable(time('When it was last called anew.'), 'Null where WhatsApp does not say.'),
    subjectChangedBy: nullable(Type.String(), 'JID of who called it so.'),
    description: nullable(Type.String(), 'Null where there is none.'),
    owner: nullable(Type.String(), 'JID.'),
    createdAt: nullable(time('When it was made.'), 'Null where WhatsApp does not say.'),
    participants: list(Type.Object({ ...person, role: word(['member', 'admin', 'owner']) })),
    adminsWrite: Type.Boolean({ description: 'Only admins may write.' }),
    adminsEdit: Type.Boolean({ description: 'Only admins may change name, picture and description.' }),
    expiresIn: Type.Integer({ description: 'Seconds after which messages disappear; 0: they stay.' }),
    joinApproval: Type.Boolean({ description: 'Admins let people in one by one.' }),
  }),
)
export const GroupPage = page('GroupPage', ref(GroupReply))

export const OutcomeReply = named(
  'ParticipantOutcome',
  Type.Object({
    ...person,
    outcome: word(['done', 'invite-needed', 'not-found', 'already', 'refused'], {
      description:
        '`invite-needed`: their settings keep others from adding them; send a `group-invite`. `not-found`: not on ' +
        'WhatsApp, or not in the group. `already`: nothing to change.',
    }),
  }),
)
export const OutcomePage = page('ParticipantOutcomePage', ref(OutcomeReply))
export const NewGroupReply = named(
  'NewGroup',
  Type.Object({ group: ref(GroupReply), outcomes: list(ref(OutcomeReply)) }),
)
export const InviteReply = named(
  'GroupInviteLink',
  Type.Object({ url: Type.String({ format: 'uri', description: 'Whoever has it may join.' }) }),
)

export function groupReply({ subjectChangedAt, createdAt, ...group }: Group): Static<typeof GroupReply> {
  return {
    ...group,
    subjectChangedAt: subjectChangedAt?.toISOString() ?? null,
    createdAt: createdAt?.toISOString() ?? null,
  }
}

export function outcomeReply({ id, phone, lid, outcome }: ParticipantOutcome): Static<typeof OutcomeReply> {
  return { id, phone, lid, outcome }
}
