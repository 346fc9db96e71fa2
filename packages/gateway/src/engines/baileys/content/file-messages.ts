import type { proto } from 'baileys'
import type { FileContent } from '../../../core/messages/content.js'
import type { RemoteFile } from '../media/handle.js'
import { argb } from './bounds.js'

/** @param remote where the file is; left out in a quotation whose file is not at hand */
export function writeFile(content: FileContent, remote: RemoteFile | undefined): proto.IMessage {
  const message = fileMessage(content, remote)
  return content.viewOnce ? { viewOnceMessage: { message } } : message
}

function fileMessage(content: FileContent, remote: RemoteFile | undefined): proto.IMessage {
  const { kind, caption, animated, seconds, pages, file } = content
  const common = {
    mimetype: file.mimetype,
    ...(remote && located(remote)),
    ...(content.viewOnce && { viewOnce: true }),
  }
  const text = caption === undefined ? {} : { caption }
  const length = seconds === undefined ? {} : { seconds: Math.round(seconds) }
  switch (kind) {
    case 'image':
      return { imageMessage: { ...common, ...text, ...shown(content) } }
    case 'video':
      return { videoMessage: { ...common, ...text, ...length, ...shown(content), gifPlayback: animated ?? false } }
    case 'video-note':
      return { ptvMessage: { ...common, ...length, ...shown(content) } }
    case 'voice':
    case 'audio':
      return { audioMessage: { ...common, ...length, ...heard(content), ptt: kind === 'voice' } }
    case 'document': {
      const name = file.name ?? 'file'
      const extent = pages === undefined ? {} : { pageCount: pages }
      return { documentMessage: { ...common, ...text, ...shown(content), ...extent, title: name, fileName: name } }
    }
    case 'sticker':
      return { stickerMessage: { ...common, ...size(content), isAnimated: animated ?? false } }
  }
}

function located(remote: RemoteFile) {
  return {
    // Older clients look for it there; the host of a direct path may be any of WhatsApp's.
    url: `https://mmg.whatsapp.net${remote.directPath}`,
    directPath: remote.directPath,
    mediaKey: remote.mediaKey,
    fileSha256: remote.plainHash,
    fileEncSha256: remote.encryptedHash,
    mediaKeyTimestamp: remote.keyTime,
    ...(remote.size !== null && { fileLength: remote.size }),
  }
}

function size({ width, height }: FileContent) {
  return { ...(width !== undefined && { width }), ...(height !== undefined && { height }) }
}

function shown(content: FileContent) {
  const { kind, thumbnail } = content
  return {
    // Documents name the size of the picture of their first page otherwise, and have none of their own.
    ...(kind !== 'document' && size(content)),
    ...(thumbnail !== undefined && { jpegThumbnail: Buffer.from(thumbnail, 'base64') }),
  }
}

function heard({ waveform, background }: FileContent) {
  return {
    ...(waveform !== undefined && { waveform: Buffer.from(waveform, 'base64') }),
    ...(background !== undefined && { backgroundArgb: argb(background) }),
  }
}
