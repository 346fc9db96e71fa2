import { randomBytes } from 'node:crypto'
import { proto } from 'baileys'
import type { MediaContent, PhoneContent } from '../message.js'
import { numberJid } from '../wire/addresses.js'

/** The message that a phone makes of what it was asked to send. */
export function compose(content: PhoneContent, contextInfo?: proto.IContextInfo): proto.IMessage {
  const context = contextInfo && { contextInfo }
  switch (content.kind) {
    case 'text':
      return context ? { extendedTextMessage: { text: content.text, ...context } } : { conversation: content.text }
    case 'location': {
      const { latitude: degreesLatitude, longitude: degreesLongitude, name, address } = content
      const named = { ...(name !== undefined && { name }), ...(address !== undefined && { address }) }
      return { locationMessage: { degreesLatitude, degreesLongitude, ...named, ...context } }
    }
    case 'contact':
      return { contactMessage: { displayName: content.name, vcard: vcard(content.name, content.number), ...context } }
    case 'poll':
      return {
        // Votes are encrypted with this secret, so a poll without one cannot be answered.
        messageContextInfo: { messageSecret: randomBytes(32) },
        pollCreationMessageV3: {
          name: content.question,
          options: content.options.map((optionName) => ({ optionName })),
          selectableOptionsCount: content.selectable ?? 1,
          ...context,
        },
      }
    case 'raw':
      return content.message
    default:
      return media(content, context)
  }
}

export function reaction(key: proto.IMessageKey, emoji: string): proto.IMessage {
  return { reactionMessage: { key, text: emoji, senderTimestampMs: Date.now() } }
}

export function edit(key: proto.IMessageKey, text: string): proto.IMessage {
  const type = proto.Message.ProtocolMessage.Type.MESSAGE_EDIT
  return { protocolMessage: { type, key, editedMessage: { conversation: text }, timestampMs: Date.now() } }
}

export function revocation(key: proto.IMessageKey): proto.IMessage {
  return { protocolMessage: { type: proto.Message.ProtocolMessage.Type.REVOKE, key } }
}

type Context = { readonly contextInfo: proto.IContextInfo } | undefined

const mimetypes: Readonly<Record<MediaContent['kind'], string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg; codecs=opus',
  document: 'application/pdf',
  sticker: 'image/webp',
}

function media({ kind, caption, mimetype, fileName, voice }: MediaContent, context: Context): proto.IMessage {
  const file = { ...absentFile(kind), mimetype: mimetype ?? mimetypes[kind], ...context }
  const captioned = caption === undefined ? file : { ...file, caption }
  switch (kind) {
    case 'image':
      return { imageMessage: { ...captioned, width: 640, height: 480 } }
    case 'video':
      return { videoMessage: { ...captioned, seconds: 3, width: 640, height: 480 } }
    case 'audio':
      return { audioMessage: { ...file, seconds: 3, ptt: voice ?? false } }
    case 'document':
      return { documentMessage: { ...captioned, fileName: fileName ?? 'document.pdf' } }
    case 'sticker':
      return { stickerMessage: file }
  }
}

/** Everything that says where a file is and how to open it, for a file that is not there. */
function absentFile(kind: MediaContent['kind']) {
  const directPath = `/v/t62.7118-24/${randomBytes(12).toString('hex')}?kind=${kind}`
  return {
    url: `https://media.invalid${directPath}`,
    directPath,
    mediaKey: randomBytes(32),
    mediaKeyTimestamp: Math.floor(Date.now() / 1000),
    fileSha256: randomBytes(32),
    fileEncSha256: randomBytes(32),
    fileLength: 1024,
  }
}

function vcard(name: string, number: string): string {
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `FN:${name}`, `TEL;type=CELL;waid=${number}:+${number}`, 'END:VCARD']
  return lines.join('\n')
}

/** What a message carries that answers another. */
export function quotation(id: string, author: string, content: proto.IMessage): proto.IContextInfo {
  return { stanzaId: id, participant: numberJid(author), quotedMessage: content }
}
