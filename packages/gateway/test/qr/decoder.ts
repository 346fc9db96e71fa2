import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import sharp from 'sharp'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

let prepared: Promise<unknown> | undefined

/** The reader fetches its WebAssembly from the network unless it is handed the package's own copy. */
function reader(): Promise<unknown> {
  prepared ??= readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')).then((file) =>
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(file).buffer }, fireImmediately: true }),
  )
  return prepared
}

export interface Decoded {
  readonly text: string
  readonly level: string
  readonly width: number
}

/**
 * What ZXing reads in a picture, which has nothing in common with our encoder. It gets one look, at the brightness, with
 * none of its means for hopeless cases: what needs those fails on a phone.
 */
export async function decode(image: Uint8Array | string): Promise<Decoded | undefined> {
  const file = typeof image === 'string' ? Buffer.from(image) : Buffer.from(image)
  const drawn = sharp(file, typeof image === 'string' ? { density: 600 } : {})
  const { data, info } = await drawn
    .flatten({ background: 'white' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  await reader()
  const [found] = await readBarcodes(
    { data: new Uint8ClampedArray(data), width: info.width, height: info.height },
    { formats: ['QRCode'], maxNumberOfSymbols: 1, tryHarder: false, tryInvert: false, tryRotate: false },
  )
  if (found?.isValid !== true) return undefined
  const { ECLevel: level = '' } = JSON.parse(found.extra) as { ECLevel?: string }
  return { text: found.text, level, width: info.width }
}
