import { callerOf } from './auth.js'
import { KeyPage, keyReply, NewKeyReply, noContent, ref } from './replies.js'
import { KeyParams, NewKeyBody, readKeyId, readNewKey } from './requests.js'
import type { Routes } from './room.js'

const tags = ['Keys']

export const keyRoutes: Routes = (scope, { gateway: { access } }) => {
  scope.post(
    '/keys',
    {
      schema: {
        operationId: 'createKey',
        summary: 'Make an API key',
        description:
          'The key itself is in this answer and nowhere else. A key can be given no more than the caller has.',
        tags,
        body: NewKeyBody,
        response: { 201: ref(NewKeyReply) },
      },
    },
    async (request, reply) => {
      const { key, record } = await access.createKey(callerOf(request), readNewKey(request.body))
      return reply.code(201).send({ ...keyReply(record), key })
    },
  )

  scope.get(
    '/keys',
    { schema: { operationId: 'listKeys', summary: 'List the API keys', tags, response: { 200: ref(KeyPage) } } },
    async (request) => ({ items: (await access.listKeys(callerOf(request))).map(keyReply), next: null }),
  )

  scope.delete(
    '/keys/:id',
    {
      config: { problems: ['key-not-found'] },
      schema: {
        operationId: 'revokeKey',
        summary: 'Revoke an API key',
        description: 'It is refused from the next request on.',
        tags,
        params: KeyParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await access.revokeKey(callerOf(request), readKeyId(request.params.id))
      return reply.code(204).send(null)
    },
  )
}
