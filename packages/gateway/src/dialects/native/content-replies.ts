import Type, { type Static, type TArrayOptions, type TSchema, type TUnsafe } from 'typebox'
import type { MediaId } from '../../core/ids.js'
import type { MediaFile } from '../../core/media/media-file.js'
import { isAct, type OutgoingContent } from '../../core/messages/act.js'
import { type Content, fileKinds, isFile, type Quoted } from '../../core/messages/content.js'
import { named, nullable, ref, time } from './replies.js'
import { word } from './word.js'

/** Where the file of that id can be read by anybody who is given the address. */
export type MediaUrl = (id: MediaId) => string

/** As it is in the core, whose lists nobody changes. */
export function list<Item extends TSchema>(item: Item, options: TArrayOptions = {}): TUnsafe<readonly Static<Item>[]> {
  return Type.Unsafe<readonly Static<Item>[]>(Type.Array(item, options))
}

const optional = (description: string) => Type.Optional(Type.String({ description }))
const thumbnail = optional('Small JPEG, base64.')
const caption = optional('Text under it.')
const jids = list(Type.String(), { description: 'JIDs.' })

export const FileReply = named(
  'File',
  Type.Object({
    id: Type.String({ description: 'What it is sent again by, as `media`.' }),
    url: Type.String({ format: 'uri', description: 'Whoever has the address may read the file.' }),
    name: nullable(Type.String(), 'As its sender called it.'),
    mimetype: Type.String({ description: 'Of a received file as its sender says; else by its first bytes.' }),
    size: nullable(Type.Integer(), 'In bytes.'),
    sha256: nullable(Type.String(), 'Hexadecimal.'),
  }),
)

/** Of its own, because what is quoted is content again. */
export interface QuotedReply {
  readonly id: string
  readonly sender: string | null
  readonly content: ContentShown | null
}
export type ContentShown = Static<typeof ContentReply>

const context = {
  quoted: Type.Optional(
    Type.Unsafe<QuotedReply>(
      Type.Object(
        {
          id: Type.String(),
          sender: nullable(Type.String(), 'JID of who wrote it.'),
          content: nullable(Type.Unsafe({ $ref: 'Content#' }), 'As it stands in the quotation; null: not shown.'),
        },
        { description: 'The message that it answers.' },
      ),
    ),
  ),
  mentions: Type.Optional(jids),
  forwarded: Type.Optional(
    Type.Object(
      { score: Type.Integer({ description: 'How often; from 5 on, phones say "many times".' }) },
      { description: 'It was passed on.' },
    ),
  ),
  expiresIn: Type.Optional(Type.Integer({ description: 'Seconds after which it disappears.' })),
}

const contentOf = <Kind extends TSchema, const Fields extends Record<string, TSchema>>(kind: Kind, fields: Fields) =>
  Type.Object({ kind, ...fields, ...context })

export const LinkPreviewReply = named(
  'LinkPreview',
  Type.Object({
    url: Type.String({ description: 'As it stands in the text.' }),
    title: nullable(Type.String(), 'Of the page.'),
    description: nullable(Type.String(), 'Of the page.'),
    thumbnail: nullable(Type.String(), 'JPEG, base64.'),
    large: Type.Optional(Type.Boolean({ description: 'Shown as a wide picture.' })),
  }),
)

const text = contentOf(Type.Literal('text'), {
  text: Type.String(),
  preview: Type.Optional(ref(LinkPreviewReply)),
  style: Type.Optional(
    Type.Object(
      { background: Type.String({ description: '`#RRGGBB`' }), font: Type.Integer() },
      { description: 'Of a status post.' },
    ),
  ),
})

const file = contentOf(word(fileKinds), {
  file: ref(FileReply),
  caption,
  viewOnce: Type.Optional(Type.Literal(true, { description: 'Opens once.' })),
  animated: Type.Optional(Type.Literal(true)),
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  seconds: Type.Optional(Type.Integer({ description: 'Of what plays.' })),
  waveform: optional('Of voice notes: 64 bars of 0 to 100 each, base64.'),
  thumbnail,
  pages: Type.Optional(Type.Integer({ description: 'Of documents.' })),
  background: optional('Of a voice note posted as a status: `#RRGGBB`.'),
})

const location = contentOf(Type.Literal('location'), {
  latitude: Type.Number(),
  longitude: Type.Number(),
  name: optional('Of the place.'),
  address: optional('Of the place.'),
  url: optional('Of the place.'),
  thumbnail,
})

const liveLocation = contentOf(Type.Literal('live-location'), {
  latitude: Type.Number(),
  longitude: Type.Number(),
  accuracy: Type.Optional(Type.Number({ description: 'Metres.' })),
  speed: Type.Optional(Type.Number({ description: 'Metres a second.' })),
  heading: Type.Optional(Type.Number({ description: 'Degrees clockwise from north.' })),
  caption,
  sequence: Type.Optional(Type.Integer({ description: 'Counts the positions of one sharing up.' })),
})

const contacts = contentOf(Type.Literal('contacts'), {
  contacts: list(Type.Object({ name: Type.String(), vcard: Type.String({ description: 'vCard 3.0.' }) })),
})

const poll = contentOf(Type.Literal('poll'), {
  question: Type.String(),
  options: list(Type.String()),
  multiple: Type.Boolean({ description: 'Whether more than one may be chosen.' }),
})

const groupInvite = contentOf(Type.Literal('group-invite'), {
  group: Type.String({ description: 'JID.' }),
  code: Type.String({ description: 'Good for `POST …/groups/join`.' }),
  expiresAt: nullable(time('Until when it is good.'), 'Null where it does not say.'),
  name: Type.String({ description: 'Of the group.' }),
  caption,
  thumbnail,
})

const buttonStyle = word(['plain', 'template', 'interactive'], { description: 'How WhatsApp carries it.' })
const maybeId = Type.Optional(Type.String())

const buttons = contentOf(Type.Literal('buttons'), {
  style: buttonStyle,
  header: optional('Above the text.'),
  text: Type.String(),
  footer: optional('Under the text.'),
  buttons: list(
    Type.Union([
      Type.Object({ kind: Type.Literal('reply'), id: Type.String(), text: Type.String() }),
      Type.Object({ kind: Type.Literal('url'), id: maybeId, text: Type.String(), url: Type.String() }),
      Type.Object({ kind: Type.Literal('call'), id: maybeId, text: Type.String(), phone: Type.String() }),
      Type.Object({ kind: Type.Literal('copy'), id: maybeId, text: Type.String(), code: Type.String() }),
    ]),
  ),
})

const buttonReply = contentOf(Type.Literal('button-reply'), {
  style: buttonStyle,
  id: Type.String({ description: 'Of the button.' }),
  text: Type.String({ description: 'Of the button.' }),
  index: Type.Optional(Type.Integer({ description: 'Which one, counted from 0.' })),
})

const listOfRows = contentOf(Type.Literal('list'), {
  title: optional('Above the text.'),
  text: Type.String(),
  footer: optional('Under the text.'),
  button: Type.String({ description: 'What opens the list.' }),
  sections: list(
    Type.Object({
      title: Type.String(),
      rows: list(Type.Object({ id: Type.String(), title: Type.String(), description: optional('Under the title.') })),
    }),
  ),
})

const listReply = contentOf(Type.Literal('list-reply'), {
  id: Type.String({ description: 'Of the row that was chosen.' }),
  title: Type.String(),
  description: optional('Of the row.'),
})

const unsupported = contentOf(Type.Literal('unsupported'), {
  type: Type.String({ description: "WhatsApp's name of what this gateway cannot read." }),
})

/** What a message says. */
export const ContentReply = named(
  'Content',
  Type.Union([
    text,
    file,
    location,
    liveLocation,
    contacts,
    poll,
    groupInvite,
    buttons,
    buttonReply,
    listOfRows,
    listReply,
    unsupported,
  ]),
)

const target = Type.Object({
  id: Type.String({ description: 'Of the message that it is done to.' }),
  sender: nullable(Type.String(), 'JID of who wrote that message; null for the account itself.'),
})
const seconds = Type.Integer({ description: 'Seconds after which what is sent from now on disappears; 0: it stays.' })

/** What is done to a message rather than said. */
const acts = [
  Type.Object({
    kind: Type.Literal('reaction'),
    target,
    emoji: nullable(Type.String(), 'Null takes the reaction back.'),
  }),
  Type.Object({ kind: Type.Literal('edit'), target, content: text }),
  Type.Object({ kind: Type.Literal('delete'), target }),
  Type.Object({ kind: Type.Literal('poll-vote'), target, options: list(Type.String()) }),
  Type.Object({
    kind: Type.Literal('pin'),
    target,
    seconds: nullable(Type.Integer(), 'How long it stays pinned; null takes it down.'),
  }),
  Type.Object({ kind: Type.Literal('disappearing'), seconds }),
] as const

/** What was handed in for sending: what a message says, or what is done to one. */
export const SentContentReply = named('SentContent', Type.Union([ref(ContentReply), ...acts]))

export const PollVoteReply = named(
  'PollVote',
  Type.Object({
    kind: Type.Literal('poll-vote'),
    question: Type.String(),
    multiple: Type.Boolean(),
    chosen: list(Type.String(), { description: 'Now, by who voted; none where the vote was taken back.' }),
    tally: list(Type.Object({ option: Type.String(), voters: jids }), {
      description: 'How the poll stands after it, in its own order.',
    }),
  }),
)

/** Everything that is known of the file but how it is found at WhatsApp: that holds the key to it. */
export function fileReply({ id, name, mimetype, size, sha256 }: MediaFile, url: MediaUrl): Static<typeof FileReply> {
  return { id, url: url(id), name, mimetype, size, sha256 }
}

/** The one way by which content leaves, so that the handle of no file does. */
export function contentReply(content: Content, url: MediaUrl): ContentShown {
  if (isFile(content)) {
    const { quoted, file, ...rest } = content
    return { ...rest, file: fileReply(file, url), ...quotedReply(quoted, url) }
  }
  const { quoted, ...rest } = content
  return { ...rest, ...quotedReply(quoted, url) }
}

function quotedReply(quoted: Quoted | undefined, url: MediaUrl): { quoted?: QuotedReply } {
  if (quoted === undefined) return {}
  const { id, sender, content } = quoted
  return { quoted: { id, sender, content: content === null ? null : contentReply(content, url) } }
}

export function sentContentReply(content: OutgoingContent, url: MediaUrl): Static<typeof SentContentReply> {
  if (!isAct(content)) return contentReply(content, url)
  if (content.kind !== 'edit') return content
  const { quoted, ...rest } = content.content
  return { ...content, content: { ...rest, ...quotedReply(quoted, url) } }
}
