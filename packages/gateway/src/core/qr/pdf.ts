import { deflateSync } from 'node:zlib'
import { bytesOf } from './colours.js'
import type { LogoHole, PrintedLogo } from './logo-hole.js'
import type { Modules } from './qr-matrix.js'
import type { Colour } from './qr-style.js'
import { runsOf } from './svg.js'

/** A page to print, in points of 1/72 inch. */
export interface PdfPage {
  readonly width: number
  readonly height: number
  /** Where the code stands, from the lower left corner, and how wide it is. */
  readonly code: { readonly x: number; readonly y: number; readonly side: number }
  /** In the middle of the page. Helvetica knows Latin letters only; a line with others is left out. */
  readonly lines: readonly { readonly y: number; readonly size: number; readonly text: string }[]
}

export interface PdfLogo {
  readonly hole: LogoHole
  readonly printed: PrintedLogo
}

/**
 * One page with the code as shapes, sharp at any size (PDF 1.4, ISO 32000). It carries no date and no random id, so the
 * same code is the same bytes.
 */
export function pdfOf(rows: Modules, colours: { dark: Colour; light: Colour }, page: PdfPage, logo?: PdfLogo): Buffer {
  const lines = page.lines.flatMap((line) => (isLatin(line.text) ? [line] : []))
  const content = [
    drawing(rows, colours, page),
    ...(logo ? [placed(rows, page, logo.hole)] : []),
    ...lines.map((line) => written(line, page.width)),
  ]
  const objects: Buffer[] = [
    plain('<< /Type /Catalog /Pages 2 0 R >>'),
    plain('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    plain(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.width} ${page.height}] /Contents 4 0 R ` +
        `/Resources << /Font << /F 5 0 R >> ${logo ? '/XObject << /L 6 0 R >> ' : ''}>> >>`,
    ),
    stream('', Buffer.from(content.join('\n'), 'latin1')),
    plain('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'),
    ...(logo ? [picture(logo.printed)] : []),
  ]
  return document(objects)
}

function drawing(rows: Modules, { dark, light }: { dark: Colour; light: Colour }, { code }: PdfPage): string {
  const module = code.side / rows.length
  const at = (number: number): string => String(Math.round(number * 1000) / 1000)
  // Rows are counted from the top, points from the bottom.
  const runs = runsOf(rows).map(({ x, y, length }) => `${x} ${rows.length - y - 1} ${length} 1 re`)
  return [
    'q',
    `${at(module)} 0 0 ${at(module)} ${at(code.x)} ${at(code.y)} cm`,
    `${fill(light)} 0 0 ${rows.length} ${rows.length} re f`,
    `${fill(dark)} ${runs.join(' ')} f`,
    'Q',
  ].join('\n')
}

function placed(rows: Modules, { code }: PdfPage, { modules }: LogoHole): string {
  const module = code.side / rows.length
  const side = (modules - 1) * module
  const offset = (code.side - side) / 2
  return `q ${side.toFixed(3)} 0 0 ${side.toFixed(3)} ${(code.x + offset).toFixed(3)} ${(code.y + offset).toFixed(3)} cm /L Do Q`
}

function written({ y, size, text }: PdfPage['lines'][number], width: number): string {
  const x = Math.max(0, (width - widthOf(text) * size) / 2)
  const escaped = text.replace(/[\\()]/g, (char) => `\\${char}`)
  return `BT /F ${size} Tf 0 g ${x.toFixed(2)} ${y} Td (${escaped}) Tj ET`
}

function picture({ side, rgb }: PrintedLogo): Buffer {
  const about = `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /BitsPerComponent 8`
  return stream(`${about} /ColorSpace /DeviceRGB `, Buffer.from(rgb))
}

function document(objects: readonly Buffer[]): Buffer {
  // Four bytes above 127 tell every transport that this is no text.
  const head = plain('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n')
  const parts = [head]
  const offsets: number[] = []
  let length = head.length
  objects.forEach((body, index) => {
    const object = Buffer.concat([plain(`${index + 1} 0 obj\n`), body, plain('\nendobj\n')])
    offsets.push(length)
    length += object.length
    parts.push(object)
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    plain(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}` +
        `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

const plain = (text: string): Buffer => Buffer.from(text, 'latin1')

function stream(about: string, bytes: Buffer): Buffer {
  const packed = deflateSync(bytes)
  const head = `<< ${about}/Length ${packed.length} /Filter /FlateDecode >>\nstream\n`
  return Buffer.concat([plain(head), packed, plain('\nendstream')])
}

const fill = (colour: Colour): string =>
  `${bytesOf(colour)
    .map((byte) => (byte / 255).toFixed(4))
    .join(' ')} rg`

/** What WinAnsiEncoding has in common with Latin-1. */
const isLatin = (text: string): boolean => /^[\x20-\x7e\xa1-\xff]+$/.test(text)

/** About how wide a text is in Helvetica, in units of its size: exact enough to be seen in the middle. */
function widthOf(text: string): number {
  let width = 0
  for (const char of text)
    width += /[iljtfrI.,:;'|!/() -]/.test(char) ? 0.3 : /[mwMW%@]/.test(char) ? 0.88 : /[A-Z]/.test(char) ? 0.69 : 0.556
  return width
}
