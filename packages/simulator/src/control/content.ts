import { proto } from 'baileys'
import type { ContactCard, LinkPreview, PhoneContent, SendOptions } from '../api.js'
import { Fields } from './fields.js'
import { given } from './given.js'
import { readMedia } from './media-content.js'
import { menuReaders } from './menus.js'
import { Problem } from './problems.js'

type Kind = PhoneContent['kind']
type Readers = { readonly [Name in Kind]: (fields: Fields) => Extract<PhoneContent, { kind: Name }> | PhoneContent }

/** What each kind has besides its name. */
const readers: Readers = {
  text: (fields) => {
    const preview = fields.optionalObject('preview', readPreview)
    const font = fields.optionalInteger('font', 0, 10)
    const look = { ...given(fields, 'background'), ...(font !== undefined && { font }) }
    return { kind: 'text', text: fields.text('text'), ...(preview && { preview }), ...look }
  },
  location: (fields) => ({ kind: 'location', ...readPlace(fields), ...given(fields, 'name', 'address') }),
  'live-location': (fields) => {
    const [accuracy, speed] = [fields.optionalInteger('accuracy', 0, 100_000), fields.optionalNumber('speed', 0, 1000)]
    const sequence = fields.optionalInteger('sequence', 0, 1_000_000)
    return {
      kind: 'live-location',
      ...readPlace(fields),
      ...given(fields, 'caption'),
      ...(accuracy !== undefined && { accuracy }),
      ...(speed !== undefined && { speed }),
      ...(sequence !== undefined && { sequence }),
    }
  },
  contact: (fields) => ({ kind: 'contact', ...readCard(fields) }),
  contacts: (fields) => ({ kind: 'contacts', contacts: fields.objects('contacts', readCard) }),
  poll: (fields) => {
    const selectable = fields.optionalInteger('selectable', 0, 12)
    const form = fields.optionalInteger('form', 1, 3) as 1 | 2 | 3 | undefined
    const [question, options] = [fields.text('question'), fields.texts('options')]
    const how = { ...(selectable !== undefined && { selectable }), ...(form !== undefined && { form }) }
    return { kind: 'poll', question, options, ...how }
  },
  image: readMedia('image'),
  video: readMedia('video'),
  'video-note': readMedia('video-note'),
  audio: readMedia('audio'),
  document: readMedia('document'),
  sticker: readMedia('sticker'),
  'group-invite': (fields) => ({ kind: 'group-invite', group: fields.text('group'), ...given(fields, 'text') }),
  ...menuReaders,
  raw: (fields) => ({ kind: 'raw', message: readProtobuf(fields.any('message')), ...given(fields, 'type') }),
}

/** What to send: a text by itself, many of them, or content of a kind. */
export function readMessage(
  body: unknown,
): { to: string; texts: readonly string[] } | { to: string; content: PhoneContent; more: SendOptions } {
  return Fields.all(body, (fields) => {
    const [to, text, texts] = [fields.text('to'), fields.optionalText('text'), fields.optionalTexts('texts')]
    const content = fields.optionalObject('content', readContent)
    if ([text, texts, content].filter((one) => one !== undefined).length !== 1) {
      throw new Problem('bad-request', "One of 'text', 'texts' and 'content' is required.")
    }
    if (texts) return { to, texts }
    const mentions = fields.optionalTexts('mentions')
    const more = { ...given(fields, 'quote'), ...(mentions && { mentions }) }
    return { to, content: content ?? { kind: 'text', text: text ?? '' }, more }
  })
}

/** A status post, and for whom it is. */
export function readStatus(body: unknown): { to: readonly string[]; content: PhoneContent } {
  return Fields.all(body, (fields) => {
    const content = fields.optionalObject('content', readContent)
    if (content) return { to: fields.texts('to'), content }
    return { to: fields.texts('to'), content: { kind: 'text', text: fields.text('text') } }
  })
}

function readContent(fields: Fields): PhoneContent {
  return readers[fields.choice('kind', Object.keys(readers) as Kind[])](fields)
}

function readPlace(fields: Fields): { latitude: number; longitude: number } {
  return { latitude: fields.number('latitude', -90, 90), longitude: fields.number('longitude', -180, 180) }
}

function readCard(fields: Fields): ContactCard {
  return { name: fields.text('name'), number: fields.text('number') }
}

function readPreview(fields: Fields): LinkPreview {
  const thumbnail = fields.optionalBytes('thumbnail')
  const [url, title] = [fields.text('url'), fields.text('title')]
  return { url, title, ...given(fields, 'description'), ...(thumbnail && { thumbnail }) }
}

/** In the JSON form of protocol buffers, where bytes are base64. */
function readProtobuf(value: unknown): proto.IMessage {
  if (typeof value !== 'object' || value === null) throw new Problem('bad-request', "'message' must be an object.")
  try {
    return proto.Message.fromObject(value)
  } catch {
    throw new Problem('bad-request', "'message' is not a message of the protocol.")
  }
}
