import Type, { type Static } from 'typebox'
import type { GroupEdit } from '../../core/groups/group.js'
import { GroupParams, readGroupParam } from './addresses.js'
import { callerOf } from './auth.js'
import { readMediaId } from './file-source.js'
import {
  GroupPage,
  GroupReply,
  groupReply,
  InviteReply,
  NewGroupReply,
  OutcomePage,
  outcomeReply,
} from './group-replies.js'
import { addressee } from './message-bodies.js'
import { noContent, ref } from './replies.js'
import { closed, InstanceParams, readInstanceId } from './requests.js'
import type { Routes } from './room.js'
import { word } from './word.js'

const tags = ['Groups']
const asking = ['not-linked', 'send-timed-out', 'whatsapp-refused'] as const
const acting = ['group-not-found', 'not-in-group', 'not-group-admin', ...asking] as const

const subject = Type.String({ minLength: 1, maxLength: 100, description: 'What it is called.' })
const people = (minItems: number) =>
  Type.Array(addressee('A phone number or JID.'), { minItems, maxItems: 1023, description: 'Phone numbers or JIDs.' })

const NewGroupBody = Type.Object(
  { subject, participants: people(0) },
  { ...closed, examples: [{ subject: 'Team', participants: ['4915112345678'] }] },
)
const EditGroupBody = Type.Object(
  {
    subject: Type.Optional(subject),
    description: Type.Optional(
      Type.Union([Type.String({ maxLength: 2048 }), Type.Null()], { description: 'Null takes it away.' }),
    ),
    picture: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 128 }), Type.Null()], {
        description: 'Id of an uploaded file; null takes the picture away.',
      }),
    ),
    adminsWrite: Type.Optional(Type.Boolean({ description: 'Only admins may write.' })),
    adminsEdit: Type.Optional(Type.Boolean({ description: 'Only admins may change name, picture and description.' })),
    expiresIn: Type.Optional(
      Type.Union([Type.Literal(0), Type.Literal(86_400), Type.Literal(604_800), Type.Literal(7_776_000)], {
        description: 'Seconds after which messages disappear: a day, a week, 90 days; 0: they stay.',
      }),
    ),
    joinApproval: Type.Optional(Type.Boolean({ description: 'Admins let people in one by one.' })),
  },
  { ...closed, minProperties: 1, examples: [{ subject: 'Team', adminsWrite: true }] },
)
const ChangeParticipantsBody = Type.Object(
  { change: word(['add', 'remove', 'promote', 'demote']), participants: people(1) },
  { ...closed, examples: [{ change: 'add', participants: ['4915112345678'] }] },
)
const JoinGroupBody = Type.Object(
  { invite: Type.String({ minLength: 1, maxLength: 255, description: 'The link of an invitation, or its code.' }) },
  { ...closed, examples: [{ invite: 'https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv' }] },
)

export const groupRoutes: Routes = (scope, { gateway: { groups } }) => {
  scope.get(
    '/instances/:id/groups',
    {
      config: { problems: asking },
      schema: {
        operationId: 'listGroups',
        summary: 'List the groups that the account is in',
        tags,
        params: InstanceParams,
        response: { 200: ref(GroupPage) },
      },
    },
    async (request) => {
      const found = await groups.list(callerOf(request), readInstanceId(request.params.id))
      return { items: found.map(groupReply), next: null }
    },
  )

  scope.post(
    '/instances/:id/groups',
    {
      config: { problems: asking },
      schema: {
        operationId: 'createGroup',
        summary: 'Make a group',
        description: 'It is made also when somebody could not be added: `outcomes` says who and why.',
        tags,
        params: InstanceParams,
        body: NewGroupBody,
        response: { 201: ref(NewGroupReply) },
      },
    },
    async (request, reply) => {
      const made = await groups.create(callerOf(request), readInstanceId(request.params.id), request.body)
      return reply.code(201).send({ group: groupReply(made.group), outcomes: made.outcomes.map(outcomeReply) })
    },
  )

  scope.post(
    '/instances/:id/groups/join',
    {
      config: { problems: ['group-not-found', ...asking] },
      schema: {
        operationId: 'joinGroup',
        summary: 'Join a group by an invitation',
        tags,
        params: InstanceParams,
        body: JoinGroupBody,
        response: { 200: Type.Object({ id: Type.String({ description: 'Of the group.' }) }) },
      },
    },
    async (request) => ({
      id: await groups.join(callerOf(request), readInstanceId(request.params.id), request.body.invite),
    }),
  )

  scope.get(
    '/instances/:id/groups/:group',
    {
      config: { problems: acting },
      schema: {
        operationId: 'getGroup',
        summary: 'Read a group',
        tags,
        params: GroupParams,
        response: { 200: ref(GroupReply) },
      },
    },
    async (request) => {
      const { id, group } = request.params
      return groupReply(await groups.get(callerOf(request), readInstanceId(id), readGroupParam(group)))
    },
  )

  scope.patch(
    '/instances/:id/groups/:group',
    {
      config: { problems: ['media-not-found', 'media-unavailable', ...acting] },
      schema: {
        operationId: 'editGroup',
        summary: 'Change name, description, picture and settings of a group',
        tags,
        params: GroupParams,
        body: EditGroupBody,
        response: { 200: ref(GroupReply) },
      },
    },
    async (request) => {
      const [caller, id, group] = [callerOf(request), readInstanceId(request.params.id), request.params.group]
      const { picture, changes } = readGroupEdit(request.body)
      const jid = readGroupParam(group)
      if (picture !== undefined) await groups.setPicture(caller, id, jid, picture)
      return groupReply(await groups.edit(caller, id, jid, changes))
    },
  )

  scope.post(
    '/instances/:id/groups/:group/participants',
    {
      config: { problems: acting },
      schema: {
        operationId: 'changeParticipants',
        summary: 'Add, remove, promote or demote participants',
        tags,
        params: GroupParams,
        body: ChangeParticipantsBody,
        response: { 200: ref(OutcomePage) },
      },
    },
    async (request) => {
      const { id, group } = request.params
      const { change, participants } = request.body
      const jid = readGroupParam(group)
      const outcomes = await groups.change(callerOf(request), readInstanceId(id), jid, change, participants)
      return { items: outcomes.map(outcomeReply), next: null }
    },
  )

  scope.get(
    '/instances/:id/groups/:group/invite',
    {
      config: { problems: acting },
      schema: {
        operationId: 'getGroupInvite',
        summary: 'Read the link by which people join',
        tags,
        params: GroupParams,
        response: { 200: ref(InviteReply) },
      },
    },
    async (request) => {
      const { id, group } = request.params
      return { url: await groups.invite(callerOf(request), readInstanceId(id), readGroupParam(group)) }
    },
  )

  scope.delete(
    '/instances/:id/groups/:group/invite',
    {
      config: { problems: acting },
      schema: {
        operationId: 'revokeGroupInvite',
        summary: 'Make the link worth nothing; the answer has the new one',
        tags,
        params: GroupParams,
        response: { 200: ref(InviteReply) },
      },
    },
    async (request) => {
      const { id, group } = request.params
      return { url: await groups.revokeInvite(callerOf(request), readInstanceId(id), readGroupParam(group)) }
    },
  )

  scope.post(
    '/instances/:id/groups/:group/leave',
    {
      config: { problems: acting },
      schema: {
        operationId: 'leaveGroup',
        summary: 'Leave a group',
        tags,
        params: GroupParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { id, group } = request.params
      await groups.leave(callerOf(request), readInstanceId(id), readGroupParam(group))
      return reply.code(204).send(null)
    },
  )
}

function readGroupEdit({ picture, ...changes }: Static<typeof EditGroupBody>): {
  picture: ReturnType<typeof readMediaId> | null | undefined
  changes: GroupEdit
} {
  return { picture: picture == null ? picture : readMediaId(picture), changes }
}
