import { proto } from 'baileys'
import type { PhoneContent } from '../api.js'
import { Fields } from './fields.js'
import { Problem } from './problems.js'

type Kind = PhoneContent['kind']
type Readers = { readonly [Name in Kind]: (fields: Fields) => Extract<PhoneContent, { kind: Name }> | PhoneContent }

/** What each kind has besides its name. */
const readers: Readers = {
  text: (fields) => ({ kind: 'text', text: fields.text('text') }),
  location: (fields) => {
    const [latitude, longitude] = [fields.number('latitude', -90, 90), fields.number('longitude', -180, 180)]
    return { kind: 'location', latitude, longitude, ...given(fields, 'name', 'address') }
  },
  contact: (fields) => ({ kind: 'contact', name: fields.text('name'), number: fields.text('number') }),
  poll: (fields) => {
    const selectable = fields.optionalInteger('selectable', 0, 12)
    const [question, options] = [fields.text('question'), fields.texts('options')]
    return { kind: 'poll', question, options, ...(selectable !== undefined && { selectable }) }
  },
  image: (fields) => ({ kind: 'image', ...given(fields, 'caption', 'mimetype') }),
  video: (fields) => ({ kind: 'video', ...given(fields, 'caption', 'mimetype') }),
  audio: (fields) => {
    const voice = fields.optionalFlag('voice')
    return { kind: 'audio', ...given(fields, 'mimetype'), ...(voice !== undefined && { voice }) }
  },
  document: (fields) => ({ kind: 'document', ...given(fields, 'caption', 'mimetype', 'fileName') }),
  sticker: (fields) => ({ kind: 'sticker', ...given(fields, 'mimetype') }),
  raw: (fields) => ({ kind: 'raw', message: readProtobuf(fields.any('message')), ...given(fields, 'type') }),
}

/** What to send: a text by itself, many of them, or content of a kind. */
export function readMessage(
  body: unknown,
): { to: string; texts: readonly string[] } | { to: string; content: PhoneContent; quote?: string } {
  return Fields.all(body, (fields) => {
    const [to, text, texts] = [fields.text('to'), fields.optionalText('text'), fields.optionalTexts('texts')]
    const content = fields.optionalObject('content', (inner) => {
      return readers[inner.choice('kind', Object.keys(readers) as Kind[])](inner)
    })
    if ([text, texts, content].filter((one) => one !== undefined).length !== 1) {
      throw new Problem('bad-request', "One of 'text', 'texts' and 'content' is required.")
    }
    if (texts) return { to, texts }
    return { to, content: content ?? { kind: 'text', text: text ?? '' }, ...given(fields, 'quote') }
  })
}

export function readEmoji(body: unknown): string {
  return Fields.all(body, (fields) => fields.anyText('emoji'))
}

export function readText(body: unknown): string {
  return Fields.all(body, (fields) => fields.text('text'))
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

function given<Name extends string>(fields: Fields, ...names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = fields.optionalText(name)
    if (value !== undefined) found[name] = value
  }
  return found
}
