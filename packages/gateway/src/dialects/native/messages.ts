import { callerOf } from './auth.js'
import { MessageReply, messageReply } from './message-replies.js'
import { ref } from './replies.js'
import {
  InstanceParams,
  MessageParams,
  readInstanceId,
  readMessage,
  readMessageId,
  SendMessageBody,
  SendMessageHeaders,
} from './requests.js'
import type { Routes } from './room.js'

const tags = ['Messages']

export const messageRoutes: Routes = (scope, { gateway: { messages }, mediaUrl }) => {
  scope.post(
    '/instances/:id/messages',
    {
      config: {
        problems: ['not-linked', 'instance-banned', 'recipient-not-found', 'content-too-large', 'storage-full'],
      },
      schema: {
        operationId: 'sendMessage',
        summary: 'Send a message',
        description:
          'The answer means that the message is stored and will be sent. What becomes of it is in its `status`, which ' +
          'the event `message.status` reports as it changes.',
        tags,
        params: InstanceParams,
        headers: SendMessageHeaders,
        body: SendMessageBody,
        response: { 201: ref(MessageReply) },
      },
    },
    async (request, reply) => {
      const id = readInstanceId(request.params.id)
      const wish = readMessage(request.body, request.headers['idempotency-key'])
      return reply.code(201).send(messageReply(await messages.send(callerOf(request), id, wish), mediaUrl))
    },
  )

  scope.get(
    '/instances/:id/messages/:messageId',
    {
      config: { problems: ['message-not-found'] },
      schema: {
        operationId: 'getMessage',
        summary: 'Read what became of a message',
        tags,
        params: MessageParams,
        response: { 200: ref(MessageReply) },
      },
    },
    async (request) => {
      const { id, messageId } = request.params
      const found = await messages.get(callerOf(request), readInstanceId(id), readMessageId(messageId))
      return messageReply(found, mediaUrl)
    },
  )
}
