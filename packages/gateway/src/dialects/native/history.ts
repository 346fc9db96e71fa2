import Type from 'typebox'
import { ChatParams, readChatParam } from './addresses.js'
import { callerOf } from './auth.js'
import { ChatHistoryQuery, HistoryQuery, readHistory } from './chat-bodies.js'
import { HistoryItemReply, historyItemReply, HistoryPage, historyReply } from './chat-replies.js'
import { FileReply, fileReply } from './content-replies.js'
import { readMessageId } from './message-bodies.js'
import { ref } from './replies.js'
import { InstanceParams, readInstanceId } from './requests.js'
import type { Routes } from './room.js'

const tags = ['Chats']
const order = 'The newest first: what was said, and what was done to it. It goes back as far as events are kept.'
const ChatMessageParams = Type.Object({
  ...ChatParams.properties,
  messageId: Type.String({ description: "WhatsApp's id of the message." }),
})

export const historyRoutes: Routes = (scope, { gateway: { messages, media }, mediaUrl }) => {
  scope.get(
    '/instances/:id/history',
    {
      schema: {
        operationId: 'listHistory',
        summary: 'Read the history of all chats',
        description: order,
        tags,
        params: InstanceParams,
        querystring: HistoryQuery,
        response: { 200: ref(HistoryPage) },
      },
    },
    async (request) => {
      const { limit, wish } = readHistory(request.query)
      const found = await messages.journal(callerOf(request), readInstanceId(request.params.id), wish)
      return historyReply(found, limit, mediaUrl)
    },
  )

  scope.get(
    '/instances/:id/chats/:chat/messages',
    {
      config: { problems: ['chat-not-found'] },
      schema: {
        operationId: 'listChatMessages',
        summary: 'Read the history of a chat',
        description: order,
        tags,
        params: ChatParams,
        querystring: ChatHistoryQuery,
        response: { 200: ref(HistoryPage) },
      },
    },
    async (request) => {
      const { id, chat } = request.params
      const { limit, wish } = readHistory({ ...request.query, chat: readChatParam(chat) })
      return historyReply(await messages.journal(callerOf(request), readInstanceId(id), wish), limit, mediaUrl)
    },
  )

  scope.get(
    '/instances/:id/chats/:chat/messages/:messageId',
    {
      config: { problems: ['chat-not-found', 'message-not-found'] },
      schema: {
        operationId: 'getChatMessage',
        summary: 'Read one message of a chat, sent or received',
        tags,
        params: ChatMessageParams,
        response: { 200: ref(HistoryItemReply) },
      },
    },
    async (request) => {
      const { id, chat, messageId } = request.params
      const message = readMessageId(messageId)
      const found = await messages.entry(callerOf(request), readInstanceId(id), readChatParam(chat), message)
      return historyItemReply(found, mediaUrl)
    },
  )

  scope.get(
    '/instances/:id/chats/:chat/messages/:messageId/media',
    {
      config: { problems: ['chat-not-found', 'message-not-found', 'media-unavailable', 'not-linked', 'storage-full'] },
      schema: {
        operationId: 'getChatMessageMedia',
        summary: 'Have the file of a message brought here',
        description: 'Answers when the file is here, and can be read at its `url` without waiting.',
        tags,
        params: ChatMessageParams,
        response: { 200: ref(FileReply) },
      },
    },
    async (request) => {
      const { id, chat, messageId } = request.params
      const message = readMessageId(messageId)
      const file = await media.ofMessage(callerOf(request), readInstanceId(id), readChatParam(chat), message)
      return fileReply(file, mediaUrl)
    },
  )
}
