import { createHash } from 'node:crypto'
import { GatewayError } from '../errors/gateway-error.js'

/** In characters as people count them. */
export const longestLinkText = 500
/**
 * As it stands in an address, where most scripts take nine characters for one of theirs. A proxy in front lets no more than
 * four or eight KiB of headers through by default, and the address is one of them.
 */
const longestEncoded = 3_500

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** What people take for characters: a flag, a family or a letter with its accents is one. */
export function graphemeCount(text: string): number {
  let count = 0
  for (const _ of graphemes.segment(text)) count++
  return count
}

/** Throws `bad-request` for what cannot be the text of a link. Line ends become those of WhatsApp. */
export function readLinkText(text: string, field: string): string {
  const read = text.replaceAll(/\r\n?/g, '\n')
  const refuse = (why: string): never => {
    throw new GatewayError('bad-request', why, { field })
  }
  if (read.trim() === '') refuse('A text says something.')
  if (/\p{Surrogate}/u.test(read)) refuse('The text contains half a character (a lone surrogate).')
  if (/(?![\n\t])\p{Cc}/u.test(read)) refuse('The text contains control characters.')
  if (read.length > longestEncoded) refuse(`A text has at most ${longestLinkText} characters.`)
  if (graphemeCount(read) > longestLinkText) refuse(`A text has at most ${longestLinkText} characters.`)
  if (encodeURIComponent(read).length > longestEncoded) {
    refuse(`The text is too long for an address: at most ${longestEncoded} characters once it is encoded.`)
  }
  return read
}

/**
 * What two texts have in common that people take for the same: case, kinds of space, ways to write an accent, and whatever
 * is invisible do not tell them apart.
 */
export function textKey(text: string): Uint8Array {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .toLowerCase()
  return new Uint8Array(createHash('sha256').update(plain).digest().subarray(0, 16))
}
