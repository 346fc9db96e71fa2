import sharp, { type Sharp } from 'sharp'
import type { MediaContent } from '../../phone-content.js'
import { sampleFilm } from './mp4.js'
import { sampleVoice } from './ogg.js'
import { samplePdf } from './pdf.js'

const [width, height] = [64, 48]
/** What WhatsApp asks of stickers. */
const stickerSide = 512

/** A small real file of this kind, for who sends something without caring what. */
export async function sampleOf(kind: MediaContent['kind']): Promise<Buffer> {
  switch (kind) {
    case 'image':
      return picture(width, height).jpeg().toBuffer()
    case 'sticker':
      return picture(stickerSide, stickerSide).webp().toBuffer()
    case 'video':
    case 'video-note':
      return sampleFilm(await picture(width, height).jpeg().toBuffer(), width, height)
    case 'audio':
      return sampleVoice()
    case 'document':
      return samplePdf()
  }
}

function picture(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r: 18, g: 140, b: 126 } } })
}
