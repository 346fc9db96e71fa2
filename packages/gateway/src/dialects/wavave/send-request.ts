import type { ChatId, PhoneNumber } from '../../core/ids.js'
import { longestText } from '../../core/messages/message.js'
import { Refused } from './errors.js'
import { type Fields, fieldsOf, invalid, missing, readChat, readDevice, required } from './requests.js'
import { parsedUrl } from '../../core/parsed-url.js'

/** What `POST /v1/send` asks for, in either revision of its fields. */
export interface SendRequest {
  readonly from: PhoneNumber
  readonly to: ChatId
  /** Caption, where there is a file. */
  readonly text: string
  /** Of the file; null for a text. */
  readonly url: string | null
  readonly callbackStatus: string | null
  /** Whether somebody is shown to be writing before it comes. */
  readonly typing: boolean
  /** Seconds until it may leave; 0: at once. */
  readonly delay: number
}

/** The vendor's own form lets people choose from 1 to 18000. */
const longestDelay = 18_000
/** What the vendor's `random` means is on no page: as long as somebody may take to answer. */
const longestRandomDelay = 10
const longestUrl = 2048

/** @param random from 0 (inclusive) to 1 (exclusive), for a `delay` of `random` */
export function readSend(body: unknown, random: () => number): SendRequest {
  const fields = fieldsOf(body)
  const from = readDevice(body, 'from')
  const to = readChat(fields, 'to')
  const isMedia = readType(fields) === 'media'
  const url = isMedia ? readUrl(required(fields, 'url'), 'url') : null
  const text = readText(fields)
  // `pesan` is the name of the older revision; a file needs no words.
  if (text === '' && !isMedia) throw missing('message')
  return {
    from,
    to,
    text,
    url,
    callbackStatus: readCallback(fields),
    typing: readTyping(fields),
    delay: readDelay(fields, random),
  }
}

/** Capital T, as the vendor has it. */
function readType(fields: Fields): 'text' | 'media' {
  const { Type: type } = fields
  if (type === undefined || type === null || type === '') throw missing('Type')
  if (type === 'text' || type === 'media') return type
  throw invalid('Type', 'harus text atau media')
}

function readText({ message, pesan }: Fields): string {
  const value = message ?? pesan ?? ''
  if (typeof value !== 'string') throw invalid('message', 'harus berupa teks')
  if (value.length > longestText) {
    throw new Refused('content-too-large', `Parameter message maksimal ${longestText} karakter`, { field: 'message' })
  }
  return value.trim() === '' ? '' : value
}

function readUrl(value: unknown, field: string): string {
  const fits = typeof value === 'string' && value.length <= longestUrl && /^https?:\/\/\S+$/i.test(value)
  if (fits && parsedUrl(value)) return value
  throw invalid(field, 'harus berupa URL http atau https')
}

function readCallback({ callbackStatus: value }: Fields): string | null {
  return value === undefined || value === null || value === '' ? null : readUrl(value, 'callbackStatus')
}

/** Published clients send it as a text too. */
function readTyping({ typing }: Fields): boolean {
  if (typing === undefined || typing === null || typing === '') return false
  if (typeof typing === 'boolean') return typing
  if (typing === 'true' || typing === 'false') return typing === 'true'
  throw invalid('typing', 'harus true atau false')
}

function readDelay({ delay }: Fields, random: () => number): number {
  if (delay === undefined || delay === null || delay === '' || delay === 0 || delay === '0') return 0
  if (delay === 'random') return 1 + Math.floor(random() * longestRandomDelay)
  const seconds = typeof delay === 'number' || typeof delay === 'string' ? Number(delay) : Number.NaN
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestDelay) return seconds
  throw invalid('delay', `harus 1 sampai ${longestDelay} detik, atau random`)
}
