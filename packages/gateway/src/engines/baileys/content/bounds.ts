import { toNumber } from 'baileys'
import { longestText } from '../../../core/messages/message.js'

/**
 * What is copied of a message that somebody else wrote. The real clients stay far below all of it; whoever does not is
 * cut, so that one message never costs more than a few hundred kilobytes of log.
 */
export const bounds = {
  text: longestText,
  /** Titles, names, ids, labels. */
  line: 1_024,
  url: 4_096,
  /** A card may have a picture in it. */
  vcard: 65_536,
  jid: 128,
  mentions: 1_024,
  contacts: 256,
  /** Of all cards of one message together. */
  vcards: 262_144,
  options: 64,
  buttons: 32,
  sections: 32,
  rows: 128,
  /** In bytes; WhatsApp's own are less than 10 kB. */
  thumbnail: 65_536,
  waveform: 64,
  json: 65_536,
} as const

/** At most so many UTF-16 units, and no half of a pair at the end. */
export function cut(text: string | null | undefined, most: number): string {
  if (!text) return ''
  if (text.length <= most) return text
  const last = text.charCodeAt(most - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 1 : most)
}

export function first<Item>(list: readonly Item[] | null | undefined, most: number): readonly Item[] {
  return list?.slice(0, most) ?? []
}

/** One property, or none. */
type Said<Name extends string, Value> = Readonly<Partial<Record<Name, Value>>>

/** A property for what was said, none for what was left empty. */
export function given<Name extends string>(
  name: Name,
  text: string | null | undefined,
  most: number,
): Said<Name, string> {
  const value = cut(text, most)
  return (value === '' ? {} : { [name]: value }) as Said<Name, string>
}

/** The same for a number: none for 0, which is how a field that was never set reads, and for what is no number. */
export function counted<Name extends string>(name: Name, value: unknown): Said<Name, number> {
  const number = finite(value)
  return (number === undefined || number <= 0 ? {} : { [name]: number }) as Said<Name, number>
}

/** The same for small bytes, in base64. */
export function encoded<Name extends string>(
  name: Name,
  bytes: Uint8Array | null | undefined,
  most: number,
): Said<Name, string> {
  const left = !bytes || bytes.length === 0 || bytes.length > most
  return (left ? {} : { [name]: Buffer.from(bytes).toString('base64') }) as Said<Name, string>
}

/** A number that JSON can carry. */
export function finite(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : isLong(value) ? toNumber(value) : undefined
  return Number.isFinite(number) ? number : undefined
}

/** How the protocol library's protobufs hold 64 bits. */
function isLong(value: unknown): value is Exclude<Parameters<typeof toNumber>[0], number | null | undefined> {
  return typeof value === 'object' && value !== null && 'toNumber' in value
}

/** `#RRGGBB`; none where no colour was set. */
export function colour(argb: number | null | undefined): string | undefined {
  return argb ? `#${(argb & 0xffffff).toString(16).padStart(6, '0').toUpperCase()}` : undefined
}

/** An opaque colour as WhatsApp has it; see the library's `assertColor`. */
export function argb(colour: string): number {
  return parseInt(`FF${colour.slice(1).padStart(6, '0')}`, 16)
}
