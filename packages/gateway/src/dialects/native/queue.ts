import Type from 'typebox'
import { callerOf } from './auth.js'
import { QueueQuery } from './message-bodies.js'
import { MessagePage, messageReply } from './message-replies.js'
import { ref } from './replies.js'
import { InstanceParams, readInstanceId } from './requests.js'
import type { Routes } from './room.js'

const tags = ['Messages']
const usualPage = 100

export const queueRoutes: Routes = (scope, { gateway: { messages }, mediaUrl }) => {
  scope.get(
    '/instances/:id/queue',
    {
      schema: {
        operationId: 'listQueue',
        summary: 'Read what waits to be sent',
        description: 'The oldest first. While the account is away, it waits for a day.',
        tags,
        params: InstanceParams,
        querystring: QueueQuery,
        response: { 200: ref(MessagePage) },
      },
    },
    async (request) => {
      const { limit = usualPage } = request.query
      const found = await messages.queued(callerOf(request), readInstanceId(request.params.id), limit)
      return { items: found.map((message) => messageReply(message, mediaUrl)), next: null }
    },
  )

  scope.delete(
    '/instances/:id/queue',
    {
      schema: {
        operationId: 'clearQueue',
        summary: 'Take everything out of the queue',
        description: 'What waits then fails with `message-cancelled`.',
        tags,
        params: InstanceParams,
        response: { 200: Type.Object({ cancelled: Type.Integer({ description: 'How many were taken out.' }) }) },
      },
    },
    async (request) => ({ cancelled: await messages.clear(callerOf(request), readInstanceId(request.params.id)) }),
  )
}
