import { GatewayError } from '../errors/gateway-error.js'
import type { PhoneNumber } from '../ids.js'
import { readColour, requireContrast } from '../qr/colours.js'
import { qrLevels, usualStyle, type QrStyle } from '../qr/qr-style.js'
import type { FallbackPage } from './message-link.js'

/** Pixels a side and modules around: with fewer, phones do not read a code; with more, a picture costs too much to draw. */
export const styleLimits = { size: { least: 128, most: 2048 }, margin: { least: 2, most: 16 } }
export const fieldLimits = { name: 100, tags: 20, tag: 50, fallbackTitle: 100, fallbackText: 1000 }

export function readLinkPhone(phone: string): PhoneNumber {
  // It becomes part of an address: nothing but digits may ever get there.
  if (/^[1-9]\d{6,14}$/.test(phone)) return phone as PhoneNumber
  throw refused('An international phone number has 7 to 15 digits and does not begin with a zero.', 'phone')
}

export function readLinkName(name: string | null): string | null {
  if (name === null || name.trim() === '') return null
  return shortText(name, fieldLimits.name, 'name')
}

export function readTags(tags: readonly string[]): readonly string[] {
  const read = [...new Set(tags.map((tag) => shortText(tag, fieldLimits.tag, 'tags')))]
  if (read.length > fieldLimits.tags) throw refused(`A link has at most ${fieldLimits.tags} tags.`, 'tags')
  return read
}

export function readFallback(fallback: FallbackPage | null): FallbackPage | null {
  if (fallback === null) return null
  return {
    title: shortText(fallback.title, fieldLimits.fallbackTitle, 'fallback.title'),
    text: shortText(fallback.text, fieldLimits.fallbackText, 'fallback.text'),
  }
}

export function readExpiry(expiresAt: Date | null): Date | null {
  if (expiresAt === null || Number.isFinite(expiresAt.getTime())) return expiresAt
  throw refused('This is no time.', 'expiresAt')
}

/** Over what a link has already. */
export function readStyle(wish: Partial<QrStyle>, before: QrStyle = usualStyle): QrStyle {
  const style = { ...before, ...wish }
  requireWithin(style.size, styleLimits.size, 'style.size')
  requireWithin(style.margin, styleLimits.margin, 'style.margin')
  if (!qrLevels.includes(style.level)) throw refused(`A level is one of ${qrLevels.join(', ')}.`, 'style.level')
  const [dark, light] = [readColour(style.dark, 'style.dark'), readColour(style.light, 'style.light')]
  requireContrast(dark, light, wish.light === undefined ? 'style.dark' : 'style.light')
  return { size: style.size, margin: style.margin, dark, light, level: style.level }
}

function requireWithin(value: number, { least, most }: { least: number; most: number }, field: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw refused(`This is a whole number from ${least} to ${most}.`, field)
}

/** For people: one line or several, without what a terminal or a spreadsheet would obey. */
function shortText(text: string, most: number, field: string): string {
  const read = text.trim()
  if (read === '') throw refused('This must not be empty.', field)
  if (read.length > most) throw refused(`This has at most ${most} characters.`, field)
  if (/(?![\n\t])\p{Cc}|\p{Surrogate}/u.test(read)) throw refused('This contains control characters.', field)
  return read
}

function refused(message: string, field: string): GatewayError {
  return new GatewayError('bad-request', message, { field })
}
