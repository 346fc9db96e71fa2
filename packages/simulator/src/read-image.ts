import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import sharp, { type Sharp } from 'sharp'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { SimulatorError } from './errors.js'

const maxBytes = 2 * 1024 * 1024
/** Smaller, because the time it takes to draw an SVG grows with its length. */
const maxSvgBytes = 1024 * 1024
const maxPixels = 50_000_000
/** Longer side, in pixels, of what the QR reader is shown. */
const shown = { min: 1000, max: 2400 }
const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
/** librsvg spends minutes or gigabytes on these, and no QR code needs them. (It opens no other file or address by itself.) */
const costlySvg = /<!ENTITY|<(?:[^\s<>/:]+:)?(?:image|filter|fe\w+|pattern|mask|marker|include)\b|\bfilter\s*[:=]/i

/**
 * Text of the QR code in a picture: PNG or SVG, as bytes, as a `data:` URI, or as the bare base64 of a PNG.
 * Rejects with `image-too-large`, or with `no-qr-in-image` for everything else that cannot be read.
 */
export async function readQrImage(image: Uint8Array | string): Promise<string> {
  const bytes = typeof image === 'string' ? bytesOf(image) : image
  if (bytes.byteLength > maxBytes) throw tooLarge(`The image is larger than ${maxBytes} bytes.`)
  const { data, info } = await pixels(bytes)
  const picture = { data: new Uint8ClampedArray(data), width: info.width, height: info.height }
  await qrReader()
  const [found] = await readBarcodes(picture, { formats: ['QRCode'], maxNumberOfSymbols: 1 })
  if (!found?.isValid || found.text === '') throw noQr('There is no readable QR code in the image.')
  return found.text
}

function bytesOf(text: string): Uint8Array {
  // Percent-encoding triples, so a longer string cannot hold an image within the limit.
  if (text.length > 3 * maxBytes + 100) throw tooLarge(`The image is larger than ${maxBytes} bytes.`)
  const dataUri = /^data:([^,]*),/i.exec(text)
  if (dataUri === null) return Buffer.from(text.trim(), text.trimStart().startsWith('<') ? 'utf8' : 'base64')
  const content = percentDecoded(text.slice(dataUri[0].length))
  return Buffer.from(content, /;\s*base64\s*$/i.test(dataUri[1] ?? '') ? 'base64' : 'utf8')
}

/** A hand-written SVG URI may contain a stray `%`, as in `width="100%"`: such a text is taken as it is. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

async function pixels(bytes: Uint8Array) {
  try {
    const rendered = pngSignature.equals(bytes.subarray(0, pngSignature.length)) ? await png(bytes) : await svg(bytes)
    return await rendered
      .timeout({ seconds: 3 })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      // A quiet zone, in case the picture is cropped to the code.
      .extend({ top: 40, bottom: 40, left: 40, right: 40, background: 'white' })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
  } catch (error) {
    if (error instanceof SimulatorError) throw error
    throw noQr('The image cannot be read: it must be a whole PNG or SVG.', error)
  }
}

async function png(bytes: Uint8Array): Promise<Sharp> {
  const size = await sizeOf(bytes)
  const picture = sharp(bytes, { limitInputPixels: maxPixels })
  if (size >= shown.min)
    return picture.resize({ width: shown.max, height: shown.max, fit: 'inside', withoutEnlargement: true })
  const side = size * Math.ceil(shown.min / size)
  return picture.resize({ width: side, height: side, fit: 'inside', kernel: 'nearest' })
}

async function svg(bytes: Uint8Array): Promise<Sharp> {
  const text = Buffer.from(bytes).toString('utf8')
  if (!/<(?:\w+:)?svg[\s>]/.test(text)) throw noQr('The image is neither PNG nor SVG.')
  if (bytes.byteLength > maxSvgBytes) throw tooLarge(`The SVG is larger than ${maxSvgBytes} bytes.`)
  if (costlySvg.test(text)) throw noQr('The SVG uses features that a QR code does not need.')
  // Without its declaration the document is UTF-8, which is how it was just inspected.
  const document = Buffer.from(text.replace(/^\uFEFF?\s*<\?xml[^>]*\?>/, ''))
  const density = await densityFor(document)
  return sharp(document, { limitInputPixels: maxPixels, density }).resize({
    width: shown.min,
    height: shown.min,
    fit: 'inside',
  })
}

/** Density at which the document is about as large as the reader wants it. */
async function densityFor(svg: Uint8Array): Promise<number> {
  const enlargement = shown.min / (await sizeOf(svg))
  const density = within(72 * enlargement)
  // A size in millimetres or inches grows with the square of the density: libvips applies it as unit and as scale.
  const { width, height } = await sharp(svg, { limitInputPixels: false, density }).metadata()
  return Math.max(width, height) > 2 * shown.min ? within(72 * Math.sqrt(enlargement)) : density
}

function within(density: number): number {
  return Math.min(Math.max(density, 1), 100_000)
}

/** The longer side. Reads only the header, so that a picture too large to decode is refused without decoding it. */
async function sizeOf(bytes: Uint8Array): Promise<number> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
  if (width * height > maxPixels) throw tooLarge(`The image has more than ${maxPixels} pixels.`)
  return Math.max(width, height)
}

let prepared: Promise<unknown> | undefined

/** The reader fetches its WebAssembly from the network unless it is handed the package's own copy. */
function qrReader(): Promise<unknown> {
  prepared ??= readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')).then((file) =>
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(file).buffer }, fireImmediately: true }),
  )
  return prepared
}

function noQr(message: string, cause?: unknown): SimulatorError {
  return new SimulatorError('no-qr-in-image', message, cause)
}

function tooLarge(message: string): SimulatorError {
  return new SimulatorError('image-too-large', message)
}
