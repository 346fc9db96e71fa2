import type { FastifyRequest } from 'fastify'
import type { PhoneControl } from '../../core/ports/sandbox.js'
import { callerOf } from './auth.js'
import { largestMessageBody, readMessageId } from './message-bodies.js'
import { noContent, ref } from './replies.js'
import type { Routes } from './room.js'
import {
  AvailabilityBody,
  PhoneActBody,
  PhoneMessageBody,
  PhonePresenceBody,
  PhoneStatusBody,
  PlayedBody,
  readPhoneContent,
  readSendOptions,
} from './sandbox-bodies.js'
import { PhoneMessagePage, PhoneMessageReply, phoneMessageReply } from './sandbox-replies.js'
import { PhoneMessageParams, PhoneParams, ReadBody, readPhoneParam } from './sandbox-requests.js'

const tags = ['Sandbox']
const sending = { problems: ['sandbox-refused', 'recipient-not-found', 'content-too-large'] } as const
const acting = { problems: ['sandbox-refused', 'message-not-found', 'recipient-not-found'] } as const

/** What the person with a virtual phone says, does and sees in chats. */
export const sandboxMessageRoutes: Routes = (scope, { gateway: { sandbox } }) => {
  const phoneOf = (request: FastifyRequest, number: string): Promise<PhoneControl> =>
    sandbox.phone(callerOf(request), readPhoneParam(number))

  scope.post(
    '/sandbox/phones/:number/messages',
    {
      bodyLimit: largestMessageBody,
      config: sending,
      schema: {
        operationId: 'sendFromPhone',
        summary: 'Send a message from the phone',
        tags,
        params: PhoneParams,
        body: PhoneMessageBody,
        response: { 201: ref(PhoneMessageReply) },
      },
    },
    async (request, reply) => {
      const [content, more] = [readPhoneContent(request.body), readSendOptions(request.body)]
      const phone = await phoneOf(request, request.params.number)
      return reply.code(201).send(phoneMessageReply(await phone.send(request.body.to, content, more)))
    },
  )

  scope.get(
    '/sandbox/phones/:number/messages',
    {
      schema: {
        operationId: 'listPhoneMessages',
        summary: 'Read what the phone sent and received',
        tags,
        params: PhoneParams,
        response: { 200: ref(PhoneMessagePage) },
      },
    },
    async (request) => {
      const phone = await phoneOf(request, request.params.number)
      return { items: (await phone.messages()).map(phoneMessageReply), next: null }
    },
  )

  scope.get(
    '/sandbox/phones/:number/messages/:messageId/file',
    {
      config: { problems: ['message-not-found', 'media-not-found'], produces: 'application/octet-stream' },
      schema: {
        operationId: 'getPhoneFile',
        summary: 'Read the file of a message as the phone has it',
        tags,
        params: PhoneMessageParams,
      },
    },
    async (request, reply) => {
      const { number, messageId } = request.params
      const { bytes } = await (await phoneOf(request, number)).file(readMessageId(messageId))
      // Whatever a stranger has sent is to be looked at nowhere but in a program of one's own.
      reply.header('x-content-type-options', 'nosniff').header('content-disposition', 'attachment')
      return reply.type('application/octet-stream').send(bytes)
    },
  )

  scope.post(
    '/sandbox/phones/:number/acts',
    {
      config: acting,
      schema: {
        operationId: 'actOnPhone',
        summary: 'React, edit, delete, vote, pin, forward or choose on the phone',
        tags,
        params: PhoneParams,
        body: PhoneActBody,
        response: { 201: ref(PhoneMessageReply) },
      },
    },
    async (request, reply) => {
      const phone = await phoneOf(request, request.params.number)
      return reply.code(201).send(phoneMessageReply(await phone.act(request.body)))
    },
  )

  scope.post(
    '/sandbox/phones/:number/status',
    {
      bodyLimit: largestMessageBody,
      config: sending,
      schema: {
        operationId: 'postStatusFromPhone',
        summary: 'Post a status from the phone',
        tags,
        params: PhoneParams,
        body: PhoneStatusBody,
        response: { 201: ref(PhoneMessageReply) },
      },
    },
    async (request, reply) => {
      const content = readPhoneContent(request.body)
      const phone = await phoneOf(request, request.params.number)
      return reply.code(201).send(phoneMessageReply(await phone.postStatus(content, request.body.audience)))
    },
  )

  scope.post(
    '/sandbox/phones/:number/read',
    {
      config: acting,
      schema: {
        operationId: 'readOnPhone',
        summary: 'Read messages on the phone, which sends read receipts',
        tags,
        params: PhoneParams,
        body: ReadBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const phone = await phoneOf(request, request.params.number)
      await phone.read(request.body.ids)
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/sandbox/phones/:number/play',
    {
      config: acting,
      schema: {
        operationId: 'playOnPhone',
        summary: 'Listen to voice notes on the phone, which sends played receipts',
        tags,
        params: PhoneParams,
        body: PlayedBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const phone = await phoneOf(request, request.params.number)
      await phone.play(request.body.ids)
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/sandbox/phones/:number/presence',
    {
      config: acting,
      schema: {
        operationId: 'showPresenceOfPhone',
        summary: 'Show that somebody writes or speaks on the phone',
        tags,
        params: PhoneParams,
        body: PhonePresenceBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const phone = await phoneOf(request, request.params.number)
      await phone.showPresence(request.body.to, request.body.presence)
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/sandbox/phones/:number/availability',
    {
      config: acting,
      schema: {
        operationId: 'setAvailabilityOfPhone',
        summary: 'Look at the phone, or put it down',
        tags,
        params: PhoneParams,
        body: AvailabilityBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const phone = await phoneOf(request, request.params.number)
      await phone.setAvailable(request.body.available)
      return reply.code(204).send(null)
    },
  )
}
