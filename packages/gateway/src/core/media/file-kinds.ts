import { GatewayError } from '../errors/gateway-error.js'
import type { FileKind } from '../messages/content.js'

export const voiceType = 'audio/ogg; codecs=opus'
const mebibyte = 1024 * 1024

/** What WhatsApp's clients show in a chat; larger ones go as documents. */
const largestShown = 16 * mebibyte
/** The most that a message of a kind may carry. */
const largest: Readonly<Record<FileKind, number>> = {
  image: largestShown,
  video: 100 * mebibyte,
  'video-note': largestShown,
  voice: largestShown,
  audio: 100 * mebibyte,
  document: 100 * mebibyte,
  sticker: mebibyte,
}

/** Pictures that can be made into a JPEG or a sticker. */
const pictures = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/heic', 'image/avif', 'image/tiff']
const films = ['video/mp4', 'video/3gpp', 'video/quicktime', 'video/x-m4v']

/** What a file is sent as when nobody says: as what the other side sees most of. */
export function usualKind(mimetype: string, size: number): FileKind {
  const kind = kindOfType(mimetype)
  return size > (kind === 'sticker' ? largest.sticker : largestShown) ? 'document' : kind
}

function kindOfType(mimetype: string): FileKind {
  if (mimetype === 'image/jpeg' || mimetype === 'image/png') return 'image'
  if (mimetype === 'image/webp') return 'sticker'
  if (films.includes(mimetype)) return 'video'
  if (mimetype === voiceType) return 'voice'
  return mimetype.startsWith('audio/') ? 'audio' : 'document'
}

/** What has to be done with a file before it can be sent as this kind. Throws `bad-request` where nothing helps. */
export function preparation(kind: FileKind, mimetype: string): 'none' | 'jpeg' | 'sticker' {
  switch (kind) {
    case 'image':
      if (mimetype === 'image/jpeg' || mimetype === 'image/png') return 'none'
      if (pictures.includes(mimetype)) return 'jpeg'
      throw unfit(kind, mimetype, 'Send a JPEG, PNG, WebP, GIF, HEIC, AVIF or TIFF, or send it as a document.')
    case 'sticker':
      if (pictures.includes(mimetype)) return 'sticker'
      throw unfit(kind, mimetype, 'A sticker is made of a WebP, PNG, JPEG or GIF.')
    case 'video':
    case 'video-note':
      if (films.includes(mimetype)) return 'none'
      throw unfit(kind, mimetype, 'WhatsApp plays MP4 with H.264 and AAC; others can be sent as a document.')
    case 'voice':
      if (mimetype === voiceType) return 'none'
      throw unfit(kind, mimetype, 'A voice note is Ogg with Opus: ffmpeg -i in.mp3 -c:a libopus -ac 1 out.ogg')
    case 'audio':
      if (mimetype.startsWith('audio/')) return 'none'
      throw unfit(kind, mimetype, 'Send it as a document.')
    case 'document':
      return 'none'
  }
}

function unfit(kind: FileKind, mimetype: string, hint: string): GatewayError {
  return new GatewayError('bad-request', `A file of type ${mimetype} cannot be sent as '${kind}'.`, {
    field: 'kind',
    hint,
  })
}

export function requireSize(kind: FileKind, size: number): void {
  if (size <= largest[kind]) return
  const most = largest[kind] / mebibyte
  throw new GatewayError('content-too-large', `WhatsApp takes '${kind}' of up to ${most} MiB.`, {
    hint: 'Send it as a document.',
  })
}

export const withCaption: ReadonlySet<FileKind> = new Set(['image', 'video', 'document'])
export const withViewOnce: ReadonlySet<FileKind> = new Set(['image', 'video', 'voice'])
