import { GatewayError } from '../errors/gateway-error.js'
import { longestText } from './message.js'

/** What can be said as a text, or an error that names the field. */
export function requireText(text: string, field: string): string {
  if (text.trim() === '') throw wrong(field, 'is empty')
  return atMost(text, field, longestText)
}

/** The same, past which length the content is too large. */
export function atMost(text: string, field: string, most: number): string {
  if (text.length <= most) return text
  throw new GatewayError('content-too-large', `'${field}' has more than ${most} characters.`, { field })
}

/** A short text that has to say something. */
export function requireShort(text: string, field: string, most: number): string {
  if (text.trim() === '') throw wrong(field, 'is empty')
  if (text.length > most) throw wrong(field, `has more than ${most} characters`)
  return text
}

/** One that may be left out. */
export function limitShort(text: string | undefined, field: string, most: number): void {
  if (text !== undefined && text.length > most) throw wrong(field, `has more than ${most} characters`)
}

export function wrong(field: string, what: string, hint?: string): GatewayError {
  return new GatewayError('bad-request', `'${field}' ${what}.`, { field, ...(hint !== undefined && { hint }) })
}
