import { GatewayError } from './errors/gateway-error.js'

/** Throws `bad-request` for what is empty or longer than WhatsApp takes. */
export function requireLength(text: string, most: number, field: string): void {
  if (text.trim() === '') throw new GatewayError('bad-request', `'${field}' is empty.`, { field })
  requireAtMost(text, most, field)
}

export function requireAtMost(text: string, most: number, field: string): void {
  if (text.length <= most) return
  throw new GatewayError('bad-request', `'${field}' has more than ${most} characters.`, { field })
}
