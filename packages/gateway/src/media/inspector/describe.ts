import { parseFile } from 'music-metadata'
import type { FileKind } from '../../core/messages/content.js'
import type { MediaTraits } from '../../core/ports/media-inspector.js'
import { filmTraits, isFilm } from './mp4.js'
import { pdfPages } from './pdf.js'
import { voiceTraits } from './voice.js'

export async function describe(path: string, mimetype: string, kind: FileKind): Promise<MediaTraits> {
  switch (kind) {
    case 'image':
      return (await import('./picture.js')).pictureTraits(path)
    case 'sticker':
      return (await import('./picture.js')).stickerTraits(path)
    case 'video':
    case 'video-note':
      return isFilm(mimetype) ? filmTraits(path) : lengthOf(path)
    case 'voice':
      return voiceTraits(path)
    case 'audio':
      return lengthOf(path)
    case 'document': {
      const pages = mimetype === 'application/pdf' ? await pdfPages(path) : undefined
      return pages === undefined ? {} : { pages }
    }
  }
}

async function lengthOf(path: string): Promise<MediaTraits> {
  const { format } = await parseFile(path, { duration: true, skipCovers: true })
  const { duration } = format
  return duration === undefined || !Number.isFinite(duration) ? {} : { seconds: Math.round(duration) }
}
