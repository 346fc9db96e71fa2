import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { MessageWish } from '../../core/gateway.js'
import type { MediaId } from '../../core/ids.js'
import { parseJson } from '../strict-json.js'
import { callerOf } from './auth.js'
import { type FileBody, isFileBody } from './content-bodies.js'
import { FileDesk } from './file-source.js'
import { readForm, takeForms } from './form.js'
import {
  ForwardBody,
  largestMessageBody,
  MessageParams,
  readForward,
  readMessageId,
  SendFileForm,
  SendMessageBody,
  SendMessageHeaders,
  SendMessageQuery,
  usualTimeout,
} from './message-bodies.js'
import { MessagePage, MessageReply, messageReply, ReceiptPage, receiptReply } from './message-replies.js'
import { type FindFile, readMessage } from './read-message.js'
import { ref } from './replies.js'
import { InstanceParams, readInstanceId } from './requests.js'
import { orWhenClosing, type Routes } from './room.js'
import { bodyReader } from './validation.js'

const tags = ['Messages']
const readBody = bodyReader(SendMessageBody)

export const messageRoutes: Routes = (scope, { gateway: { messages, media }, mediaUrl, closing }) => {
  takeForms(scope)

  scope.post(
    '/instances/:id/messages',
    {
      bodyLimit: largestMessageBody,
      config: {
        bodies: { 'application/json': SendMessageBody, 'multipart/form-data': SendFileForm },
        problems: [
          'message-not-found',
          'media-not-found',
          'content-too-large',
          'file-unreachable',
          'not-supported',
          'rate-limited',
          'storage-full',
        ],
      },
      schema: {
        operationId: 'sendMessage',
        summary: 'Send a message',
        description:
          'The answer means that the message is stored and will be sent, also when the account is away at the moment. ' +
          'What becomes of it is in its `status`, which the event `message.status` reports as it changes; with `wait`, ' +
          'the answer is held back until WhatsApp has taken it. A file is uploaded in the same request as a form.',
        tags,
        params: InstanceParams,
        headers: SendMessageHeaders,
        querystring: SendMessageQuery,
        response: { 201: ref(MessageReply) },
      },
    },
    async (request, reply) => {
      const [caller, id] = [callerOf(request), readInstanceId(request.params.id)]
      const { wait, timeout = usualTimeout } = request.query
      const wish = await read(request, request.headers['idempotency-key'], new FileDesk(media, caller, id))
      const stored = await messages.send(caller, id, wish)
      const settle = () => messages.settled(caller, id, stored.id, timeout * 1000)
      const sent = wait === undefined ? stored : await orWhenClosing(closing, settle(), async () => stored)
      return reply.code(201).send(messageReply(sent, mediaUrl))
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

  scope.get(
    '/instances/:id/messages/:messageId/receipts',
    {
      config: { problems: ['message-not-found'] },
      schema: {
        operationId: 'listReceipts',
        summary: 'Read who has received, read and played a message',
        description: 'Of a message to a group, or of a status post: elsewhere its `status` says it all.',
        tags,
        params: MessageParams,
        response: { 200: ref(ReceiptPage) },
      },
    },
    async (request) => {
      const { id, messageId } = request.params
      const found = await messages.receipts(callerOf(request), readInstanceId(id), readMessageId(messageId))
      return { items: found.map(receiptReply), next: null }
    },
  )

  scope.post(
    '/instances/:id/forward',
    {
      config: { problems: ['message-not-found', 'media-not-found', 'rate-limited', 'storage-full'] },
      schema: {
        operationId: 'forwardMessages',
        summary: 'Pass messages of one chat on to another',
        description: 'Files are passed on without being uploaded anew.',
        tags,
        params: InstanceParams,
        body: ForwardBody,
        response: { 201: ref(MessagePage) },
      },
    },
    async (request, reply) => {
      const id = readInstanceId(request.params.id)
      const sent = await messages.forward(callerOf(request), id, readForward(request.body))
      return reply.code(201).send({ items: sent.map((message) => messageReply(message, mediaUrl)), next: null })
    },
  )
}

async function read(
  { body, headers }: FastifyRequest,
  idempotencyKey: string | undefined,
  desk: FileDesk,
): Promise<MessageWish> {
  if (!(body instanceof Readable)) {
    const find: FindFile = ({ name = null, mimetype = null, ...source }) =>
      desk.idOf(source, { name, mimetype }, 'content.')
    return readMessage(readBody(body), idempotencyKey, find)
  }
  const form = await readForm(body, headers['content-type'] ?? '', ['message'], ({ bytes, ...claimed }) =>
    desk.keep(bytes, claimed),
  )
  const message = readBody(readField(form.fields.get('message')))
  if (form.file === undefined) throw required('file')
  if (message.text !== undefined) throw besides('text')
  const { id } = form.file
  const content = message.content ?? { kind: 'file' as const }
  if (!isFileBody(content)) throw besides('content')
  return readMessage({ ...message, content }, idempotencyKey, async (file) => uploaded(file, id))
}

/** The file of the form is the one that is sent. */
function uploaded({ media, url, base64 }: FileBody, id: MediaId): MediaId {
  if (media === undefined && url === undefined && base64 === undefined) return id
  throw besides('content')
}

function readField(text: string | undefined): unknown {
  if (text === undefined) throw required('message')
  try {
    return parseJson(Buffer.from(text))
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause
    throw new GatewayError('bad-request', cause.message, { field: cause.field ?? 'message', cause })
  }
}

function required(field: string): GatewayError {
  return new GatewayError('bad-request', `The field "${field}" is required.`, { field })
}

function besides(field: string): GatewayError {
  return new GatewayError('bad-request', `The file of the form is what is sent, so "${field}" names no other.`, {
    field,
  })
}
