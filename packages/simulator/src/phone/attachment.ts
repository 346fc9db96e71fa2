import { getAudioDuration, type MediaType, type proto } from 'baileys'
import sharp from 'sharp'
import type { MediaServer } from '../media/media-server.js'
import { sampleOf } from '../media/samples/sample.js'
import { seal, type SealedFile } from '../media/seal.js'
import type { MediaContent } from '../phone-content.js'

type Kind = MediaContent['kind']

/** How the library names a kind where keys are derived, the last part of the upload path, and what the file is taken for. */
const traits: Readonly<Record<Kind, { type: MediaType; path: string; mimetype: string }>> = {
  image: { type: 'image', path: 'image', mimetype: 'image/jpeg' },
  video: { type: 'video', path: 'video', mimetype: 'video/mp4' },
  'video-note': { type: 'ptv', path: 'video', mimetype: 'video/mp4' },
  audio: { type: 'audio', path: 'audio', mimetype: 'audio/ogg; codecs=opus' },
  document: { type: 'document', path: 'document', mimetype: 'application/pdf' },
  sticker: { type: 'sticker', path: 'image', mimetype: 'image/webp' },
}

/** Encrypts a file, uploads it and makes the message that leads to it. */
export async function attach(media: MediaServer, content: MediaContent): Promise<proto.IMessage> {
  const { type, path, mimetype } = traits[content.kind]
  const bytes = content.bytes ?? (await sampleOf(content.kind))
  const sealed = await seal(bytes, type)
  const { url, directPath } = await media.take(path, sealed.fileEncSha256.toString('base64url'), once(sealed.bytes))
  const where = { url, directPath, mediaKeyTimestamp: Math.floor(Date.now() / 1000) }
  return messageOf(content, { ...where, ...sealOf(sealed), mimetype: content.mimetype ?? mimetype }, bytes)
}

function sealOf({ mediaKey, fileSha256, fileEncSha256, fileLength }: SealedFile) {
  return { mediaKey, fileSha256, fileEncSha256, fileLength }
}

type File = Pick<proto.Message.IImageMessage, 'url' | 'directPath' | 'mimetype'> & ReturnType<typeof sealOf>

/** What a phone sends of each kind, in the layers that it puts around captions and what can be looked at once. */
async function messageOf(content: MediaContent, file: File, bytes: Uint8Array): Promise<proto.IMessage> {
  const viewOnce = content.viewOnce === true && { viewOnce: true }
  const captioned = { ...file, ...(content.caption !== undefined && { caption: content.caption }) }
  switch (content.kind) {
    case 'image':
      return layered({ imageMessage: { ...captioned, ...(await pictureOf(content, bytes)), ...viewOnce } }, content)
    case 'video':
      return layered({ videoMessage: { ...captioned, ...filmOf(content), ...viewOnce } }, content)
    case 'video-note':
      return { ptvMessage: { ...file, ...filmOf(content) } }
    case 'audio':
      return layered({ audioMessage: { ...file, ...(await soundOf(content, bytes)), ...viewOnce } }, content)
    case 'document':
      return documentOf(content, file)
    case 'sticker':
      return { stickerMessage: { ...file, ...(await sizeOf(content, bytes)) } }
  }
}

/** Voice messages that can be heard once have a layer of their own. */
function layered(message: proto.IMessage, { viewOnce, kind }: MediaContent): proto.IMessage {
  if (viewOnce !== true) return message
  return kind === 'audio' ? { viewOnceMessageV2Extension: { message } } : { viewOnceMessageV2: { message } }
}

function documentOf(content: MediaContent, file: File): proto.IMessage {
  const fileName = content.fileName ?? 'document.pdf'
  const thumbnail = content.thumbnail && { jpegThumbnail: content.thumbnail }
  const documentMessage = { ...file, fileName, title: fileName, ...thumbnail }
  if (content.caption === undefined) return { documentMessage }
  const { caption } = content
  return { documentWithCaptionMessage: { message: { documentMessage: { ...documentMessage, caption } } } }
}

async function pictureOf(content: MediaContent, bytes: Uint8Array) {
  const jpegThumbnail = content.thumbnail ?? (await thumbnailOf(bytes))
  return { ...(await sizeOf(content, bytes)), ...(jpegThumbnail && { jpegThumbnail }) }
}

/** As small as the library makes it. Nothing of what is no picture. */
async function thumbnailOf(bytes: Uint8Array): Promise<Buffer | undefined> {
  try {
    return await sharp(bytes).resize(32).jpeg({ quality: 50 }).toBuffer()
  } catch {
    return undefined
  }
}

async function sizeOf(content: MediaContent, bytes: Uint8Array): Promise<{ width?: number; height?: number }> {
  const { width, height } = { ...(await readSize(bytes)), ...content }
  return { ...(width !== undefined && { width }), ...(height !== undefined && { height }) }
}

async function readSize(bytes: Uint8Array): Promise<{ width?: number; height?: number }> {
  try {
    const { width, height } = await sharp(bytes).metadata()
    return { width, height }
  } catch {
    return {}
  }
}

/** Nothing here can look into films: what is not told is what the sample has. */
function filmOf({ bytes, seconds, width, height, thumbnail, gif }: MediaContent) {
  const sample = bytes === undefined ? { seconds: 1, width: 64, height: 48 } : {}
  return {
    ...sample,
    ...(seconds !== undefined && { seconds }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(thumbnail && { jpegThumbnail: thumbnail }),
    ...(gif === true && { gifPlayback: true }),
  }
}

async function soundOf({ voice = false, seconds, waveform }: MediaContent, bytes: Uint8Array) {
  const length = seconds ?? (await readDuration(bytes))
  return {
    ptt: voice,
    ...(length !== undefined && { seconds: length }),
    ...(waveform && { waveform }),
  }
}

async function readDuration(bytes: Uint8Array): Promise<number | undefined> {
  try {
    return Math.round((await getAudioDuration(Buffer.from(bytes))) ?? 0)
  } catch {
    return undefined
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
