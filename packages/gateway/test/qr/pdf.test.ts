import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { qrPdfPicture } from '#gateway/core/qr/qr-picture.js'
import { usualStyle } from '#gateway/core/qr/qr-style.js'
import type { PdfPage } from '#gateway/core/qr/pdf.js'
import { SharpLogoImages } from '#gateway/media/logo/logo-images.js'
import { decode } from './decoder.js'

const address = 'https://links.shop.example/l/4O4YGZEG3RIVE1'
const page: PdfPage = {
  width: 300,
  height: 400,
  code: { x: 20, y: 80, side: 260 },
  lines: [
    { y: 40, size: 12, text: 'Ask us (or not) \\ anything' },
    { y: 20, size: 12, text: 'שלום' },
  ],
}

/** The objects of a document, found by its own table of where they begin. */
function objectsOf(pdf: Buffer): Buffer[] {
  const text = pdf.toString('latin1')
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
  expect(text.slice(start, start + 4)).toBe('xref')
  const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]))
  return offsets.map((offset, index) => {
    expect(text.startsWith(`${index + 1} 0 obj\n`, offset)).toBe(true)
    return pdf.subarray(offset, text.indexOf('\nendobj', offset))
  })
}

function streamOf(object: Buffer | undefined): Buffer {
  const text = object?.toString('latin1') ?? ''
  const length = Number(/\/Length (\d+)/.exec(text)?.[1])
  const from = text.indexOf('stream\n') + 'stream\n'.length
  return inflateSync(Buffer.from(object ?? []).subarray(from, from + length))
}

/** Paints the rectangles of a page, eight pixels to a module: all that our pages draw a code with. */
async function painted(content: string): Promise<Buffer> {
  const shapes = content.split('\n').filter((line) => line.endsWith(' f'))
  const modules = Number(/0 0 (\d+) \1 re/.exec(shapes[0] ?? '')?.[1])
  const svg = shapes.map((line) => {
    const [red, green, blue] = line.split(' ').map((part) => Math.round(Number(part) * 255))
    const rects = [...line.matchAll(/(\d+) (\d+) (\d+) (\d+) re/g)].map(
      ([, x, y, width, height]) => `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`,
    )
    return `<g fill="rgb(${red},${green},${blue})">${rects.join('')}</g>`
  })
  const box = `<svg xmlns="http://www.w3.org/2000/svg" width="${modules * 8}" height="${modules * 8}" viewBox="0 0 ${modules} ${modules}">`
  // Upwards, as PDF counts.
  return sharp(Buffer.from(`${box}<g transform="matrix(1 0 0 -1 0 ${modules})">${svg.join('')}</g></svg>`))
    .png()
    .toBuffer()
}

test('a page is a whole document, and what it draws is read back', async () => {
  const pdf = Buffer.from(await qrPdfPicture(address, { ...usualStyle, dark: '#075e54' }, page))
  expect(pdf.toString('latin1')).toMatch(/^%PDF-1\.4\n/)
  const objects = objectsOf(pdf)
  expect(objects).toHaveLength(5)
  const content = streamOf(objects[3]).toString('latin1')
  expect((await decode(await painted(content)))?.text).toBe(address)
})

test('words that its font has are written, and others are left out instead of becoming nonsense', async () => {
  const objects = objectsOf(Buffer.from(await qrPdfPicture(address, usualStyle, page)))
  const written = [
    ...streamOf(objects[3])
      .toString('latin1')
      .matchAll(/\((.*)\) Tj/g),
  ].map((match) => match[1])
  expect(written).toEqual(['Ask us \\(or not\\) \\\\ anything'])
})

test('a logo is a picture in the middle, in its colours and as paper where it is see-through', async () => {
  const images = new SharpLogoImages()
  const wide = { width: 8, height: 4, channels: 3, background: '#25d366' } as const
  const upload = await sharp({ create: wide }).png().toBuffer()
  const png = await images.read(upload, 'logo')
  const objects = objectsOf(
    Buffer.from(
      await qrPdfPicture(address, { ...usualStyle, light: '#fff0f0' }, page, (side) => images.draw(png, side)),
    ),
  )
  expect(objects).toHaveLength(6)
  const colours = streamOf(objects[5])
  const pixels = colours.length / 3
  const middle = Math.floor((pixels + Math.sqrt(pixels)) / 2)
  expect([...colours.subarray(0, 3)]).toEqual([255, 240, 240])
  expect([...colours.subarray(middle * 3, middle * 3 + 3)]).toEqual([37, 199, 96])
  expect((await decode(await painted(streamOf(objects[3]).toString('latin1'))))?.text).toBe(address)
})

test('the same code is the same bytes', async () => {
  expect(await qrPdfPicture(address, usualStyle, page)).toEqual(await qrPdfPicture(address, usualStyle, page))
})
