import type { proto } from 'baileys'
import { newMediaId } from '../../../core/identifiers.js'
import type { MediaFile } from '../../../core/media/media-file.js'
import type { FileContent, FileKind } from '../../../core/messages/content.js'
import { packHandle, type FileOrigin, type RemoteFile } from '../media/handle.js'
import { mediaTypes } from '../media/media-type.js'
import { bounds, colour, counted, cut, encoded, finite, given } from './bounds.js'
import type { Reading } from './reading.js'

/** What the messages with a file have in common. */
interface FileMessage {
  readonly mimetype?: string | null
  readonly fileSha256?: Uint8Array | null
  readonly fileEncSha256?: Uint8Array | null
  readonly fileLength?: unknown
  readonly mediaKey?: Uint8Array | null
  readonly mediaKeyTimestamp?: unknown
  readonly directPath?: string | null
}

export function readImage(message: proto.Message.IImageMessage, { origin }: Reading): FileContent {
  return {
    ...file('image', message, origin, 'image/jpeg'),
    ...given('caption', message.caption, bounds.text),
    ...(message.viewOnce && { viewOnce: true }),
    ...measures(message),
    ...encoded('thumbnail', message.jpegThumbnail, bounds.thumbnail),
  }
}

export function readVideo(
  message: proto.Message.IVideoMessage,
  { origin }: Reading,
  kind: FileKind = 'video',
): FileContent {
  return {
    ...file(kind, message, origin, 'video/mp4'),
    ...given('caption', message.caption, bounds.text),
    ...(message.viewOnce && { viewOnce: true }),
    ...(message.gifPlayback && { animated: true }),
    ...measures(message),
    ...counted('seconds', message.seconds),
    ...encoded('thumbnail', message.jpegThumbnail, bounds.thumbnail),
  }
}

export function readAudio(message: proto.Message.IAudioMessage, { origin }: Reading): FileContent {
  const background = colour(message.backgroundArgb)
  return {
    ...file(message.ptt ? 'voice' : 'audio', message, origin, 'audio/ogg; codecs=opus'),
    ...(message.viewOnce && { viewOnce: true }),
    ...counted('seconds', message.seconds),
    ...encoded('waveform', message.waveform, bounds.waveform),
    ...(background !== undefined && { background }),
  }
}

export function readDocument(message: proto.Message.IDocumentMessage, { origin }: Reading): FileContent {
  const name = message.fileName ?? message.title
  return {
    ...file('document', message, origin, 'application/octet-stream', name),
    ...given('caption', message.caption, bounds.text),
    ...encoded('thumbnail', message.jpegThumbnail, bounds.thumbnail),
    ...counted('pages', message.pageCount),
  }
}

export function readSticker(message: proto.Message.IStickerMessage, { origin }: Reading): FileContent {
  return {
    ...file('sticker', message, origin, 'image/webp'),
    ...((message.isAnimated === true || message.isLottie === true) && { animated: true }),
    ...measures(message),
    ...encoded('thumbnail', message.pngThumbnail, bounds.thumbnail),
  }
}

function measures({ width, height }: { width?: number | null; height?: number | null }) {
  return { ...counted('width', width), ...counted('height', height) }
}

function file(
  kind: FileKind,
  message: FileMessage,
  origin: FileOrigin,
  mimetype: string,
  name?: string | null,
): Pick<FileContent, 'kind' | 'file'> {
  const remote = readRemote(kind, message)
  const media: MediaFile = {
    id: newMediaId(),
    name: cut(name, bounds.line) || null,
    mimetype: cut(message.mimetype, bounds.line) || mimetype,
    size: sizeOf(message),
    sha256: isHash(message.fileSha256) ? Buffer.from(message.fileSha256).toString('hex') : null,
    ...(remote && { handle: packHandle({ file: remote, origin }) }),
  }
  return { kind, file: media }
}

/** Undefined for a file that nobody could find or open. */
function readRemote(kind: FileKind, message: FileMessage): RemoteFile | undefined {
  const { directPath, mediaKey, fileSha256, fileEncSha256 } = message
  if (!directPath || directPath.length > bounds.url || mediaKey?.length !== 32) return undefined
  if (!isHash(fileSha256) || !isHash(fileEncSha256)) return undefined
  return {
    type: mediaTypes[kind],
    directPath,
    mediaKey,
    plainHash: fileSha256,
    encryptedHash: fileEncSha256,
    size: sizeOf(message),
    keyTime: finite(message.mediaKeyTimestamp) ?? 0,
  }
}

function sizeOf({ fileLength }: FileMessage): number | null {
  const size = finite(fileLength) ?? 0
  return size > 0 && Number.isSafeInteger(size) ? size : null
}

function isHash(bytes: Uint8Array | null | undefined): bytes is Uint8Array {
  return bytes?.length === 32
}
