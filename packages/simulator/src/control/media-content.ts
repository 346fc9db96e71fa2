import type { MediaContent } from '../api.js'
import type { Fields } from './fields.js'
import { given } from './given.js'

type Kind = MediaContent['kind']
type Extra = (fields: Fields) => Partial<MediaContent>

const caption: Extra = (fields) => given(fields, 'caption')
const thumbnail: Extra = (fields) => bytes(fields, 'thumbnail')
const viewOnce: Extra = (fields) => flag(fields, 'viewOnce')
const size: Extra = (fields) => ({ ...count(fields, 'width', 1, 20_000), ...count(fields, 'height', 1, 20_000) })
const seconds: Extra = (fields) => count(fields, 'seconds', 0, 86_400)

/** What each kind has besides its bytes and their type. */
const extras: Readonly<Record<Kind, readonly Extra[]>> = {
  image: [caption, thumbnail, viewOnce, size],
  video: [caption, thumbnail, viewOnce, size, seconds, (fields) => flag(fields, 'gif')],
  'video-note': [thumbnail, size, seconds],
  audio: [viewOnce, seconds, (fields) => ({ ...flag(fields, 'voice'), ...bytes(fields, 'waveform') })],
  document: [caption, thumbnail, (fields) => given(fields, 'fileName')],
  sticker: [size],
}

export function readMedia(kind: Kind): (fields: Fields) => MediaContent {
  return (fields) => {
    const common = { ...given(fields, 'mimetype'), ...bytes(fields, 'bytes') }
    return extras[kind].reduce<MediaContent>((content, read) => ({ ...content, ...read(fields) }), { kind, ...common })
  }
}

function bytes<Name extends string>(fields: Fields, name: Name): Partial<Record<Name, Buffer>> {
  const value = fields.optionalBytes(name)
  return value === undefined ? {} : only(name, value)
}

function flag<Name extends string>(fields: Fields, name: Name): Partial<Record<Name, boolean>> {
  const value = fields.optionalFlag(name)
  return value === undefined ? {} : only(name, value)
}

function count<Name extends string>(
  fields: Fields,
  name: Name,
  min: number,
  max: number,
): Partial<Record<Name, number>> {
  const value = fields.optionalInteger(name, min, max)
  return value === undefined ? {} : only(name, value)
}

function only<Name extends string, Value>(name: Name, value: Value): Partial<Record<Name, Value>> {
  const found: Partial<Record<Name, Value>> = {}
  found[name] = value
  return found
}
