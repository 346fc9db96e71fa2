import sharp, { type Sharp } from 'sharp'
import type { MediaTraits } from '../../core/ports/media-inspector.js'

/** A picture of more pixels is not decoded: a few hundred kilobytes can hold any number of them. */
const mostPixels = 50_000_000
const thumbnailSide = 100
const avatarSide = 640
const stickerSide = 512
/** What WhatsApp's clients take, in bytes. */
const largestSticker = { still: 100_000, animated: 500_000 }

sharp.cache(false)
sharp.concurrency(1)
// Only what people send as pictures: others (SVG, PDF) bring interpreters with them.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((name) => `VipsForeignLoad${name}`),
})

function opened(path: string, animated = false): Sharp {
  return sharp(path, { limitInputPixels: mostPixels, failOn: 'error', animated })
}

/** Its size as it is shown, and a small copy. */
export async function pictureTraits(path: string): Promise<MediaTraits> {
  const { width, height } = await sizeOf(path)
  const small = await opened(path)
    .autoOrient()
    .resize(thumbnailSide, thumbnailSide, { fit: 'inside' })
    .flatten({ background: 'white' })
    .jpeg({ quality: 60 })
    .toBuffer()
  return { width, height, thumbnail: small.toString('base64') }
}

export async function stickerTraits(path: string): Promise<MediaTraits> {
  const { width, height, pages = 1 } = await sizeOf(path)
  return { width, height, ...(pages > 1 ? { animated: true } : {}) }
}

async function sizeOf(path: string): Promise<{ width: number; height: number; pages?: number }> {
  const { autoOrient, pages } = await opened(path).metadata()
  return { ...autoOrient, ...(pages === undefined ? {} : { pages }) }
}

export async function avatar(path: string): Promise<Uint8Array> {
  const picture = opened(path).autoOrient().resize(avatarSide, avatarSide, { fit: 'inside', withoutEnlargement: true })
  return bytesOf(picture.flatten({ background: 'white' }).jpeg({ quality: 80 }))
}

export async function jpeg(path: string): Promise<Uint8Array> {
  return bytesOf(opened(path).autoOrient().flatten({ background: 'white' }).jpeg({ quality: 85 }))
}

/** On a transparent square, moving if the picture does, with as much quality as its size allows. */
export async function sticker(path: string): Promise<Uint8Array> {
  const { pages = 1 } = await sizeOf(path)
  const most = pages > 1 ? largestSticker.animated : largestSticker.still
  const whole = { width: stickerSide, height: stickerSide, fit: 'contain', background: '#0000' } as const
  let bytes = new Uint8Array()
  for (const quality of [80, 60, 40, 20]) {
    const source = pages > 1 ? opened(path, true) : opened(path).autoOrient()
    bytes = await bytesOf(source.resize(whole).webp({ quality }))
    if (bytes.length <= most) break
  }
  return bytes
}

async function bytesOf(picture: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await picture.toBuffer())
}
