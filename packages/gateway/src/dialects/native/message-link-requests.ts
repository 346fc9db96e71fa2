import Type, { type Static } from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { LinkImportId, MessageLinkId } from '../../core/ids.js'
import { networks } from '../../core/instances/instance.js'
import { fieldLimits, styleLimits } from '../../core/message-links/link-fields.js'
import { longestLinkText } from '../../core/message-links/link-text.js'
import { linkImageTypes, linkReferences } from '../../core/message-links/message-link.js'
import type {
  MessageLinkChanges,
  MessageLinkQuery,
  NewMessageLink,
  NewMetaNumber,
  StatisticsSpan,
} from '../../core/message-links/message-links.js'
import { qrLevels, type Colour, type QrStyle } from '../../core/qr/qr-style.js'
import { readInstanceId, readPhone } from './requests.js'
import { word } from './word.js'

const closed = { additionalProperties: false }
const phone = Type.String({
  minLength: 7,
  maxLength: 32,
  description: 'International phone number that the chat is with.',
})
const colour = (description: string) => Type.String({ maxLength: 7, description: `${description}, as #rrggbb.` })
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()])

const styleFields = {
  size: Type.Optional(
    Type.Integer({
      minimum: styleLimits.size.least,
      maximum: styleLimits.size.most,
      description: 'Side of a PNG in pixels. Modules are whole pixels, so it may be a little smaller.',
    }),
  ),
  margin: Type.Optional(
    Type.Integer({
      minimum: styleLimits.margin.least,
      maximum: styleLimits.margin.most,
      description: 'Modules of the light colour around the code; 4 unless told.',
    }),
  ),
  dark: Type.Optional(colour('Colour of the dark modules')),
  light: Type.Optional(colour('Colour around them, with a contrast of at least 4.5 to 1')),
  level: Type.Optional(word(qrLevels, { description: 'Least error correction; a logo takes H.' })),
}

const text = Type.String({
  minLength: 1,
  maxLength: 4000,
  description: `What stands in the chat: at most ${longestLinkText} characters as people count them; 140 at Meta.`,
})

const linkFields = {
  imageType: Type.Optional(word(linkImageTypes, { description: 'PNG unless told; each link has both.' })),
  name: Type.Optional(orNull(Type.String({ maxLength: fieldLimits.name, description: 'For people.' }))),
  tags: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: fieldLimits.tag }), { maxItems: fieldLimits.tags }),
  ),
  enabled: Type.Optional(Type.Boolean({ description: 'True unless told.' })),
  expiresAt: Type.Optional(
    orNull(Type.String({ maxLength: 40, description: 'ISO 8601. From then on it leads nowhere.' })),
  ),
  fallback: Type.Optional(
    orNull(
      Type.Object(
        {
          title: Type.String({ minLength: 1, maxLength: fieldLimits.fallbackTitle }),
          text: Type.String({ minLength: 1, maxLength: fieldLimits.fallbackText }),
        },
        { ...closed, description: 'Plain words for whoever opens it while it is disabled or has expired.' },
      ),
    ),
  ),
  reference: Type.Optional(
    word(linkReferences, {
      description:
        'How the message that follows is recognised: invisible characters, a code that is seen, the text itself, or not.',
    }),
  ),
  style: Type.Optional(Type.Object(styleFields, closed)),
  logo: Type.Optional(
    orNull(
      Type.String({ maxLength: 720_000, description: 'A PNG, JPEG or WebP for the middle of the code, as Base64.' }),
    ),
  ),
}

export const NewMessageLinkBody = Type.Object(
  {
    ...linkFields,
    phone,
    text,
    network: Type.Optional(word(networks, { description: '`sandbox` with a test key, `whatsapp` otherwise.' })),
  },
  { ...closed, examples: [{ phone: '4915112345678', text: 'Hello, I would like to book a table.', name: 'Window' }] },
)
export const EditMessageLinkBody = Type.Object(
  {
    ...linkFields,
    text: Type.Optional(text),
    rotateCode: Type.Optional(
      Type.Boolean({
        description: 'Another code: what was printed stops working. As the workspace has it set, unless told.',
      }),
    ),
  },
  { ...closed, minProperties: 1, examples: [{ text: 'Hello, I saw your spring offer.' }] },
)
export const LinkSettingsBody = Type.Object(
  {
    rotateOnUpdate: Type.Optional(
      Type.Boolean({ description: 'Whether a change of its text gives a link another code.' }),
    ),
    reference: Type.Optional(word(linkReferences, { description: 'For links that name none.' })),
  },
  { ...closed, minProperties: 1, examples: [{ reference: 'code' }] },
)
export const NewMetaNumberBody = Type.Object(
  {
    phone,
    phoneNumberId: Type.String({ minLength: 1, maxLength: 20, description: 'Id of the number at the Cloud API.' }),
    token: Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'With `whatsapp_business_management`. Never shown.',
    }),
  },
  { ...closed, examples: [{ phone: '4915112345678', phoneNumberId: '106540352242922', token: 'EAA…' }] },
)

export const MessageLinkParams = Type.Object({ id: Type.String({ description: 'UUID of the message link.' }) })
export const LinkImportParams = Type.Object({ id: Type.String({ description: 'UUID of the import.' }) })
export const MetaNumberParams = Type.Object({ phone: Type.String({ description: 'The number.' }) })

const filters = {
  phone: Type.Optional(Type.String({ maxLength: 32, description: 'Only those of this number.' })),
  instance: Type.Optional(Type.String({ description: 'Only those of the number that this instance is linked with.' })),
  tag: Type.Optional(Type.String({ maxLength: fieldLimits.tag, description: 'Only those with this tag.' })),
  enabled: Type.Optional(word(['true', 'false'], { description: 'Only those that are enabled, or are not.' })),
  search: Type.Optional(Type.String({ maxLength: 100, description: 'Part of the name or the text.' })),
}
export const MessageLinksQuery = Type.Object({
  ...filters,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'At most so many; 100 unless told.' })),
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'The `next` of the page before.' })),
})
export const ImagesQuery = Type.Object({
  ...filters,
  format: Type.Optional(word(['png', 'svg', 'pdf'], { description: 'PNG unless told.' })),
})
export const LinkPictureQuery = Type.Object(styleFields)
export const StatisticsQuery = Type.Object({
  from: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601; 30 days ago unless told.' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601, not included; now unless told.' })),
  by: Type.Optional(word(['hour', 'day'], { description: 'Of UTC; by day unless told.' })),
})

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** A path that cannot name anything is answered like one that names nothing. */
export function readMessageLinkId(text: string): MessageLinkId {
  if (uuid.test(text)) return text.toLowerCase() as MessageLinkId
  throw new GatewayError('message-link-not-found', 'no such message link')
}

export function readLinkImportId(text: string): LinkImportId {
  if (uuid.test(text)) return text.toLowerCase() as LinkImportId
  throw new GatewayError('link-import-not-found', 'no such import')
}

export function readNewMessageLink({
  phone,
  text,
  network,
  ...body
}: Static<typeof NewMessageLinkBody>): NewMessageLink {
  return { ...readFields(body), phone: readPhone(phone), text, ...(network && { network }) }
}

export function readMessageLinkChanges({
  rotateCode,
  text,
  ...body
}: Static<typeof EditMessageLinkBody>): MessageLinkChanges {
  return { ...readFields(body), ...(text !== undefined && { text }), ...(rotateCode !== undefined && { rotateCode }) }
}

type Fields = Omit<Static<typeof EditMessageLinkBody>, 'rotateCode' | 'text'>

function readFields({ expiresAt, style, logo, ...rest }: Fields): Omit<MessageLinkChanges, 'text' | 'rotateCode'> {
  return {
    ...rest,
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : readTime(expiresAt, 'expiresAt') }),
    ...(style && { style: readStyleWish(style) }),
    ...(logo !== undefined && { logo: logo === null ? null : readBase64(logo, 'logo') }),
  }
}

/** What the core makes of the colours decides whether they are some. */
export function readStyleWish({ dark, light, ...rest }: Static<typeof LinkPictureQuery>): Partial<QrStyle> {
  return {
    ...rest,
    ...(dark !== undefined && { dark: dark as Colour }),
    ...(light !== undefined && { light: light as Colour }),
  }
}

export function readLinkQuery(query: Static<typeof MessageLinksQuery>): MessageLinkQuery {
  const { phone, instance, enabled, limit = 100, ...rest } = query
  return {
    ...rest,
    limit,
    ...(phone !== undefined && { phone: readPhone(phone) }),
    ...(instance !== undefined && { instance: readInstanceId(instance) }),
    ...(enabled !== undefined && { enabled: enabled === 'true' }),
  }
}

export function readSpan({ from, to, by = 'day' }: Static<typeof StatisticsQuery>, now: Date): StatisticsSpan {
  const end = to === undefined ? now : readTime(to, 'to')
  return { from: from === undefined ? new Date(end.getTime() - 30 * 86_400_000) : readTime(from, 'from'), to: end, by }
}

export function readNewMetaNumber({ phone, ...rest }: Static<typeof NewMetaNumberBody>): NewMetaNumber {
  return { ...rest, phone: readPhone(phone) }
}

/** A date, or a date and a time with its offset, and nothing that `Date` would guess at. */
export function readTime(text: string, field: string): Date {
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? new Date(text)
    : null
  if (time !== null && Number.isFinite(time.getTime())) return time
  throw new GatewayError('bad-request', 'A time is written as 2026-03-01T12:00:00Z.', { field })
}

function readBase64(text: string, field: string): Uint8Array {
  const data = text.replace(/^data:[\w/+.-]+;base64,/, '')
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return Buffer.from(data, 'base64')
  throw new GatewayError('bad-request', 'This is not Base64.', { field })
}
