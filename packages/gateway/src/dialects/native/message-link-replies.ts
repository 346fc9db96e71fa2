import Type, { type Static } from 'typebox'
import { networks } from '../../core/instances/instance.js'
import { linkImportStates, type LinkImport } from '../../core/message-links/link-import.js'
import { linkImageTypes, linkIssuers, linkReferences, type MessageLink } from '../../core/message-links/message-link.js'
import type { LinkStatistics, MetaNumber } from '../../core/message-links/message-links.js'
import { qrLevels } from '../../core/qr/qr-style.js'
import { named, nullable, page, ref, time } from './replies.js'
import { word } from './word.js'

const strings = Type.Unsafe<readonly string[]>(Type.Array(Type.String()))
const conversion = nullable(Type.Number(), 'Conversations for each scan; null where there was no scan.')

export const MessageLinkReply = named(
  'MessageLink',
  Type.Object({
    id: Type.String({ format: 'uuid' }),
    phone: Type.String(),
    network: word(networks),
    instance: nullable(Type.String({ format: 'uuid' }), 'The instance that is linked with its number now.'),
    issuer: word(linkIssuers, {
      description: '`meta`: made through the Cloud API. What is scanned there is not counted.',
    }),
    code: Type.String(),
    url: Type.String({ description: 'To share and print.' }),
    image: Type.Object(
      { png: Type.String(), svg: Type.String() },
      { description: 'Where anybody may get it, for as long as the link lives.' },
    ),
    imageType: word(linkImageTypes),
    text: Type.String(),
    name: nullable(Type.String(), 'For people.'),
    tags: strings,
    enabled: Type.Boolean(),
    expiresAt: nullable(time('From then on it leads nowhere.'), 'Null for never.'),
    fallback: nullable(Type.Object({ title: Type.String(), text: Type.String() }), 'What is shown then.'),
    reference: word(linkReferences),
    mark: Type.String({ description: 'What its messages carry, hidden or shown.' }),
    style: Type.Object({
      size: Type.Integer(),
      margin: Type.Integer(),
      dark: Type.String(),
      light: Type.String(),
      level: word(qrLevels),
    }),
    hasLogo: Type.Boolean(),
    version: Type.Integer({ description: 'Goes up with every change.' }),
    createdAt: time('When it was made.'),
    updatedAt: time('When it was changed last.'),
    scans: Type.Integer({ description: 'Since it was made.' }),
    conversations: Type.Integer({ description: 'Messages that came by it.' }),
    conversion,
  }),
)
export const MessageLinkPage = page('MessageLinkPage', ref(MessageLinkReply))

export const LinkStatisticsReply = named(
  'LinkStatistics',
  Type.Object({
    items: Type.Array(
      Type.Object({
        at: time('Beginning of the hour or day.'),
        scans: Type.Integer(),
        conversations: Type.Integer(),
        visitors: nullable(Type.Integer(), 'About how many people; by day only.'),
      }),
      { description: 'Those in which nothing happened are left out.' },
    ),
    scans: Type.Integer(),
    conversations: Type.Integer(),
    conversion,
  }),
)

export const LinkImportReply = named(
  'LinkImport',
  Type.Object({
    id: Type.String({ format: 'uuid' }),
    state: word(linkImportStates),
    total: Type.Integer({ description: 'Rows that were sent.' }),
    made: Type.Integer({ description: 'Links that were made so far.' }),
    failures: Type.Array(Type.Object({ row: Type.Integer({ description: 'Line of the file.' }), why: Type.String() })),
    createdAt: time('When it was sent.'),
  }),
)

export const LinkSettingsReply = named(
  'MessageLinkSettings',
  Type.Object({ rotateOnUpdate: Type.Boolean(), reference: word(linkReferences) }),
)

export const MetaNumberReply = named(
  'MetaNumber',
  Type.Object({ phone: Type.String(), phoneNumberId: Type.String(), attachedAt: time('When it was attached.') }),
)
export const MetaNumberPage = page('MetaNumberPage', ref(MetaNumberReply))

export function messageLinkReply(link: MessageLink): Static<typeof MessageLinkReply> {
  const { id, phone, network, instance, issuer, code, url, imageUrl, imageType, text, name, tags } = link
  const { enabled, expiresAt, fallback, reference, mark, style, hasLogo, version, scans, conversations } = link
  return {
    id,
    phone,
    network,
    instance,
    issuer,
    code,
    url,
    image: { png: imageUrl.PNG, svg: imageUrl.SVG },
    imageType,
    text,
    name,
    tags,
    enabled,
    expiresAt: expiresAt?.toISOString() ?? null,
    fallback,
    reference,
    mark,
    style,
    hasLogo,
    version,
    createdAt: link.createdAt.toISOString(),
    updatedAt: link.updatedAt.toISOString(),
    scans,
    conversations,
    conversion: conversionOf(link),
  }
}

export function statisticsReply(statistics: LinkStatistics): Static<typeof LinkStatisticsReply> {
  const { items, scans, conversations } = statistics
  return {
    items: items.map(({ at, ...counts }) => ({ ...counts, at: at.toISOString() })),
    scans,
    conversations,
    conversion: conversionOf(statistics),
  }
}

export function linkImportReply({ failures, createdAt, ...job }: LinkImport): Static<typeof LinkImportReply> {
  return { ...job, failures: [...failures], createdAt: createdAt.toISOString() }
}

export function metaNumberReply({ attachedAt, ...number }: MetaNumber): Static<typeof MetaNumberReply> {
  return { ...number, attachedAt: attachedAt.toISOString() }
}

function conversionOf({ scans, conversations }: { scans: number; conversations: number }): number | null {
  return scans === 0 ? null : Math.round((conversations / scans) * 10_000) / 10_000
}
