import type { FastifyRequest } from 'fastify'
import type { LinkCode } from '../../core/ids.js'
import { readLinkCode } from '../../core/message-links/link-code.js'
import { type LinkImageType, linkImageTypes, vendorTextLimit } from '../../core/message-links/message-link.js'
import { invalid, Refused } from './errors.js'

/** By name, what came with the address and in the body. */
export type Given = ReadonlyMap<string, unknown>

export interface WishedQrCode {
  readonly text: string
  /** Undefined: no image is asked for. */
  readonly imageType: LinkImageType | undefined
}

/** Which image an answer names: of a format, of the link's own, or none. */
export type ImageWish = LinkImageType | 'own' | undefined

const mostListed = 25
/** Each is always told, whatever is asked for. */
const usualFields: readonly string[] = ['code', 'prefilled_message', 'deep_link_url']

/** What is in the body counts where both have it, as a form takes its address along. */
export function given({ query, body }: Pick<FastifyRequest, 'query' | 'body'>): Given {
  const inBody = body ?? {}
  if (typeof inBody !== 'object' || Array.isArray(inBody)) throw new Refused('bad-request', 'The body is no object')
  return new Map<string, unknown>([...Object.entries(query as object), ...Object.entries(inBody)])
}

export function readQrCodeWish(from: Given): WishedQrCode {
  return { text: readPrefilledMessage(from), imageType: readImageType(from) }
}

/** Undefined where there is none: then a code is to be made. */
export function readGivenCode(from: Given): LinkCode | undefined {
  const code = from.get('code')
  return code === undefined || code === null ? undefined : readCode(code)
}

export function readCode(value: unknown): LinkCode {
  const code = typeof value === 'string' ? readLinkCode(value) : undefined
  if (code !== undefined) return code
  const message = 'Invalid QR code ID format. Expected 14-character alphanumeric string'
  throw new Refused('bad-request', message, { field: 'code' })
}

/** Reads `fields`. `creation_time` is told to Meta's own apps only, so it is known here and never in an answer. */
export function readFields(from: Given): ImageWish {
  let image: ImageWish
  for (const field of textOf(from, 'fields')?.split(',') ?? []) {
    const name = field.trim()
    const [, format] = /^qr_image_url\.format\((\w+)\)$/i.exec(name) ?? []
    const type = format === undefined ? undefined : imageTypeNamed(format)
    if (type) image = type
    else if (name === 'qr_image_url') image ??= 'own'
    else if (name !== '' && name !== 'creation_time' && !usualFields.includes(name)) {
      const message = 'Invalid fields parameter. Check field names and format specifications'
      throw new Refused('bad-request', message, { field: 'fields' })
    }
  }
  return image
}

export function readLimit(from: Given): number {
  const text = textOf(from, 'limit')
  if (text === undefined) return mostListed
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= mostListed) return limit
  throw invalid('limit', `It must be a whole number from 1 to ${mostListed}`)
}

/** Of an address: one text, or nothing. */
export function textOf(from: Given, name: string): string | undefined {
  const value = from.get(name)
  if (value === undefined || typeof value === 'string') return value
  throw invalid(name, 'It is there more than once')
}

function readPrefilledMessage(from: Given): string {
  const value = from.get('prefilled_message')
  if (value === undefined || value === null) throw required('prefilled_message')
  if (typeof value !== 'string') throw invalid('prefilled_message', 'It must be one text')
  const text = value.replaceAll(/\r\n?/g, '\n')
  if (text.trim() === '') throw required('prefilled_message')
  if (Array.from(text).length <= vendorTextLimit) return text
  const message = `Invalid prefilled_message length. Maximum ${vendorTextLimit} characters allowed`
  throw new Refused('bad-request', message, { field: 'prefilled_message' })
}

function readImageType(from: Given): LinkImageType | undefined {
  const value = from.get('generate_qr_image')
  if (value === undefined || value === null) return undefined
  const type = typeof value === 'string' ? imageTypeNamed(value) : undefined
  if (type) return type
  throw invalid('generate_qr_image', `It must be ${linkImageTypes.join(' or ')}`)
}

/** A published client writes them in lower case. */
function imageTypeNamed(text: string): LinkImageType | undefined {
  return linkImageTypes.find((type) => type === text.toUpperCase())
}

function required(parameter: string): Refused {
  return new Refused('bad-request', `The parameter ${parameter} is required`, { field: parameter })
}
