import { crc32, deflateSync } from 'node:zlib'
import { bytesOf } from './colours.js'
import type { PrintedLogo } from './logo-hole.js'
import type { Modules } from './qr-matrix.js'
import type { Colour } from './qr-style.js'

export interface PngColours {
  readonly dark: Colour
  readonly light: Colour
}

const grey = 0
const trueColour = 2
const palette = 3

/** One bit per pixel; a tenth of the time and a quarter of the bytes of the usual encoders. */
export function bilevelPng(rows: Modules, scale: number, { dark, light }: PngColours): Buffer {
  const pixels = rows.length * scale
  const stride = 1 + Math.ceil(pixels / 8)
  const image = Buffer.alloc(stride * pixels, 0xff)
  for (let y = 0; y < pixels; y++) image[y * stride] = 0
  rows.forEach((row, y) => {
    const top = y * scale * stride
    row.forEach((isDark, x) => {
      if (!isDark) return
      for (let i = x * scale; i < (x + 1) * scale; i++) {
        const at = top + 1 + (i >> 3)
        image[at] = (image[at] ?? 0xff) & ~(0x80 >> (i & 7))
      }
    })
    for (let copy = 1; copy < scale; copy++) image.copy(image, top + copy * stride, top, top + stride)
  })
  // Zero is black and one is white without a palette, too, which is what readers know best.
  const plain = dark === '#000000' && light === '#ffffff'
  const colours = plain ? [] : [chunk('PLTE', Buffer.from([...bytesOf(dark), ...bytesOf(light)]))]
  return assemble(pixels, plain ? grey : palette, 1, colours, image)
}

/** Three bytes per pixel, for a picture in the middle that has colours of its own. */
export function colourPng(rows: Modules, scale: number, { dark, light }: PngColours, logo: PrintedLogo): Buffer {
  const pixels = rows.length * scale
  const stride = 1 + pixels * 3
  const image = Buffer.alloc(stride * pixels)
  const [darkBytes, lightBytes] = [Buffer.from(bytesOf(dark)), Buffer.from(bytesOf(light))]
  rows.forEach((row, y) => {
    const top = y * scale * stride
    row.forEach((isDark, x) => {
      const from = top + 1 + x * scale * 3
      image.fill(isDark ? darkBytes : lightBytes, from, from + scale * 3)
    })
    for (let copy = 1; copy < scale; copy++) image.copy(image, top + copy * stride, top, top + stride)
  })
  const start = Math.floor((pixels - logo.side) / 2)
  for (let y = 0; y < logo.side; y++) image.set(rowOf(logo, y), (start + y) * stride + 1 + start * 3)
  return assemble(pixels, trueColour, 8, [], image)
}

/** A logo by itself, for a document that holds pictures as files. */
export function logoPng(logo: PrintedLogo): Buffer {
  const stride = 1 + logo.side * 3
  const image = Buffer.alloc(stride * logo.side)
  for (let y = 0; y < logo.side; y++) image.set(rowOf(logo, y), y * stride + 1)
  return assemble(logo.side, trueColour, 8, [], image)
}

const rowOf = ({ side, rgb }: PrintedLogo, y: number): Uint8Array => rgb.subarray(y * side * 3, (y + 1) * side * 3)

function assemble(side: number, colourType: number, depth: number, more: readonly Buffer[], image: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = depth
  header[9] = colourType
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...more,
    chunk('IDAT', deflateSync(image, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
