import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { PhoneControl } from '../../core/ports/sandbox.js'
import { readGroupParam } from './addresses.js'
import { callerOf } from './auth.js'
import { addressee } from './message-bodies.js'
import { noContent, ref } from './replies.js'
import { closed } from './requests.js'
import type { Routes } from './room.js'
import { PhoneGroupPage, PhoneGroupReply } from './sandbox-replies.js'
import { PhoneGroupParams, PhoneParams, readPhoneParam } from './sandbox-requests.js'
import { word } from './word.js'

const tags = ['Sandbox']
const config = { problems: ['sandbox-refused', 'recipient-not-found', 'group-not-found'] } as const
const subject = Type.String({ minLength: 1, maxLength: 100, description: 'What it is called.' })
const participants = Type.Array(addressee('A number, JID or LID.'), { maxItems: 1023 })

const NewPhoneGroupBody = Type.Object(
  { subject, participants },
  { ...closed, examples: [{ subject: 'Team', participants: ['4915112345678'] }] },
)
const RenamePhoneGroupBody = Type.Object({ subject }, closed)
const ChangePhoneGroupBody = Type.Object(
  { change: word(['add', 'remove', 'promote', 'demote']), participants },
  { ...closed, examples: [{ change: 'add', participants: ['4915112345678'] }] },
)
const JoinPhoneGroupBody = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 64, description: 'Of the invitation.' }) },
  closed,
)

/** Groups of a virtual phone. */
export const sandboxGroupRoutes: Routes = (scope, { gateway: { sandbox } }) => {
  const groupsOf = async (request: FastifyRequest, number: string): Promise<PhoneControl['groups']> =>
    (await sandbox.phone(callerOf(request), readPhoneParam(number))).groups

  scope.get(
    '/sandbox/phones/:number/groups',
    {
      schema: {
        operationId: 'listPhoneGroups',
        summary: 'List the groups that the phone is in',
        tags,
        params: PhoneParams,
        response: { 200: ref(PhoneGroupPage) },
      },
    },
    async (request) => ({ items: [...(await (await groupsOf(request, request.params.number)).list())], next: null }),
  )

  scope.post(
    '/sandbox/phones/:number/groups',
    {
      config,
      schema: {
        operationId: 'createPhoneGroup',
        summary: 'Make a group with the phone',
        tags,
        params: PhoneParams,
        body: NewPhoneGroupBody,
        response: { 201: ref(PhoneGroupReply) },
      },
    },
    async (request, reply) => {
      const { subject, participants } = request.body
      const groups = await groupsOf(request, request.params.number)
      return reply.code(201).send(await groups.create(subject, participants))
    },
  )

  scope.post(
    '/sandbox/phones/:number/groups/join',
    {
      config,
      schema: {
        operationId: 'joinPhoneGroup',
        summary: 'Join a group with the phone',
        tags,
        params: PhoneParams,
        body: JoinPhoneGroupBody,
        response: { 200: ref(PhoneGroupReply) },
      },
    },
    async (request) => (await groupsOf(request, request.params.number)).join(request.body.code),
  )

  scope.patch(
    '/sandbox/phones/:number/groups/:group',
    {
      config,
      schema: {
        operationId: 'renamePhoneGroup',
        summary: 'Call a group of the phone anew',
        tags,
        params: PhoneGroupParams,
        body: RenamePhoneGroupBody,
        response: { 200: ref(PhoneGroupReply) },
      },
    },
    async (request) => {
      const { number, group } = request.params
      const groups = await groupsOf(request, number)
      return groups.rename(readGroupParam(group), request.body.subject)
    },
  )

  scope.post(
    '/sandbox/phones/:number/groups/:group/participants',
    {
      config,
      schema: {
        operationId: 'changePhoneGroup',
        summary: 'Add, remove, promote or demote with the phone',
        tags,
        params: PhoneGroupParams,
        body: ChangePhoneGroupBody,
        response: { 200: ref(PhoneGroupReply) },
      },
    },
    async (request) => {
      const { number, group } = request.params
      const { change, participants } = request.body
      return (await groupsOf(request, number)).change(readGroupParam(group), change, participants)
    },
  )

  scope.get(
    '/sandbox/phones/:number/groups/:group/invite',
    {
      config,
      schema: {
        operationId: 'getPhoneGroupInvite',
        summary: 'Read the code of the invitation to a group',
        tags,
        params: PhoneGroupParams,
        response: { 200: Type.Object({ code: Type.String() }) },
      },
    },
    async (request) => {
      const { number, group } = request.params
      return { code: await (await groupsOf(request, number)).invite(readGroupParam(group)) }
    },
  )

  scope.post(
    '/sandbox/phones/:number/groups/:group/leave',
    {
      config,
      schema: {
        operationId: 'leavePhoneGroup',
        summary: 'Leave a group with the phone',
        tags,
        params: PhoneGroupParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { number, group } = request.params
      await (await groupsOf(request, number)).leave(readGroupParam(group))
      return reply.code(204).send(null)
    },
  )
}
