import type { ChatId, PhoneNumber } from '../../core/ids.js'
import { chatId, phoneNumber } from '../../core/messages/chat-id.js'
import { Refused } from './errors.js'

/** Fields of a JSON object, read one at a time in the vendor's own words. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Reads `{device}`, the number that names an instance. The vendor calls it a Number and shows a string in every
 * example, so both are read; a plus and separators are what people copy from their phones.
 */
export function readDevice(body: unknown, field = 'device'): PhoneNumber {
  return readNumber(required(fieldsOf(body), field), field)
}

/** Reads the number, JID or group id of a chat. */
export function readChat(fields: Fields, field: string): ChatId {
  const value = required(fields, field)
  try {
    return chatId(textOf(value), field)
  } catch (cause) {
    throw invalidNumber(field, cause)
  }
}

export function fieldsOf(body: unknown): Fields {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {}
}

/** One that is missing, null or empty is refused by its name. */
export function required(fields: Fields, field: string): unknown {
  const value = fields[field]
  if (value === undefined || value === null || value === '') throw missing(field)
  return value
}

export function missing(field: string): Refused {
  return new Refused('bad-request', `Parameter ${field} wajib diisi`, { field })
}

export function invalid(field: string, what: string): Refused {
  return new Refused('bad-request', `Parameter ${field} ${what}`, { field })
}

function readNumber(value: unknown, field: string): PhoneNumber {
  try {
    return phoneNumber(textOf(value), field)
  } catch (cause) {
    throw invalidNumber(field, cause)
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value)
  if (typeof value === 'string') return value.trim()
  throw new TypeError('neither a text nor a whole number')
}

function invalidNumber(field: string, cause: unknown): Refused {
  const message = `Nomor ${field} tidak valid, gunakan kode negara, contoh 628123456789`
  return new Refused('bad-request', message, { field, cause })
}
