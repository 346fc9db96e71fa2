/** How much of a QR may be damaged or covered: about 7, 15, 25 and 30 percent (ISO/IEC 18004). */
export const qrLevels = ['L', 'M', 'Q', 'H'] as const
export type QrLevel = (typeof qrLevels)[number]

/** Six hexadecimal digits behind a hash, in lower case. */
export type Colour = `#${string}`

/** What a QR looks like. */
export interface QrStyle {
  /** Side of a PNG in pixels. Modules are whole pixels, so a picture may be a little smaller, never blurred. */
  readonly size: number
  /** Modules of the light colour around the code; ISO/IEC 18004 asks for four. */
  readonly margin: number
  readonly dark: Colour
  readonly light: Colour
  /** At least this; a logo may need more. */
  readonly level: QrLevel
}

export const usualStyle: QrStyle = { size: 600, margin: 4, dark: '#000000', light: '#ffffff', level: 'M' }
