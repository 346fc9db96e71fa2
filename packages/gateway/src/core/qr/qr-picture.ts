import { holeFor, levelFor, printedOn, withHole, type LogoPixels } from './logo-hole.js'
import { pdfOf, type PdfPage } from './pdf.js'
import { bilevelPng, colourPng, logoPng } from './png.js'
import { qrMatrix, scaleFor } from './qr-matrix.js'
import type { QrStyle } from './qr-style.js'
import { svgOf } from './svg.js'

/** Draws a picture to stand in the middle of a code, fitted into a square of so many pixels. */
export type Logo = (side: number) => Promise<LogoPixels>

/** Where the size in pixels is not known: sharp on a screen, and at 300 dots an inch in the three centimetres of a poster. */
const logoSide = { screen: 240, print: 400 }

export async function qrPngPicture(text: string, style: QrStyle, logo?: Logo): Promise<Uint8Array> {
  const rows = qrMatrix(text, levelFor(style.level, logo !== undefined), style.margin)
  const scale = scaleFor(rows, style.size)
  if (!logo) return bilevelPng(rows, scale, style)
  const hole = holeFor(rows, style.margin)
  // About half a module stays free on each side, in an even number of pixels, so that the logo is in the very middle.
  const free = 2 * Math.ceil(scale / 2)
  const drawn = await logo(Math.max(1, hole.modules * scale - free))
  return colourPng(withHole(rows, hole), scale, style, printedOn(drawn, style.light))
}

export async function qrSvgPicture(text: string, style: QrStyle, logo?: Logo): Promise<string> {
  const rows = qrMatrix(text, levelFor(style.level, logo !== undefined), style.margin)
  if (!logo) return svgOf(rows, style)
  const hole = holeFor(rows, style.margin)
  const png = logoPng(printedOn(await logo(logoSide.screen), style.light))
  return svgOf(withHole(rows, hole), style, { hole, png })
}

export async function qrPdfPicture(text: string, style: QrStyle, page: PdfPage, logo?: Logo): Promise<Uint8Array> {
  const rows = qrMatrix(text, levelFor(style.level, logo !== undefined), style.margin)
  if (!logo) return pdfOf(rows, style, page)
  const hole = holeFor(rows, style.margin)
  const printed = printedOn(await logo(logoSide.print), style.light)
  return pdfOf(withHole(rows, hole), style, page, { hole, printed })
}
