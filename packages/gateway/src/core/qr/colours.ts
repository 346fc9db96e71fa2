import { GatewayError } from '../errors/gateway-error.js'
import type { Colour } from './qr-style.js'

/** By WCAG 2. Scanners see brightness and no hue; below this, poor light and cheap print leave them too little of it. */
const leastContrast = 4.5
/** As six hexadecimal digits behind a hash, or three. */
export function readColour(text: string, field: string): Colour {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(text)
  const digits = short
    ? short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')
    : /^#([\da-f]{6})$/i.exec(text)?.[1]
  if (digits === undefined) {
    throw new GatewayError('bad-request', 'A colour is written as # and six hexadecimal digits.', { field })
  }
  return `#${digits.toLowerCase()}`
}

export function bytesOf(colour: Colour): readonly [red: number, green: number, blue: number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
}

/** Throws `bad-request` for a code that scanners would not see: too little contrast, or light on dark. */
export function requireContrast(dark: Colour, light: Colour, field: string): void {
  const [one, other] = [luminance(dark), luminance(light)]
  const refuse = (message: string, hint: string): never => {
    throw new GatewayError('bad-request', message, { field, hint })
  }
  if (one > other) {
    refuse('The dark colour is lighter than the light one; many scanners read no such code.', 'Swap the two colours.')
  }
  if ((other + 0.05) / (one + 0.05) < leastContrast) {
    refuse(
      `The two colours need a contrast of at least ${leastContrast} to 1.`,
      'Take a darker dark, or a lighter light colour.',
    )
  }
}

/** Relative luminance (WCAG 2). */
function luminance(colour: Colour): number {
  const [red, green, blue] = bytesOf(colour).map((byte) => {
    const part = byte / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}
