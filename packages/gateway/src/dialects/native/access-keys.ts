import { callerOf } from './auth.js'
import { AccessKeyPage, accessKeyReply, NewAccessKeyReply, noContent, ref } from './replies.js'
import { AccessKeyParams, NewAccessKeyBody, readAccessKeyId } from './requests.js'
import type { Routes } from './room.js'

const tags = ['Keys']

export const accessKeyRoutes: Routes = (scope, { gateway: { accessKeys } }) => {
  scope.post(
    '/access-keys',
    {
      schema: {
        operationId: 'createAccessKey',
        summary: 'Make an access key',
        description:
          'An id and a secret for clients that sign their requests (Alibaba Cloud CAMS). The secret is in this answer and ' +
          'nowhere else.',
        tags,
        body: NewAccessKeyBody,
        response: { 201: ref(NewAccessKeyReply) },
      },
    },
    async (request, reply) => {
      const { secret, record } = await accessKeys.create(callerOf(request), request.body)
      return reply.code(201).send({ ...accessKeyReply(record), accessKeySecret: secret })
    },
  )

  scope.get(
    '/access-keys',
    {
      schema: {
        operationId: 'listAccessKeys',
        summary: 'List the access keys',
        tags,
        response: { 200: ref(AccessKeyPage) },
      },
    },
    async (request) => ({ items: (await accessKeys.list(callerOf(request))).map(accessKeyReply), next: null }),
  )

  scope.delete(
    '/access-keys/:id',
    {
      config: { problems: ['access-key-not-found'] },
      schema: {
        operationId: 'revokeAccessKey',
        summary: 'Revoke an access key',
        description: 'What is signed with it is refused from the next request on, and its secret is forgotten.',
        tags,
        params: AccessKeyParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await accessKeys.revoke(callerOf(request), readAccessKeyId(request.params.id))
      return reply.code(204).send(null)
    },
  )
}
