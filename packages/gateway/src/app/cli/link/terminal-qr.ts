import encodeQR from 'qr'

/** Modules of light around the code: ISO/IEC 18004 asks for four. */
const quietZone = 4
/** White on black by number: the palette of sixteen is whatever the theme of the terminal makes of it. */
const whiteOnBlack = '\x1b[38;5;231;48;5;16m'
const reset = '\x1b[0m'

/**
 * The QR as lines of half-block characters, two rows of modules to a line. Light modules are drawn and dark ones left
 * out, which is right on a dark terminal; with `colour` it is right on any.
 */
export function terminalQr(text: string, { colour }: { readonly colour: boolean }): string[] {
  const rows = encodeQR(text, 'raw', { ecc: 'low', border: quietZone })
  const lines: string[] = []
  for (let y = 0; y < rows.length; y += 2) {
    const upper = rows[y] ?? []
    // The number of rows is odd: below the last one there is no ink, which is what dark looks like.
    const lower = rows[y + 1] ?? upper.map(() => true)
    const line = upper.map((dark, x) => halfBlock(!dark, lower[x] === false)).join('')
    lines.push(colour ? whiteOnBlack + line + reset : line)
  }
  return lines
}

function halfBlock(upperLight: boolean, lowerLight: boolean): string {
  if (upperLight) return lowerLight ? '█' : '▀'
  return lowerLight ? '▄' : ' '
}
