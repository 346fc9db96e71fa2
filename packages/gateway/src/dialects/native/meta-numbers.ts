import { callerOf } from './auth.js'
import { MetaNumberPage, metaNumberReply, MetaNumberReply } from './message-link-replies.js'
import { MetaNumberParams, NewMetaNumberBody, readNewMetaNumber } from './message-link-requests.js'
import { noContent, ref } from './replies.js'
import { readPhone } from './requests.js'
import type { Routes } from './room.js'

const tags = ['Message links']

export const metaNumberRoutes: Routes = (scope, { gateway: { messageLinks } }) => {
  scope.post(
    '/meta-numbers',
    {
      config: { problems: ['not-supported'] },
      schema: {
        operationId: 'attachMetaNumber',
        summary: 'Attach a number of the Cloud API',
        description:
          'From then on its message links are made through Meta and carry `wa.me/message/…`. The token is kept sealed and ' +
          'never shown again; attaching the number anew replaces it.',
        tags,
        body: NewMetaNumberBody,
        response: { 201: ref(MetaNumberReply) },
      },
    },
    async (request, reply) => {
      const number = await messageLinks.attachNumber(callerOf(request), readNewMetaNumber(request.body))
      return reply.code(201).send(metaNumberReply(number))
    },
  )

  scope.get(
    '/meta-numbers',
    {
      schema: {
        operationId: 'listMetaNumbers',
        summary: 'List the numbers of the Cloud API',
        tags,
        response: { 200: ref(MetaNumberPage) },
      },
    },
    async (request) => ({
      items: (await messageLinks.listNumbers(callerOf(request))).map(metaNumberReply),
      next: null,
    }),
  )

  scope.delete(
    '/meta-numbers/:phone',
    {
      config: { problems: ['meta-number-not-found'] },
      schema: {
        operationId: 'detachMetaNumber',
        summary: 'Detach a number of the Cloud API',
        description: 'The links that were made there stay as they are at Meta.',
        tags,
        params: MetaNumberParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await messageLinks.detachNumber(callerOf(request), readPhone(request.params.phone))
      return reply.code(204).send(null)
    },
  )
}
