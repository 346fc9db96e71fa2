import Type, { type Static, type TSchema } from 'typebox'
import { fileKinds } from '../../core/messages/content.js'
import { word } from './word.js'

const closed = { additionalProperties: false }
const line = (most: number, options: object = {}) => Type.String({ minLength: 1, maxLength: most, ...options })
/** The core says how long it may be, in words of its own. */
const prose = (description: string) => Type.String({ minLength: 1, description })
const thumbnail = Type.Optional(
  Type.String({ minLength: 1, maxLength: 100_000, description: 'Small JPEG, base64; made here unless given.' }),
)
const color = (description: string) => Type.String({ pattern: '^#[0-9A-Fa-f]{6}$', description })
const messageId = (description: string) => Type.String({ pattern: '^[\\w.:-]{1,128}$', description })
const target = messageId('Id of the message of that chat that it is done to.')
const caption = Type.Optional(Type.String({ minLength: 1, description: 'Text under it.' }))

const content = <const Kind extends string, const Fields extends Record<string, TSchema>>(
  kind: Kind,
  description: string,
  fields: Fields,
) => Type.Object({ kind: Type.Literal(kind), ...fields }, { ...closed, description })

export const TextBody = content('text', 'A text.', {
  text: prose('Up to 65,536 characters.'),
  preview: Type.Optional(
    Type.Union(
      [
        Type.Boolean(),
        Type.Object(
          {
            url: line(2048, { description: 'As it stands in the text.' }),
            title: Type.Union([line(500), Type.Null()]),
            description: Type.Union([line(1000), Type.Null()]),
            thumbnail: Type.Union([line(100_000, { description: 'JPEG, base64.' }), Type.Null()]),
            large: Type.Optional(Type.Boolean({ description: 'Shown as a wide picture.' })),
          },
          closed,
        ),
      ],
      {
        description:
          'Of the first link in it. `true` looks it up, `false` leaves it out, an object is the preview itself; ' +
          'the options of the instance decide unless told.',
      },
    ),
  ),
  style: Type.Optional(
    Type.Object(
      {
        background: color('`#RRGGBB`'),
        font: Type.Integer({ minimum: 0, maximum: 10, description: "WhatsApp's number of it." }),
      },
      { ...closed, description: 'Of a status post.' },
    ),
  ),
})

const fileBodyKinds = [...fileKinds, 'file'] as const

export const FileBody = Type.Object(
  {
    kind: word(fileBodyKinds, { description: '`file`: by the type of the file.' }),
    media: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Id of a file that was uploaded or received.' }),
    ),
    url: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'Where the file is fetched from.' })),
    base64: Type.Optional(Type.String({ description: 'The file itself; larger ones are uploaded first.' })),
    name: Type.Optional(line(255, { description: 'What it is called.' })),
    mimetype: Type.Optional(
      line(255, { description: 'What `url` or `base64` is said to be; its first bytes have the last word.' }),
    ),
    caption,
    viewOnce: Type.Optional(Type.Boolean({ description: 'Opens once.' })),
    background: Type.Optional(color('Of a voice note posted as a status: `#RRGGBB`.')),
  },
  {
    ...closed,
    description: 'A file, named by exactly one of `media`, `url` and `base64`, or the `file` of a multipart request.',
  },
)

const location = content('location', 'A place.', {
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  name: Type.Optional(line(1000)),
  address: Type.Optional(line(1000)),
  url: Type.Optional(line(2048)),
  thumbnail,
})

export const ContactsBody = content('contacts', 'Contact cards.', {
  contacts: Type.Array(
    Type.Object(
      {
        name: line(255, { description: 'What is shown.' }),
        phone: Type.Optional(line(32, { description: 'International phone number.' })),
        organization: Type.Optional(line(255)),
        vcard: Type.Optional(
          line(20_000, { description: 'vCard 3.0, in place of `phone` and `organization`.', pattern: '^BEGIN:VCARD' }),
        ),
      },
      closed,
    ),
    { minItems: 1, maxItems: 257 },
  ),
})

const poll = content('poll', 'A poll.', {
  question: prose('What is asked.'),
  options: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 2,
    maxItems: 12,
    description: 'Pairwise different.',
  }),
  multiple: Type.Optional(Type.Boolean({ description: 'Whether more than one may be chosen; one unless told.' })),
})

const groupInvite = content('group-invite', 'An invitation to a group, for one person.', {
  group: line(64, { description: 'Id of the group.' }),
  code: line(64, { description: 'Of the invitation.' }),
  expiresAt: Type.Optional(
    Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description: 'Until when it is good.' }),
  ),
  name: line(255, { description: 'Of the group.' }),
  caption,
  thumbnail,
})

const maybeId = Type.Optional(line(255))

const buttons = content('buttons', 'A text with buttons under it. WhatsApp may not show them on every phone.', {
  header: Type.Optional(line(1000)),
  text: prose('Above the buttons.'),
  footer: Type.Optional(line(1000)),
  buttons: Type.Array(
    Type.Union([
      Type.Object({ kind: Type.Literal('reply'), id: line(255), text: line(255) }, closed),
      Type.Object({ kind: Type.Literal('url'), id: maybeId, text: line(255), url: line(2048) }, closed),
      Type.Object({ kind: Type.Literal('call'), id: maybeId, text: line(255), phone: line(32) }, closed),
      Type.Object({ kind: Type.Literal('copy'), id: maybeId, text: line(255), code: line(255) }, closed),
    ]),
    { minItems: 1, maxItems: 10 },
  ),
})

const buttonReply = content('button-reply', 'The press of a button; `replyTo` is the message with the button.', {
  id: line(255, { description: 'Of the button.' }),
  text: line(255, { description: 'Of the button.' }),
  index: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
})

const listReply = content('list-reply', 'The choice of a row; `replyTo` is the message with the list.', {
  id: line(255, { description: 'Of the row.' }),
  title: line(1000),
  description: Type.Optional(line(1000)),
})

const reaction = content('reaction', 'A reaction.', {
  target,
  emoji: Type.Union([line(32), Type.Null()], { description: 'Null takes it back.' }),
})

const edit = content('edit', 'Another text for a message, or another caption for a file.', {
  target,
  text: prose('What it says from now on.'),
})

const remove = content('delete', "Deletes a message for everyone: one's own, or in a group as its admin.", { target })

const pollVote = content('poll-vote', 'A vote in a poll; it replaces the one before.', {
  target,
  options: Type.Array(Type.String({ minLength: 1 }), { maxItems: 12, description: 'None takes the vote back.' }),
})

const pin = content('pin', 'Pins a message for everybody in the chat.', {
  target,
  seconds: Type.Union([Type.Literal(86_400), Type.Literal(604_800), Type.Literal(2_592_000), Type.Null()], {
    description: 'A day, a week or 30 days; null takes it down.',
  }),
})

export const ContentBody = Type.Union(
  [
    TextBody,
    FileBody,
    location,
    ContactsBody,
    poll,
    groupInvite,
    buttons,
    buttonReply,
    listReply,
    reaction,
    edit,
    remove,
    pollVote,
    pin,
  ],
  { description: 'What is sent; `kind` says which of these it is.' },
)
export type ContentBody = Static<typeof ContentBody>
export type FileBody = Static<typeof FileBody>

export function isFileBody(content: ContentBody): content is FileBody {
  return (fileBodyKinds as readonly string[]).includes(content.kind)
}
