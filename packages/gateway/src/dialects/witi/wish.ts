import { GatewayError } from '../../core/errors/gateway-error.js'
import type { ChatId } from '../../core/ids.js'
import { chatId } from '../../core/messages/chat-id.js'
import { longestText } from '../../core/messages/message.js'
import { fields, wrong } from './requests.js'

type Fields = Readonly<Record<string, unknown>>

/** `number`: the JID of a chat; a bare number is read too. */
export function readNumber(body: unknown): ChatId {
  return chatId(requiredText(fields(body), 'number'), 'number')
}

export function readText(body: unknown, field = 'message'): string {
  const text = requiredText(fields(body), field)
  if (text.length <= longestText) return text
  throw new GatewayError('content-too-large', `${field} has more than ${longestText} characters`, { field })
}

/** A file at a URL, or in the body itself. */
export type FileSource = { readonly url: string } | { readonly bytes: Uint8Array }

export interface FileRequest {
  readonly source: FileSource
  readonly caption: string
  readonly filename: string | null
  /** As the client says; null where it does not. */
  readonly mimetype: string | null
  /** To be sent as a document, whatever it is. */
  readonly asFile: boolean
}

/** `type` says what the file at a URL is, or `file`; `mimetype` what the one in `base64` is. */
export function readFile(body: unknown): FileRequest {
  const all = fields(body)
  const type = optionalText(all, 'type')
  return {
    source: readSource(all),
    caption: optionalText(all, 'caption') ?? '',
    filename: optionalText(all, 'filename'),
    mimetype: optionalText(all, 'mimetype') ?? (type === 'file' ? null : type),
    asFile: type === 'file',
  }
}

function readSource(all: Fields): FileSource {
  const [url, base64] = [optionalText(all, 'url'), optionalText(all, 'base64')]
  if (url !== null && base64 !== null) throw wrong('base64', 'and url cannot both be given')
  if (url !== null) return { url }
  if (base64 === null) throw wrong('url', 'or base64 is required')
  // Some clients paste what a browser gives them.
  const bare = base64.replace(/^data:[^,]{0,200};base64,/, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 === 1) throw wrong('base64', 'must be base64')
  return { bytes: Buffer.from(bare, 'base64') }
}

/** A contact card: ready as `vcard`, or made of a name and a phone number. The vendor's page of this command was not seen. */
export function readCard(body: unknown): { readonly name: string; readonly vcard: string } {
  const all = fields(body)
  const name = optionalText(all, 'name') ?? requiredText(all, 'displayName')
  const vcard = optionalText(all, 'vcard')
  if (vcard !== null) return { name, vcard }
  const phone = requiredText(all, 'phone').replace(/\D/g, '')
  if (!/^[1-9]\d{6,14}$/.test(phone)) throw wrong('phone', 'must be an international phone number')
  return { name, vcard: vcardOf(name, phone) }
}

/** `waid` is what makes it a button that opens a chat. */
function vcardOf(name: string, phone: string): string {
  const escaped = name.replace(/[\\,;]/g, (char) => `\\${char}`).replace(/\s+/g, ' ')
  const lines = [`N:;${escaped};;;`, `FN:${escaped}`, `TEL;type=CELL;waid=${phone}:+${phone}`]
  return ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD'].join('\n')
}

const presences = ['available', 'unavailable', 'composing', 'recording', 'paused'] as const
export type PresenceWord = (typeof presences)[number]

/** The vendor's page of this command was not seen: the words are WhatsApp's. */
export function readPresence(body: unknown): PresenceWord {
  const all = fields(body)
  const value = optionalText(all, 'presence') ?? optionalText(all, 'type') ?? ''
  const known = presences.find((one) => one === value)
  if (known !== undefined) return known
  throw wrong('presence', `must be one of ${presences.join(', ')}`)
}

/** Id of the message up to which all is read; null for all. */
export function readUpTo(body: unknown): string | null {
  const all = fields(body)
  return optionalText(all, 'id') ?? optionalText(all, 'MessageID')
}

function requiredText(all: Fields, field: string): string {
  const value = optionalText(all, field)
  if (value === null || value.trim() === '') throw wrong(field, 'is required')
  return value
}

function optionalText(all: Fields, field: string): string | null {
  const value = all[field]
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string') return value
  throw wrong(field, 'must be a text')
}
