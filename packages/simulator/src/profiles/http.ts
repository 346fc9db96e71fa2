import type { IncomingMessage, ServerResponse } from 'node:http'
import sharp from 'sharp'
import type { Pictures } from './pictures.js'

/** Side of the small form of a picture, in pixels. */
const previewSide = 96
/** Uploads have addresses under the same folder. */
const address = /^\/pps\/([0-9a-f]{32})(_preview)?\.jpg$/

export type PictureForm = 'image' | 'preview'

export function pathOf(key: string, form: PictureForm): string {
  return `/pps/${key}${form === 'preview' ? '_preview' : ''}.jpg`
}

export function isPicturePath(url = ''): boolean {
  return address.test(url)
}

/** Gives out the pictures of profiles and groups. Never rejects. */
export async function servePicture(
  pictures: Pictures,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, key = '', preview] = address.exec(request.url ?? '') ?? []
  const picture = pictures.withKey(key)
  if (picture === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    response.writeHead(picture ? 405 : 404).end()
    return
  }
  // What is no picture but begins like one is given out as it is.
  const bytes = preview ? await shrunk(picture.bytes).catch(() => picture.bytes) : picture.bytes
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function shrunk(bytes: Uint8Array): Promise<Uint8Array> {
  return sharp(bytes).resize(previewSide, previewSide, { fit: 'cover' }).jpeg().toBuffer()
}
