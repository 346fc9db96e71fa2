import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { ErrorCode } from '../../core/errors/gateway-error.js'
import {
  ChatPage,
  ChatReply,
  ContactPage,
  ContactReply,
  HistoryItemReply,
  HistoryPage,
  NumberPage,
  ProfileReply,
} from './chat-replies.js'
import { faces } from './errors.js'
import { GroupPage, GroupReply, InviteReply, NewGroupReply, OutcomePage, OutcomeReply } from './group-replies.js'
import { LinkReply } from './link-reply.js'
import { EventPage, EventReply } from './event-replies.js'
import {
  DeadLetterReply,
  DeliveryPage,
  NewSubscriptionReply,
  ReplayReply,
  RotatedSecretReply,
  StreamReply,
  SubscriptionPage,
  SubscriptionReply,
  TestDeliveryReply,
} from './subscription-replies.js'
import { ContentReply, FileReply, LinkPreviewReply, PollVoteReply, SentContentReply } from './content-replies.js'
import { MediaRetentionReply } from './media.js'
import { MessagePage, MessageReply, ReceiptPage } from './message-replies.js'
import {
  LinkImportReply,
  LinkSettingsReply,
  LinkStatisticsReply,
  MessageLinkPage,
  MessageLinkReply,
  MetaNumberPage,
  MetaNumberReply,
} from './message-link-replies.js'
import {
  AccessKeyPage,
  AccessKeyReply,
  InstancePage,
  InstanceReply,
  KeyPage,
  KeyReply,
  LinkPagePage,
  LinkPageReply,
  NewAccessKeyReply,
  NewInstanceReply,
  NewKeyReply,
  NewLinkPageReply,
  Problem,
  WorkspaceReply,
} from './replies.js'
import {
  DeviceReply,
  PhoneDetailReply,
  PhoneGroupPage,
  PhoneGroupReply,
  PhoneMessagePage,
  PhoneMessageReply,
  PhonePage,
  PhoneReply,
} from './sandbox-replies.js'

export type OpenApiDocument = OpenAPIV3_1.Document

const components = [
  Problem,
  KeyReply,
  NewKeyReply,
  KeyPage,
  AccessKeyReply,
  NewAccessKeyReply,
  AccessKeyPage,
  InstanceReply,
  NewInstanceReply,
  InstancePage,
  LinkReply,
  LinkPageReply,
  NewLinkPageReply,
  LinkPagePage,
  WorkspaceReply,
  FileReply,
  LinkPreviewReply,
  ContentReply,
  SentContentReply,
  PollVoteReply,
  MessageReply,
  MessagePage,
  ReceiptPage,
  EventReply,
  EventPage,
  ChatReply,
  ChatPage,
  HistoryItemReply,
  HistoryPage,
  ContactReply,
  ContactPage,
  ProfileReply,
  NumberPage,
  GroupReply,
  GroupPage,
  OutcomeReply,
  OutcomePage,
  NewGroupReply,
  InviteReply,
  SubscriptionReply,
  NewSubscriptionReply,
  SubscriptionPage,
  RotatedSecretReply,
  TestDeliveryReply,
  StreamReply,
  DeadLetterReply,
  DeliveryPage,
  ReplayReply,
  MediaRetentionReply,
  MessageLinkReply,
  MessageLinkPage,
  LinkStatisticsReply,
  LinkImportReply,
  LinkSettingsReply,
  MetaNumberReply,
  MetaNumberPage,
  DeviceReply,
  PhoneReply,
  PhoneDetailReply,
  PhonePage,
  PhoneMessageReply,
  PhoneMessagePage,
  PhoneGroupReply,
  PhoneGroupPage,
]

export function describeComponents(scope: FastifyInstance): void {
  for (const component of components) scope.addSchema(component)
}

export function swaggerOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gangway',
        version,
        description:
          'A self-hosted gateway to WhatsApp: links accounts by QR or code, keeps them linked, and carries messages ' +
          'and events both ways without losing any. Errors are RFC 9457 problem documents with a stable `code`; ' +
          'lists answer `{items, next}`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'Keys', description: "API keys of the workspace, and access keys for vendors' signed formats." },
        { name: 'Instances', description: 'One instance is one WhatsApp account as this gateway holds it.' },
        { name: 'Linking', description: 'Linking an instance to an account, by QR or by code.' },
        { name: 'Messages', description: 'Sending, and what became of it.' },
        { name: 'Media', description: 'Files, to be sent and received.' },
        { name: 'Chats', description: 'Chats and their history.' },
        { name: 'Contacts', description: 'People, and how they and the account show themselves.' },
        { name: 'Groups', description: 'Groups, as WhatsApp has them now.' },
        { name: 'Events', description: 'What happened to an instance, in order and without gaps.' },
        { name: 'Subscriptions', description: 'Where events are sent to, and how far they have come (webhooks).' },
        {
          name: 'Message links',
          description:
            'Click-to-chat links and their QR codes: changed after print, counted, and told of what follows.',
        },
        { name: 'Sandbox', description: 'Virtual phones of a simulated WhatsApp, for integrating without a real one.' },
      ],
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key.' } } },
      security: [{ key: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => (typeof json.$id === 'string' ? json.$id : `schema-${i}`),
    },
    transform: ({ schema, url, route }) => ({ schema: withAnswers(schema, route), url }),
  }
}

/** Adds what a handler's own schema cannot say: its problems, and answers that are not JSON. */
function withAnswers(
  schema: RouteOptions['schema'],
  { config, url }: RouteOptions,
): NonNullable<RouteOptions['schema']> {
  const codes: ErrorCode[] = ['unauthorized', 'forbidden', ...(config?.problems ?? [])]
  const body = schema?.body ?? (config?.bodies && { content: mapped(config.bodies, (schema) => ({ schema })) })
  if (body !== undefined) codes.push('bad-request', 'body-too-large')
  else if (schema?.querystring !== undefined) codes.push('bad-request')
  if (url.includes('/instances/:id')) codes.push('instance-not-found')
  if (url.includes('/subscriptions/:id')) codes.push('subscription-not-found')
  if (url.includes('/message-links/:id')) codes.push('message-link-not-found')
  if (url.includes('/phones')) codes.push('sandbox-off')
  if (url.includes('/phones/:number')) codes.push('phone-not-found')
  const answers: Record<string, unknown> = { ...(schema?.response as Record<string, unknown> | undefined) }
  if (config?.answers !== undefined) answers['200'] = config.answers
  if (config?.produces !== undefined) answers['200'] = content(config.produces, { type: 'string' }, 'As asked.')
  for (const [status, reply] of Object.entries(answers))
    answers[status] = {
      description: status === '201' ? 'Made.' : status === '202' ? 'Will be done.' : 'As asked.',
      ...(reply as object),
    }
  const meanings = new Map<number, string[]>()
  const refuse = (status: number, code: ErrorCode, title: string) =>
    meanings.set(status, [...(meanings.get(status) ?? []), `\`${code}\`: ${title}.`])
  for (const code of codes) refuse(faces[code].status, code, faces[code].title)
  if (body !== undefined && config?.bodies?.['*/*'] === undefined)
    refuse(415, 'bad-request', 'The body has a content type that is not read here')
  if (config?.refusal !== undefined) refuse(config.refusal.status, config.refusal.code, config.refusal.title)
  for (const [status, texts] of [...meanings].sort(([one], [other]) => one - other))
    answers[status] = content('application/problem+json', { $ref: 'Problem#' }, texts.join(' '))
  return { ...schema, ...(body === undefined ? {} : { body }), response: answers }
}

function mapped<Value, Result>(record: Readonly<Record<string, Value>>, change: (value: Value) => Result) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

const content = (type: string, schema: object, description: string) => ({
  description,
  content: { [type]: { schema } },
})

/** The document of the scope's routes, once all of them are there. */
export function openApiDocument(scope: FastifyInstance): OpenApiDocument {
  const document = scope.swagger() as OpenApiDocument
  for (const item of Object.values(document.paths ?? {})) {
    const { post } = item ?? {}
    const body = post?.requestBody as OpenAPIV3_1.RequestBodyObject | undefined
    const schema = body?.content['application/json']?.schema as OpenAPIV3_1.SchemaObject | undefined
    // The plugin calls every body required; one without a required field may be left out.
    if (body !== undefined && schema?.required === undefined) body.required = false
  }
  return document
}
