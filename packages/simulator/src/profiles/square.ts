import sharp from 'sharp'
import { SimulatorError } from '../errors.js'

/** Side of a picture as phones send it, in pixels. */
const side = 640
const maxPixels = 50_000_000

/** What a phone makes of a picture before it is sent: a square JPEG. */
export async function squareJpeg(image: Uint8Array): Promise<Uint8Array> {
  try {
    return await sharp(image, { limitInputPixels: maxPixels }).resize(side, side, { fit: 'cover' }).jpeg().toBuffer()
  } catch (error) {
    throw new SimulatorError('picture-not-readable', 'this is no picture that can be read', error)
  }
}
