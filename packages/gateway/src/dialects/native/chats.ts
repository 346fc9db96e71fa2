import { ChatParams, readChatParam } from './addresses.js'
import { callerOf } from './auth.js'
import { ChatsQuery, EditChatBody, readChatEdit, ReadChatBody, ShowPresenceBody, usualPage } from './chat-bodies.js'
import { ChatPage, ChatReply, chatReply } from './chat-replies.js'
import { noContent, ref } from './replies.js'
import { InstanceParams, readInstanceId } from './requests.js'
import type { Routes } from './room.js'

const tags = ['Chats']

export const chatRoutes: Routes = (scope, { gateway: { chats } }) => {
  scope.get(
    '/instances/:id/chats',
    {
      schema: {
        operationId: 'listChats',
        summary: 'List the chats',
        description: 'As far as this instance has seen them, the one with the newest message first.',
        tags,
        params: InstanceParams,
        querystring: ChatsQuery,
        response: { 200: ref(ChatPage) },
      },
    },
    async (request) => {
      const { before, limit = usualPage } = request.query
      const found = await chats.list(callerOf(request), readInstanceId(request.params.id), {
        ...(before === undefined ? {} : { before }),
        limit: limit + 1,
      })
      const items = found.slice(0, limit)
      return { items: items.map(chatReply), next: found.length > limit ? (items.at(-1)?.chat ?? null) : null }
    },
  )

  scope.get(
    '/instances/:id/chats/:chat',
    {
      config: { problems: ['chat-not-found'] },
      schema: {
        operationId: 'getChat',
        summary: 'Read a chat',
        tags,
        params: ChatParams,
        response: { 200: ref(ChatReply) },
      },
    },
    async (request) => {
      const { id, chat } = request.params
      return chatReply(await chats.get(callerOf(request), readInstanceId(id), readChatParam(chat)))
    },
  )

  scope.patch(
    '/instances/:id/chats/:chat',
    {
      config: { problems: ['chat-not-found', 'not-linked', 'send-timed-out'] },
      schema: {
        operationId: 'editChat',
        summary: 'Archive, pin, mute a chat, mark it as unread, or let it forget',
        description: "On all of the account's devices.",
        tags,
        params: ChatParams,
        body: EditChatBody,
        response: { 200: ref(ChatReply) },
      },
    },
    async (request) => {
      const { id, chat } = request.params
      const changes = readChatEdit(request.body)
      return chatReply(await chats.edit(callerOf(request), readInstanceId(id), readChatParam(chat), changes))
    },
  )

  scope.post(
    '/instances/:id/chats/:chat/read',
    {
      config: { problems: ['chat-not-found', 'message-not-found', 'not-linked', 'send-timed-out'] },
      schema: {
        operationId: 'readChat',
        summary: 'Mark a chat as read',
        description: 'The other side is shown that its messages were read, as far as the account tells anybody.',
        tags,
        params: ChatParams,
        body: ReadChatBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { id, chat } = request.params
      await chats.read(callerOf(request), readInstanceId(id), readChatParam(chat), request.body.upTo)
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/instances/:id/chats/:chat/presence',
    {
      config: { problems: ['chat-not-found', 'not-linked', 'send-timed-out'] },
      schema: {
        operationId: 'showPresence',
        summary: 'Show the other side that somebody is writing or speaking',
        description:
          'It is shown for some seconds, or until a message comes. `typing` of a message does this by itself.',
        tags,
        params: ChatParams,
        body: ShowPresenceBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { id, chat } = request.params
      await chats.showPresence(callerOf(request), readInstanceId(id), readChatParam(chat), request.body.presence)
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/instances/:id/chats/:chat/follow-presence',
    {
      config: { problems: ['chat-not-found', 'not-linked', 'send-timed-out'] },
      schema: {
        operationId: 'followPresence',
        summary: 'Have it told when the other side comes, goes and writes',
        description: 'As events `contact.presence`, for as long as the connection to WhatsApp lasts.',
        tags,
        params: ChatParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { id, chat } = request.params
      await chats.subscribePresence(callerOf(request), readInstanceId(id), readChatParam(chat))
      return reply.code(204).send(null)
    },
  )
}
