import { isFile, type Content, type FileContent, type FileKind } from '../../core/messages/content.js'
import type { MediaId } from '../../core/ids.js'
import { assertNever } from '../assert-never.js'

/** What a message says, in the fields of the vendor's list; null for what it has no word for. */
export interface Saying {
  readonly type: MessageType
  readonly messagebody: string
  readonly dataMedia?: MediaBody
  readonly locationName?: string
  /** Text on this wire. */
  readonly Latitude?: string
  readonly Longitude?: string
  readonly button?: ButtonBody
}

/** `ciphertext`, a message that could not be read, is a word of the vendor's older page; its newer one has the others. */
export type MessageType =
  | 'text'
  | 'textreply'
  | 'imagereply'
  | 'image'
  | 'video'
  | 'document'
  | 'audio'
  | 'sticker'
  | 'location'
  | 'interactive'
  | 'reaction'
  | 'ciphertext'

/** The vendor names the field and not what is in it, so this is ours. */
export interface MediaBody {
  readonly url: string
  readonly mimetype: string
  readonly filename: string
  readonly caption: string
  /** Bytes; 0 where the sender did not say. */
  readonly size: number
}

export interface ButtonBody {
  readonly id: string
  readonly text: string
}

const fileTypes: Record<FileKind, MessageType> = {
  image: 'image',
  video: 'video',
  'video-note': 'video',
  voice: 'audio',
  audio: 'audio',
  document: 'document',
  sticker: 'sticker',
}

export function sayingOf(content: Content, mediaUrl: (id: MediaId) => string): Saying | null {
  if (isFile(content)) return fileSaying(content, mediaUrl(content.file.id))
  switch (content.kind) {
    case 'text':
      return { type: content.quoted ? replyType(content.quoted.content) : 'text', messagebody: content.text }
    case 'location':
      return location(content, content.name ?? content.address ?? '')
    case 'live-location':
      return location(content, content.caption ?? '')
    case 'contacts':
      return { type: 'text', messagebody: content.contacts.map(({ vcard }) => vcard).join('\n') }
    case 'poll':
      return { type: 'interactive', messagebody: [content.question, ...content.options].join('\n') }
    case 'group-invite':
      return { type: 'text', messagebody: `https://chat.whatsapp.com/${content.code}` }
    case 'buttons':
    case 'list':
      return { type: 'interactive', messagebody: content.text }
    case 'button-reply':
      return { type: 'interactive', messagebody: content.text, button: { id: content.id, text: content.text } }
    case 'list-reply':
      return { type: 'interactive', messagebody: content.title, button: { id: content.id, text: content.title } }
    case 'unsupported':
      // A word of its own would be unknown to every client, and what people wrote is on the phone.
      return null
    default:
      return assertNever(content)
  }
}

function fileSaying({ kind, file, caption = '', quoted }: FileContent, url: string): Saying {
  return {
    type: quoted && kind === 'image' ? 'imagereply' : fileTypes[kind],
    messagebody: caption,
    dataMedia: { url, mimetype: file.mimetype, filename: file.name ?? '', caption, size: file.size ?? 0 },
  }
}

/** An answer to a picture has a word of its own. */
function replyType(quoted: Content | null): MessageType {
  return quoted?.kind === 'image' ? 'imagereply' : 'textreply'
}

function location({ latitude, longitude }: { latitude: number; longitude: number }, name: string): Saying {
  return {
    type: 'location',
    messagebody: name,
    locationName: name,
    Latitude: String(latitude),
    Longitude: String(longitude),
  }
}
