import Type, { type Static } from 'typebox'
import { scopes } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { eventKinds } from '../../core/events/event.js'
import type { InstanceChanges, LinkPageWish, NewInstanceWish, NewKey } from '../../core/gateway.js'
import type { AccessKeyId, ApiKeyId, InstanceId, LinkPageId, PhoneNumber } from '../../core/ids.js'
import { networks } from '../../core/instances/instance.js'
import { linkPageLocales } from '../../core/link-pages/link-page.js'
import { word } from './word.js'

export const closed = { additionalProperties: false }
export const nameSchema = Type.String({ minLength: 1, maxLength: 100, description: 'For people; not an id.' })
export const phoneSchema = Type.String({
  minLength: 7,
  maxLength: 32,
  description: 'International phone number. A plus, spaces, dots, hyphens and brackets are ignored.',
})

export const NewKeyBody = Type.Object(
  {
    name: nameSchema,
    scopes: Type.Optional(
      Type.Array(word(scopes), {
        minItems: 1,
        maxItems: scopes.length,
        description: 'What the key may do; without it, everything that the calling key may.',
      }),
    ),
    network: Type.Optional(
      Type.Union([Type.Literal('sandbox'), Type.Null()], {
        description: '`sandbox` makes a test key: what it creates is in the sandbox, and it reaches nothing else.',
      }),
    ),
  },
  { ...closed, examples: [{ name: 'Shop backend', scopes: ['instances:read', 'messages:write'] }] },
)

export const NewAccessKeyBody = Type.Object(
  {
    name: Type.Optional(nameSchema),
    permissions: Type.Array(Type.String({ maxLength: 100 }), {
      minItems: 1,
      maxItems: 100,
      description: 'What its holder may do: `cams:*`, or single actions as in `cams:CreatePhoneMessageQrdl`.',
    }),
    network: Type.Optional(
      Type.Union([Type.Literal('sandbox'), Type.Null()], {
        description: '`sandbox` makes a test key, which reaches the sandbox only; others reach WhatsApp only.',
      }),
    ),
  },
  { ...closed, examples: [{ name: 'Campaigns', permissions: ['cams:*'] }] },
)

const OptionsBody = Type.Object(
  {
    sendGap: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400_000,
        description: 'From one message handed to WhatsApp to the next, in ms.',
      }),
    ),
    typing: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 60_000,
        description: 'How long somebody is shown to be writing before each message that does not say otherwise, in ms.',
      }),
    ),
    markRead: Type.Optional(
      word(['never', 'on-arrival', 'on-reply'], {
        description: 'When what comes in is marked as read without being asked.',
      }),
    ),
    showOnline: Type.Optional(
      Type.Boolean({
        description: "Whether the account shows as online while connected; it silences the phone's own notifications.",
      }),
    ),
    linkPreview: Type.Optional(
      Type.Boolean({
        description: 'Whether a text with a link is sent with a preview, unless the message says otherwise.',
      }),
    ),
    files: Type.Optional(
      word(['eager', 'lazy'], {
        description: 'When files that come in are brought here: on arrival, or when somebody first asks for one.',
      }),
    ),
  },
  { ...closed, description: 'How it goes about sending and receiving. What is left out stays as it is.' },
)

export const NewInstanceBody = Type.Object(
  {
    name: nameSchema,
    network: Type.Optional(word(networks, { description: 'Where the account lives.' })),
    phone: Type.Optional(
      Type.Union([phoneSchema, Type.Null()], {
        description: 'The number that is expected to scan: any other account is refused. Null: any may.',
      }),
    ),
    options: Type.Optional(OptionsBody),
  },
  { ...closed, examples: [{ name: 'Front desk', network: 'sandbox' }] },
)

export const EditInstanceBody = Type.Object(
  {
    name: Type.Optional(nameSchema),
    phone: Type.Optional(Type.Union([phoneSchema, Type.Null()])),
    options: Type.Optional(OptionsBody),
  },
  {
    ...closed,
    minProperties: 1,
    examples: [{ name: 'Front desk, second floor' }, { options: { sendGap: 1000, markRead: 'on-reply' } }],
  },
)

export const StartLinkBody = Type.Object(
  {
    method: word(['qr', 'code'], { description: 'A QR to scan, or a code to type on the phone.' }),
    phone: Type.Optional(phoneSchema),
  },
  {
    ...closed,
    description:
      'With `code`, `phone` is who will type it; the expected number of the instance serves where it is left out. ' +
      'With `qr`, a `phone` becomes the expected number of the instance.',
    examples: [{ method: 'qr' }],
  },
)

export const NewLinkPageBody = Type.Object(
  {
    expiresIn: Type.Optional(
      Type.Integer({ minimum: 60, maximum: 604_800, description: 'Seconds that it works; an hour unless told.' }),
    ),
    returnUrl: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2048,
        description: 'Where the person goes once it is linked; on an origin that the workspace has allowed.',
      }),
    ),
    brand: Type.Optional(
      Type.Object(
        { name: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })) },
        { ...closed, description: 'Who asks for the link. Shown as plain text.' },
      ),
    ),
    locale: Type.Optional(word(linkPageLocales, { description: "Language of the page; the browser's unless told." })),
  },
  { ...closed, examples: [{ expiresIn: 3600, brand: { name: 'Front desk' } }] },
)

export const EditWorkspaceBody = Type.Object(
  {
    returnOrigins: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      maxItems: 50,
      description: 'Origins that a link page may send people back to: https, or http on localhost.',
    }),
  },
  { ...closed, examples: [{ returnOrigins: ['https://shop.example'] }] },
)

export const InstanceParams = Type.Object({ id: Type.String({ description: 'UUID of the instance.' }) })
export const LinkPageParams = Type.Object({
  id: Type.String({ description: 'UUID of the instance.' }),
  pageId: Type.String({ description: 'Id of the link page.' }),
})
export const KeyParams = Type.Object({ id: Type.String({ description: 'Id of the API key.' }) })
export const AccessKeyParams = Type.Object({ id: Type.String({ description: 'UUID of the access key.' }) })
export const InstancesQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'At most so many; 100 unless told.' })),
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'The `next` of the page before.' })),
})
export const waitSchema = Type.Integer({
  minimum: 0,
  maximum: 60,
  description: 'Seconds to wait for news before answering; 0 unless told.',
})
export const LinkQuery = Type.Object({ wait: Type.Optional(waitSchema) })
export const PictureQuery = Type.Object({
  size: Type.Optional(
    Type.Integer({
      minimum: 64,
      maximum: 2048,
      description: 'Side in pixels. A PNG has whole pixels per module, so it may be a little smaller.',
    }),
  ),
})
export const EventsQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'Events with a greater `seq`; 0 unless told.' })),
  wait: Type.Optional(waitSchema),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'At most so many; 100 unless told.' })),
  kind: Type.Optional(
    Type.Array(word(eventKinds), {
      maxItems: eventKinds.length,
      description: 'Only these kinds; repeat the parameter or separate with commas.',
    }),
  ),
})
export const EventStreamQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'Where to start; a `Last-Event-ID` overrides it.' })),
})
export const EventStreamHeaders = Type.Object({
  'last-event-id': Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: 'The last `id` that was seen.' })),
})

const absent = {
  instance: () => new GatewayError('instance-not-found', 'no such instance'),
  key: () => new GatewayError('key-not-found', 'no such key'),
  accessKey: () => new GatewayError('access-key-not-found', 'no such access key'),
  linkPage: () => new GatewayError('link-page-not-found', 'no such link page'),
}

/** A path that cannot name anything is answered like one that names nothing. */
export function readInstanceId(text: string): InstanceId {
  if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) throw absent.instance()
  return text.toLowerCase() as InstanceId
}

export function readKeyId(text: string): ApiKeyId {
  if (!/^[\w-]{1,64}$/.test(text)) throw absent.key()
  return text as ApiKeyId
}

export function readAccessKeyId(text: string): AccessKeyId {
  if (!/^[\w-]{1,64}$/.test(text)) throw absent.accessKey()
  return text as AccessKeyId
}

export function readLinkPageId(text: string): LinkPageId {
  if (!/^[\w-]{1,64}$/.test(text)) throw absent.linkPage()
  return text as LinkPageId
}

export function readPhone(text: string, field = 'phone'): PhoneNumber {
  const digits = text.replace(/^\+/, '').replace(/[\s().-]/g, '')
  if (/^\d{7,15}$/.test(digits)) return digits as PhoneNumber
  throw new GatewayError('bad-request', 'An international phone number has 7 to 15 digits.', { field })
}

export function readNewKey(body: Static<typeof NewKeyBody>): NewKey {
  return body
}

export function readNewInstance({ name, network, phone, options }: Static<typeof NewInstanceBody>): NewInstanceWish {
  return {
    name,
    ...(options === undefined ? {} : { options }),
    ...(network === undefined ? {} : { network }),
    ...(phone === undefined ? {} : { phone: readOptionalPhone(phone) }),
  }
}

export function readInstanceChanges({ name, phone, options }: Static<typeof EditInstanceBody>): InstanceChanges {
  return {
    ...(name === undefined ? {} : { name }),
    ...(options === undefined ? {} : { options }),
    ...(phone === undefined ? {} : { phone: readOptionalPhone(phone) }),
  }
}

export function readNewLinkPage({ brand, ...wish }: Static<typeof NewLinkPageBody>): LinkPageWish {
  return { ...wish, ...(brand?.name === undefined ? {} : { brand: { name: brand.name.trim() } }) }
}

function readOptionalPhone(phone: string | null): PhoneNumber | null {
  return phone === null ? null : readPhone(phone)
}
