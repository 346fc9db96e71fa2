import type { FileKind } from '../../../core/messages/content.js'

/**
 * Under which a file is encrypted and uploaded: whoever reads it has to take the same one (the library's
 * MEDIA_HKDF_KEY_MAPPING and MEDIA_PATH_MAP).
 */
export type MediaType = 'image' | 'video' | 'audio' | 'document'

export const mediaTypes: Readonly<Record<FileKind, MediaType>> = {
  image: 'image',
  sticker: 'image',
  video: 'video',
  'video-note': 'video',
  voice: 'audio',
  audio: 'audio',
  document: 'document',
}
