/**
 * WhatsApp's numbers (proto.ExtendedTextMessage.FontType, as it was named when the vendor took the names) of the fonts that
 * a text status can be in.
 */
export const fonts = {
  SANS_SERIF: 0,
  SERIF: 1,
  NORICAN_REGULAR: 2,
  BRYNDAN_WRITE: 3,
  BEBASNEUE_REGULAR: 4,
  OSWALD_HEAVY: 5,
} as const

export type FontName = keyof typeof fonts

export const fontNames: ReadonlyMap<number, string> = new Map(Object.entries(fonts).map(([name, font]) => [font, name]))
