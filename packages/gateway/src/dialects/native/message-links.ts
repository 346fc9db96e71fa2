import { callerOf } from './auth.js'
import {
  LinkSettingsReply,
  LinkStatisticsReply,
  MessageLinkPage,
  messageLinkReply,
  MessageLinkReply,
  statisticsReply,
} from './message-link-replies.js'
import {
  EditMessageLinkBody,
  LinkSettingsBody,
  MessageLinkParams,
  MessageLinksQuery,
  NewMessageLinkBody,
  readLinkQuery,
  readMessageLinkChanges,
  readMessageLinkId,
  readNewMessageLink,
  readSpan,
  StatisticsQuery,
} from './message-link-requests.js'
import { noContent, ref } from './replies.js'
import type { Routes } from './room.js'

const tags = ['Message links']

export const messageLinkRoutes: Routes = (scope, { gateway: { messageLinks }, clock }) => {
  scope.post(
    '/message-links',
    {
      config: { problems: ['message-links-full', 'issuer-refused', 'issuer-unreachable', 'not-supported'] },
      schema: {
        operationId: 'createMessageLink',
        summary: 'Make a message link',
        description:
          'A short address, and the QR code of it, that opens a chat with the number with the text already written. Of a ' +
          'number that is attached to Meta, it is made there.',
        tags,
        body: NewMessageLinkBody,
        response: { 201: ref(MessageLinkReply) },
      },
    },
    async (request, reply) => {
      const link = await messageLinks.create(callerOf(request), readNewMessageLink(request.body))
      return reply.code(201).send(messageLinkReply(link))
    },
  )

  scope.get(
    '/message-links',
    {
      config: { problems: ['instance-not-found'] },
      schema: {
        operationId: 'listMessageLinks',
        summary: 'List message links',
        description: 'The newest first.',
        tags,
        querystring: MessageLinksQuery,
        response: { 200: ref(MessageLinkPage) },
      },
    },
    async (request) => {
      const { items, hasOlder } = await messageLinks.list(callerOf(request), readLinkQuery(request.query))
      return { items: items.map(messageLinkReply), next: hasOlder ? (items.at(-1)?.number ?? null) : null }
    },
  )

  scope.get(
    '/message-links/:id',
    {
      schema: {
        operationId: 'getMessageLink',
        summary: 'Read a message link',
        tags,
        params: MessageLinkParams,
        response: { 200: ref(MessageLinkReply) },
      },
    },
    async (request) =>
      messageLinkReply(await messageLinks.get(callerOf(request), readMessageLinkId(request.params.id))),
  )

  scope.patch(
    '/message-links/:id',
    {
      config: { problems: ['issuer-refused', 'issuer-unreachable', 'not-supported', 'meta-number-not-found'] },
      schema: {
        operationId: 'editMessageLink',
        summary: 'Change a message link',
        description:
          'In place: its code, and with it all that is printed, stays good unless another code is asked for.',
        tags,
        params: MessageLinkParams,
        body: EditMessageLinkBody,
        response: { 200: ref(MessageLinkReply) },
      },
    },
    async (request) => {
      const id = readMessageLinkId(request.params.id)
      return messageLinkReply(await messageLinks.edit(callerOf(request), id, readMessageLinkChanges(request.body)))
    },
  )

  scope.delete(
    '/message-links/:id',
    {
      config: { problems: ['issuer-refused', 'issuer-unreachable'] },
      schema: {
        operationId: 'deleteMessageLink',
        summary: 'Delete a message link',
        description: 'The link, its image and its statistics are gone at once.',
        tags,
        params: MessageLinkParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await messageLinks.remove(callerOf(request), readMessageLinkId(request.params.id))
      return reply.code(204).send(null)
    },
  )

  scope.get(
    '/message-links/:id/statistics',
    {
      schema: {
        operationId: 'getMessageLinkStatistics',
        summary: 'Read how often a message link was opened',
        description:
          'Scans and the conversations that followed, by hour or day. Bots and previews are not counted, and nothing is ' +
          'kept of a person beside the count of the day.',
        tags,
        params: MessageLinkParams,
        querystring: StatisticsQuery,
        response: { 200: ref(LinkStatisticsReply) },
      },
    },
    async (request) => {
      const [id, span] = [readMessageLinkId(request.params.id), readSpan(request.query, clock.now())]
      return statisticsReply(await messageLinks.statistics(callerOf(request), id, span))
    },
  )

  scope.get(
    '/message-link-settings',
    {
      schema: {
        operationId: 'getMessageLinkSettings',
        summary: 'Read what holds for all message links',
        tags,
        response: { 200: ref(LinkSettingsReply) },
      },
    },
    async (request) => messageLinks.settings(callerOf(request)),
  )

  scope.patch(
    '/message-link-settings',
    {
      schema: {
        operationId: 'editMessageLinkSettings',
        summary: 'Change what holds for all message links',
        tags,
        body: LinkSettingsBody,
        response: { 200: ref(LinkSettingsReply) },
      },
    },
    async (request) => messageLinks.setSettings(callerOf(request), request.body),
  )
}
