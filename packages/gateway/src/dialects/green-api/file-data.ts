import type { MediaId } from '../../core/ids.js'
import { largestFile, type MediaFile } from '../../core/media/media-file.js'
import type { FileContent, FileKind } from '../../core/messages/content.js'
import { type Forwarding, markers } from './message-data.js'

export type FileType = 'imageMessage' | 'videoMessage' | 'audioMessage' | 'documentMessage' | 'stickerMessage'

export interface FileData extends Forwarding {
  readonly downloadUrl: string
  readonly caption: string
  readonly fileName: string
  readonly jpegThumbnail: string
  readonly mimeType: string
  /** Stickers only. */
  readonly isAnimated?: boolean
}

/** Where a file can be read. */
export type MediaUrl = (id: MediaId) => string

export const fileTypes: Record<FileKind, FileType> = {
  image: 'imageMessage',
  video: 'videoMessage',
  'video-note': 'videoMessage',
  voice: 'audioMessage',
  audio: 'audioMessage',
  document: 'documentMessage',
  sticker: 'stickerMessage',
}

export function fileData(content: FileContent, forwarding: Forwarding, url: MediaUrl): FileData {
  const { kind, file, caption = '', thumbnail = '', animated = false } = content
  return {
    downloadUrl: (file.size ?? 0) > largestFile ? markers.fileNotHere : url(file.id),
    caption,
    fileName: fileName(file),
    jpegThumbnail: thumbnail,
    mimeType: file.mimetype,
    ...forwarding,
    ...(kind === 'sticker' ? { isAnimated: animated } : {}),
  }
}

/** Of a file that is of a kind this gateway knows, and of which nothing but that is known. */
export function fileElsewhere(type: FileType): FileData {
  return {
    downloadUrl: markers.fileNotHere,
    caption: '',
    fileName: '',
    jpegThumbnail: '',
    mimeType: '',
    forwardingScore: 0,
    isForwarded: false,
    ...(type === 'stickerMessage' ? { isAnimated: false } : {}),
  }
}

const extensions: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
  ['video/mp4', 'mp4'],
  ['video/3gpp', '3gp'],
  ['audio/ogg', 'oga'],
  ['audio/mpeg', 'mp3'],
  ['audio/mp4', 'm4a'],
  ['audio/aac', 'aac'],
  ['audio/amr', 'amr'],
  ['application/pdf', 'pdf'],
])

/** Clients save files under this name, and WhatsApp gives one to documents only. */
function fileName({ id, name, mimetype }: MediaFile): string {
  if (name !== null && name !== '') return name
  return `${id}.${extensions.get(mimetype.split(';', 1)[0]?.trim().toLowerCase() ?? '') ?? 'bin'}`
}
