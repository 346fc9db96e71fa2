import { proto } from 'baileys'
import type { LinkPreview, TextContent } from '../../../core/messages/content.js'
import { argb, bounds, colour, cut, encoded } from './bounds.js'

export function readText(message: proto.Message.IExtendedTextMessage): TextContent {
  const background = colour(message.backgroundArgb)
  const preview = readPreview(message)
  return {
    kind: 'text',
    text: cut(message.text, bounds.text),
    ...(preview && { preview }),
    ...(background !== undefined && { style: { background, font: message.font ?? 0 } }),
  }
}

function readPreview(message: proto.Message.IExtendedTextMessage): LinkPreview | undefined {
  const { matchedText, title, description, jpegThumbnail, thumbnailDirectPath } = message
  if (!matchedText || !(title || description || jpegThumbnail?.length)) return undefined
  return {
    url: cut(matchedText, bounds.url),
    title: cut(title, bounds.line) || null,
    description: cut(description, bounds.url) || null,
    thumbnail: encoded('bytes', jpegThumbnail, bounds.thumbnail).bytes ?? null,
    ...(thumbnailDirectPath && { large: true }),
  }
}

export function writeText({ text, preview, style }: TextContent): proto.IMessage {
  return {
    extendedTextMessage: {
      text,
      ...(preview && writePreview(preview)),
      ...(style && writeStyle(style)),
    },
  }
}

function writeStyle({ background, font }: NonNullable<TextContent['style']>): proto.Message.IExtendedTextMessage {
  const styled = proto.Message.ExtendedTextMessage.fromObject({ font })
  return { backgroundArgb: argb(background), font: styled.font ?? null }
}

/** As the library's `generateWAMessageContent` does it. */
function writePreview({ url, title, description, thumbnail }: LinkPreview): proto.Message.IExtendedTextMessage {
  return {
    matchedText: url,
    title,
    description,
    previewType: proto.Message.ExtendedTextMessage.PreviewType.NONE,
    ...(thumbnail !== null && { jpegThumbnail: Buffer.from(thumbnail, 'base64') }),
  }
}
