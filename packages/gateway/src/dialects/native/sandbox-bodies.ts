import Type, { type Static, type TSchema } from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { fileKinds } from '../../core/messages/content.js'
import type { PhoneContent, PhoneSendOptions } from '../../core/ports/sandbox.js'
import { readBase64 } from './file-source.js'
import { addressee } from './message-bodies.js'
import { readText } from './read-message.js'
import { closed, readPhone } from './requests.js'
import { word } from './word.js'

const line = (most: number, options: object = {}) => Type.String({ minLength: 1, maxLength: most, ...options })
const messageId = (description: string) => Type.String({ pattern: '^[\\w.:-]{1,128}$', description })
const target = messageId('Id of the message that it is done to.')
const caption = Type.Optional(Type.String({ minLength: 1 }))
const content = <const Kind extends string, const Fields extends Record<string, TSchema>>(kind: Kind, fields: Fields) =>
  Type.Object({ kind: Type.Literal(kind), ...fields }, closed)

const FileBody = Type.Object(
  {
    kind: word(fileKinds),
    base64: Type.Optional(
      Type.String({ description: 'The file; a small one of its kind is made unless it is given.' }),
    ),
    mimetype: Type.Optional(line(255)),
    name: Type.Optional(line(255)),
    caption,
    viewOnce: Type.Optional(Type.Boolean()),
    animated: Type.Optional(Type.Boolean({ description: 'Of videos: played over and over without sound.' })),
  },
  closed,
)

const PhoneContentBody = Type.Union(
  [
    content('text', {
      text: Type.String({ minLength: 1 }),
      style: Type.Optional(
        Type.Object(
          {
            background: Type.String({ pattern: '^#[0-9A-Fa-f]{6}$' }),
            font: Type.Integer({ minimum: 0, maximum: 10 }),
          },
          { ...closed, description: 'Of a status post.' },
        ),
      ),
    }),
    FileBody,
    content('location', {
      latitude: Type.Number({ minimum: -90, maximum: 90 }),
      longitude: Type.Number({ minimum: -180, maximum: 180 }),
      name: Type.Optional(line(1000)),
      address: Type.Optional(line(1000)),
    }),
    content('live-location', {
      latitude: Type.Number({ minimum: -90, maximum: 90 }),
      longitude: Type.Number({ minimum: -180, maximum: 180 }),
      accuracy: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      speed: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000 })),
      caption,
      sequence: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    }),
    content('contacts', {
      contacts: Type.Array(Type.Object({ name: line(255), phone: line(32) }, closed), { minItems: 1, maxItems: 257 }),
    }),
    content('poll', {
      question: line(1000),
      options: Type.Array(line(1000), { minItems: 2, maxItems: 12 }),
      multiple: Type.Optional(Type.Boolean()),
    }),
    content('group-invite', { group: line(64, { description: 'A group of which the phone is an admin.' }), caption }),
    content('buttons', {
      text: line(4096),
      footer: Type.Optional(line(1000)),
      buttons: Type.Array(Type.Object({ id: line(255), text: line(255) }, closed), { minItems: 1, maxItems: 10 }),
    }),
    content('list', {
      title: Type.Optional(line(1000)),
      text: line(4096),
      footer: Type.Optional(line(1000)),
      button: line(255),
      sections: Type.Array(
        Type.Object(
          {
            title: line(255),
            rows: Type.Array(
              Type.Object({ id: line(255), title: line(255), description: Type.Optional(line(1000)) }, closed),
              { minItems: 1, maxItems: 50 },
            ),
          },
          closed,
        ),
        { minItems: 1, maxItems: 50 },
      ),
    }),
  ],
  { description: 'What the phone says; `kind` says which of these it is.' },
)
type PhoneContentBody = Static<typeof PhoneContentBody>

const said = {
  text: Type.Optional(Type.String({ minLength: 1, description: 'Short for a `content` of kind `text`.' })),
  content: Type.Optional(PhoneContentBody),
}

export const PhoneMessageBody = Type.Object(
  {
    to: addressee('A number, JID or LID, or the id of a group.'),
    ...said,
    replyTo: Type.Optional(messageId('Id of the message that it answers.')),
    mentions: Type.Optional(Type.Array(addressee('A number, JID or LID.'), { maxItems: 1024 })),
  },
  {
    ...closed,
    description: 'Either `text` or `content`.',
    examples: [
      { to: '4915112345678', text: 'Are you open today?' },
      { to: '4915112345678', content: { kind: 'image', caption: 'This one?' } },
    ],
  },
)
type PhoneMessageBody = Static<typeof PhoneMessageBody>

export const PhoneStatusBody = Type.Object(
  {
    ...said,
    audience: Type.Array(addressee('A number, JID or LID.'), { minItems: 1, maxItems: 1000 }),
  },
  { ...closed, examples: [{ text: 'Closed on Monday', audience: ['4915112345678'] }] },
)

export const PhoneActBody = Type.Union(
  [
    content('reaction', { target, emoji: Type.Union([line(32), Type.Null()]) }),
    content('edit', { target, text: Type.String({ minLength: 1 }) }),
    content('delete', { target }),
    content('poll-vote', { target, options: Type.Array(line(1000), { maxItems: 12 }) }),
    content('pin', { target, seconds: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]) }),
    content('forward', { target, to: addressee('A number, JID or LID, or the id of a group.') }),
    content('choose', { target, option: line(255, { description: 'Id of a row or button.' }) }),
  ],
  {
    description: 'What is done to a message that the phone has; `kind` says which of these it is.',
    examples: [{ kind: 'reaction', target: '3EB0C0FFEE', emoji: '👍' }],
  },
)

export const PlayedBody = Type.Object({ ids: Type.Array(line(128), { minItems: 1, maxItems: 1000 }) }, closed)
export const PhonePresenceBody = Type.Object(
  {
    to: addressee('A number, JID or LID, or the id of a group.'),
    presence: word(['composing', 'recording', 'paused']),
  },
  { ...closed, examples: [{ to: '4915112345678', presence: 'composing' }] },
)
export const AvailabilityBody = Type.Object({ available: Type.Boolean() }, closed)

export function readPhoneContent({ text, content }: Pick<PhoneMessageBody, 'text' | 'content'>): PhoneContent {
  if (text !== undefined && content === undefined) return { kind: 'text', text: readText(text, 'text') }
  if (content !== undefined && text === undefined) return readKind(content)
  throw new GatewayError('bad-request', 'Send either "text" or "content".', {
    field: text === undefined ? 'text' : 'content',
  })
}

function readKind(content: PhoneContentBody): PhoneContent {
  switch (content.kind) {
    case 'text':
      readText(content.text, 'content.text')
      return content
    case 'contacts': {
      const contacts = content.contacts.map(({ name, phone }, i) => {
        return { name, phone: readPhone(phone, `content.contacts.${i}.phone`) }
      })
      return { kind: 'contacts', contacts }
    }
    case 'poll':
      return { ...content, multiple: content.multiple ?? false }
    case 'location':
    case 'live-location':
    case 'group-invite':
    case 'buttons':
    case 'list':
      return content
    default: {
      const { base64, ...rest } = content
      return { ...rest, ...(base64 === undefined ? {} : { bytes: readBase64(base64, 'content.base64') }) }
    }
  }
}

export function readSendOptions({ replyTo, mentions }: PhoneMessageBody): PhoneSendOptions {
  return {
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mentions === undefined ? {} : { mentions }),
  }
}
