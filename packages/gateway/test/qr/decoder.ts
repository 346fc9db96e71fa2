import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { scanRGBABuffer, ZBarConfigType, ZBarScanner, ZBarSymbolType } from '@undecaf/zbar-wasm'
import sharp, { type Sharp } from 'sharp'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

export interface Decoded {
  readonly text: string
  readonly level: string
  readonly width: number
}

interface Found extends Decoded {
  /** Of the code alone, in pixels and in modules. */
  readonly side: number
  readonly modules: number
}

interface Pixels {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
}

/**
 * What two readers find in a picture that have nothing in common with our encoder, nor with one another: ZXing and ZBar.
 * Each gets one look, at the brightness, with none of its means for hopeless cases: what needs those fails on a phone.
 * Undefined where there is nothing to be found; throws where they do not find the same.
 */
export async function decode(image: Uint8Array | string): Promise<Decoded | undefined> {
  const pixels = await pixelsOf(image)
  const found = await lookAsZXing(pixels)
  // ZBar needs two pixels to a module, as any screen or print gives it.
  const isFine = found !== undefined && found.side < 2 * found.modules
  const text = await lookAsZBar(isFine ? await doubled(pixels) : pixels)
  if (text !== found?.text) throw new Error(`ZXing reads ${shown(found?.text)}, and ZBar ${shown(text)}`)
  return found
}

/** What ZXing by itself finds. */
export async function decodeByZXing(image: Uint8Array | string): Promise<Decoded | undefined> {
  return lookAsZXing(await pixelsOf(image))
}

async function pixelsOf(image: Uint8Array | string): Promise<Pixels> {
  const drawn = sharp(Buffer.from(image), typeof image === 'string' ? { density: 600 } : {})
  return rgbaOf(drawn.flatten({ background: 'white' }).ensureAlpha())
}

function doubled({ rgba, width, height }: Pixels): Promise<Pixels> {
  const drawn = sharp(rgba, { raw: { width, height, channels: 4 } })
  return rgbaOf(drawn.resize(2 * width, 2 * height, { kernel: 'nearest' }))
}

async function rgbaOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  return { rgba: new Uint8ClampedArray(data), width: info.width, height: info.height }
}

let zxing: Promise<unknown> | undefined

/** The reader fetches its WebAssembly from the network unless it is handed the package's own copy. */
function startZXing(): Promise<unknown> {
  zxing ??= readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')).then((file) =>
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(file).buffer }, fireImmediately: true }),
  )
  return zxing
}

async function lookAsZXing({ rgba: data, width, height }: Pixels): Promise<Found | undefined> {
  await startZXing()
  const [found] = await readBarcodes(
    { data, width, height, colorSpace: 'srgb' },
    { formats: ['QRCode'], maxNumberOfSymbols: 1, tryHarder: false, tryInvert: false, tryRotate: false },
  )
  if (found?.isValid !== true) return undefined
  const { ECLevel: level = '', Version: version = '1' } = JSON.parse(found.extra) as Record<string, string>
  const { topLeft, topRight } = found.position
  return { text: found.text, level, width, side: topRight.x - topLeft.x, modules: 17 + 4 * Number(version) }
}

let zbar: Promise<ZBarScanner> | undefined

async function startZBar(): Promise<ZBarScanner> {
  const scanner = await ZBarScanner.create()
  scanner.setConfig(ZBarSymbolType.ZBAR_NONE, ZBarConfigType.ZBAR_CFG_ENABLE, 0)
  scanner.setConfig(ZBarSymbolType.ZBAR_QRCODE, ZBarConfigType.ZBAR_CFG_ENABLE, 1)
  // The bytes as they are: otherwise it takes some of UTF-8 for Japanese.
  scanner.setConfig(ZBarSymbolType.ZBAR_QRCODE, ZBarConfigType.ZBAR_CFG_BINARY, 1)
  return scanner
}

async function lookAsZBar({ rgba, width, height }: Pixels): Promise<string | undefined> {
  zbar ??= startZBar()
  const [found] = await scanRGBABuffer(rgba.buffer, width, height, await zbar)
  return found?.decode('utf-8')
}

const shown = (text: string | undefined): string => (text === undefined ? 'nothing' : JSON.stringify(text))
