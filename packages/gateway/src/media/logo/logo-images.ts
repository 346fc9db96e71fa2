import sharp, { type Sharp } from 'sharp'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { LogoImages } from '../../core/ports/logo-images.js'
import type { LogoPixels } from '../../core/qr/logo-hole.js'
import { Turns } from '../../core/turns.js'

/** Of what is uploaded. */
const mostBytes = 512 * 1024
/** Counted from the header, before anything is decoded: a small file may unfold to gigabytes. */
const mostPixels = 20_000_000
const kept = 512
const transparent = { r: 0, g: 0, b: 0, alpha: 0 }
const timeout = { seconds: 5 }

/** By magic bytes, never by what somebody calls it. An SVG is a program and is not among them. */
const formats: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
  (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
]

/** Uploads are decoded one at a time, so that several large ones do not add up. */
export class SharpLogoImages implements LogoImages {
  readonly #turns = new Turns()

  async read(bytes: Uint8Array, field: string): Promise<Uint8Array> {
    const file = Buffer.from(bytes)
    if (file.length > mostBytes) throw refused(`A logo has at most ${mostBytes / 1024} KiB.`, field)
    if (!formats.some((matches) => matches(file))) throw refused('A logo is a PNG, JPEG or WebP.', field)
    return this.#turns.run('decode', async () => {
      try {
        const { width, height } = await sharp(file, { limitInputPixels: false }).metadata()
        if (width * height > mostPixels) throw refused(`A logo has at most ${mostPixels} pixels.`, field)
        return new Uint8Array(
          await open(file)
            .rotate()
            .toColourspace('srgb')
            .resize({ width: kept, height: kept, fit: 'inside', withoutEnlargement: true })
            .png({ compressionLevel: 9 })
            .toBuffer(),
        )
      } catch (error) {
        if (error instanceof GatewayError) throw error
        throw refused('The logo cannot be decoded.', field, error)
      }
    })
  }

  async draw(png: Uint8Array, side: number): Promise<LogoPixels> {
    const rgba = await open(Buffer.from(png))
      .resize({ width: side, height: side, fit: 'contain', background: transparent })
      .ensureAlpha()
      .raw()
      .toBuffer()
    return { side, rgba: new Uint8Array(rgba) }
  }
}

/** The first picture of an animation is the logo. */
function open(file: Buffer): Sharp {
  return sharp(file, { limitInputPixels: mostPixels, pages: 1, failOn: 'error' }).timeout(timeout)
}

function refused(message: string, field: string, cause?: unknown): GatewayError {
  return new GatewayError('bad-request', message, { field, cause })
}
