import { randomBytes } from 'node:crypto'
import type { LinkCode } from '../ids.js'

/** Of base 32 (RFC 4648): nothing that is taken for something else when it is read aloud or typed. */
export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** 65 random bits in the shape of Meta's codes: nobody finds one by trying, and one that leaked can be rotated. */
export const newLinkCode = (): LinkCode => `${randomLetters(13)}1` as LinkCode

/** 30 random bits, unique among the links of one number only. It is no secret: it stands in what people send. */
export const newLinkMark = (): string => randomLetters(6)

/** In any case of letters, as people type it; undefined for what can be no code. */
export function readLinkCode(text: string): LinkCode | undefined {
  const code = text.toUpperCase()
  return /^[A-Z0-9]{14}$/.test(code) ? (code as LinkCode) : undefined
}

function randomLetters(count: number): string {
  // 256 is a multiple of 32, so each letter is as likely as any other.
  return Array.from(randomBytes(count), (byte) => letters[byte % 32] ?? 'A').join('')
}
