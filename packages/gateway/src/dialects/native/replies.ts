import Type, { type Static, type TSchema, type TUnsafe } from 'typebox'
import type { AccessKey } from '../../core/access/access-key.js'
import { type ApiKey, scopes } from '../../core/access/access.js'
import { errorCodes } from '../../core/errors/gateway-error.js'
import type { InstanceSecrets } from '../../core/gateway.js'
import { desiredStates, type Instance, instanceStates, networks } from '../../core/instances/instance.js'
import { type LinkPage, linkPageLocales, linkPageStatus, linkPageStatuses } from '../../core/link-pages/link-page.js'
import { word } from './word.js'

export const noContent = Type.Null({ description: 'Done.' })
export const time = (description: string) => Type.String({ format: 'date-time', description })
export const nullable = <Schema extends TSchema>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description })

/** The same type by its name, so that the OpenAPI document says it once. */
export function ref<Schema extends TSchema & { $id: string }>(schema: Schema): TUnsafe<Static<Schema>> {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` })
}

export function named<const Id extends string, Schema extends TSchema>(id: Id, schema: Schema): Schema & { $id: Id } {
  return Object.assign(schema, { $id: id })
}

export function page<const Id extends string, Item extends TSchema>(id: Id, item: Item) {
  return named(
    id,
    Type.Object({
      items: Type.Array(item),
      next: nullable(Type.Integer(), 'Pass it as `after` for what follows; null when this was all.'),
    }),
  )
}

export const ErrorCodeSchema = word(errorCodes, { description: 'Stable, for programs.' })

export const Problem = named(
  'Problem',
  Type.Object(
    {
      type: Type.String({ format: 'uri', description: 'Where the code is explained.' }),
      title: Type.String(),
      status: Type.Integer(),
      code: ErrorCodeSchema,
      detail: Type.String({ description: 'What happened, for people.' }),
      field: Type.Optional(Type.String({ description: 'The offending field, as the caller wrote it.' })),
      hint: Type.Optional(Type.String({ description: 'What can be done about it.' })),
      effect: Type.Optional(
        Type.Literal('unknown', { description: 'It may have happened all the same: do not blindly repeat.' }),
      ),
    },
    { description: 'An RFC 9457 problem document.' },
  ),
)
export type ProblemReply = Static<typeof Problem>

export const KeyReply = named(
  'Key',
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    scopes: Type.Array(word(scopes)),
    network: nullable(Type.Literal('sandbox'), '`sandbox` for a test key.'),
    createdAt: time('When it was made.'),
    revokedAt: nullable(time('When it was revoked.'), 'Null while it works.'),
  }),
)
export const NewKeyReply = named(
  'NewKey',
  Type.Object({ ...KeyReply.properties, key: Type.String({ description: 'The key itself, shown this once.' }) }),
)
export const KeyPage = page('KeyPage', ref(KeyReply))

export const AccessKeyReply = named(
  'AccessKey',
  Type.Object({
    id: Type.String({ format: 'uuid' }),
    name: nullable(Type.String(), 'Null without one.'),
    accessKeyId: Type.String({ description: 'What clients are given as their AccessKeyId.' }),
    permissions: Type.Array(Type.String()),
    network: nullable(Type.Literal('sandbox'), '`sandbox` for a test key; null: WhatsApp itself.'),
    createdAt: time('When it was made.'),
    revokedAt: nullable(time('When it was revoked.'), 'Null while it works.'),
  }),
)
export const NewAccessKeyReply = named(
  'NewAccessKey',
  Type.Object({
    ...AccessKeyReply.properties,
    accessKeySecret: Type.String({ description: 'What requests are signed with, shown this once.' }),
  }),
)
export const AccessKeyPage = page('AccessKeyPage', ref(AccessKeyReply))

export const InstanceReply = named(
  'Instance',
  Type.Object({
    id: Type.String({ format: 'uuid' }),
    serial: Type.Integer({ description: 'Counts up over the whole gateway.' }),
    name: Type.String(),
    network: word(networks),
    phone: nullable(Type.String(), 'The number that is expected to scan; null when any may.'),
    state: word(instanceStates, { description: 'What is observed.' }),
    reason: Type.String({ description: 'Why it is in that state: a word for programs.' }),
    stateAt: time('Since when.'),
    desired: word(desiredStates, { description: 'What its owner wants.' }),
    account: nullable(
      Type.Object({
        phone: Type.String(),
        jid: Type.String(),
        lid: nullable(Type.String(), 'Its address that hides the number.'),
        name: nullable(Type.String(), 'As it calls itself.'),
      }),
      'The account it is linked to.',
    ),
    restrictedUntil: nullable(time('End of a restriction.'), 'Null where WhatsApp named none.'),
    createdAt: time('When it was made.'),
    activeAt: time('When it last carried a message or was linked.'),
    options: Type.Object(
      {
        sendGap: Type.Integer({ description: 'From one message handed to WhatsApp to the next, in ms.' }),
        typing: Type.Integer({ description: 'How long somebody is shown to be writing before a message, in ms.' }),
        markRead: word(['never', 'on-arrival', 'on-reply']),
        showOnline: Type.Boolean(),
        linkPreview: Type.Boolean(),
        files: word(['eager', 'lazy']),
      },
      { description: 'How it goes about sending and receiving.' },
    ),
  }),
)
export const NewInstanceReply = named(
  'NewInstance',
  Type.Object({
    ...InstanceReply.properties,
    credentials: Type.Object(
      {
        greenApi: Type.Object({ idInstance: Type.Integer(), apiTokenInstance: Type.String() }),
        witi: Type.Object({ wid: Type.String() }),
        wavave: Type.Object({ device: nullable(Type.String(), 'The expected phone number, if one was given.') }),
      },
      { description: "For the vendors' formats, shown this once." },
    ),
  }),
)
export const InstancePage = page('InstancePage', ref(InstanceReply))

export const LinkPageReply = named(
  'LinkPage',
  Type.Object({
    id: Type.String(),
    instance: Type.String({ format: 'uuid' }),
    status: word(linkPageStatuses, { description: '`used`: the instance has been linked since.' }),
    createdAt: time('When it was made.'),
    expiresAt: time('Until when it works.'),
    usedAt: nullable(time('When the instance was linked.'), 'Null until then.'),
    revokedAt: nullable(time('When it was revoked.'), 'Null while it was not.'),
    returnUrl: nullable(Type.String(), 'Where the person goes afterwards.'),
    brand: nullable(Type.Object({ name: Type.String() }), 'Who asks for the link.'),
    locale: nullable(word(linkPageLocales), "Null for the browser's."),
  }),
)
export const NewLinkPageReply = named(
  'NewLinkPage',
  Type.Object({
    ...LinkPageReply.properties,
    url: Type.String({ format: 'uri', description: 'To send to the person who holds the phone. Shown this once.' }),
  }),
)
export const LinkPagePage = page('LinkPagePage', ref(LinkPageReply))
export const WorkspaceReply = named(
  'Workspace',
  Type.Object({
    returnOrigins: Type.Array(Type.String(), { description: 'Origins that a link page may send people back to.' }),
  }),
)

export function keyReply({ id, name, scopes, network, createdAt, revokedAt }: ApiKey): Static<typeof KeyReply> {
  return {
    id,
    name,
    scopes: [...scopes],
    network,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  }
}

export function accessKeyReply(key: AccessKey): Static<typeof AccessKeyReply> {
  const { id, name, accessKeyId, permissions, network, createdAt, revokedAt } = key
  return {
    id,
    name,
    accessKeyId,
    permissions: [...permissions],
    network,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  }
}

export function instanceReply(instance: Instance): Static<typeof InstanceReply> {
  return {
    id: instance.id,
    serial: instance.serial,
    name: instance.name,
    network: instance.network,
    phone: instance.phone,
    state: instance.state,
    reason: instance.reason,
    stateAt: instance.stateAt.toISOString(),
    desired: instance.desired,
    account: instance.account,
    restrictedUntil: instance.restrictedUntil?.toISOString() ?? null,
    createdAt: instance.createdAt.toISOString(),
    activeAt: instance.activeAt.toISOString(),
    options: instance.options,
  }
}

export function newInstanceReply(instance: Instance, secrets: InstanceSecrets): Static<typeof NewInstanceReply> {
  return {
    ...instanceReply(instance),
    credentials: {
      greenApi: { idInstance: instance.serial, apiTokenInstance: secrets.instanceToken },
      witi: { wid: secrets.wid },
      wavave: { device: instance.phone },
    },
  }
}

export function linkPageReply(page: LinkPage, now: Date): Static<typeof LinkPageReply> {
  return {
    id: page.id,
    instance: page.instance,
    status: linkPageStatus(page, now),
    createdAt: page.createdAt.toISOString(),
    expiresAt: page.expiresAt.toISOString(),
    usedAt: page.usedAt?.toISOString() ?? null,
    revokedAt: page.revokedAt?.toISOString() ?? null,
    returnUrl: page.returnUrl,
    brand: page.brand === null ? null : { name: page.brand.name },
    locale: page.locale,
  }
}
