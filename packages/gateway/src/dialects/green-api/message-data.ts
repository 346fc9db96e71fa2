import type { UndecryptableReason } from '../../core/events/event.js'
import type { Content } from '../../core/messages/content.js'
import { assertNever } from '../assert-never.js'

/** `messageData` of a notification. */
export type MessageData =
  | { readonly typeMessage: 'textMessage'; readonly textMessageData: { readonly textMessage: string } }
  | { readonly typeMessage: 'extendedTextMessage'; readonly extendedTextMessageData: ExtendedText }
  | { readonly typeMessage: FileType; readonly fileMessageData: FileData }
  | {
      readonly typeMessage: 'reactionMessage'
      readonly extendedTextMessageData: { readonly text: string }
      readonly quotedMessage: { readonly stanzaId: string }
    }
  | {
      readonly typeMessage: 'editedMessage'
      readonly editedMessageData: { readonly textMessage?: string; readonly stanzaId: string }
    }
  | { readonly typeMessage: 'deletedMessage'; readonly deletedMessageData: { readonly stanzaId: string } }

type FileType = 'imageMessage' | 'videoMessage' | 'audioMessage' | 'documentMessage' | 'stickerMessage'

interface ExtendedText {
  readonly text: string
  readonly description: string
  readonly title: string
  readonly previewType: 'None'
  readonly jpegThumbnail: string
  readonly forwardingScore: number
  readonly isForwarded: boolean
}

interface FileData {
  readonly downloadUrl: string
  readonly caption: string
  readonly fileName: string
  readonly jpegThumbnail: string
  readonly mimeType: string
  readonly forwardingScore: number
  readonly isForwarded: boolean
  /** Stickers only. */
  readonly isAnimated?: boolean
}

/** The vendor's markers for what did not reach it; bots compare them with the whole text. */
const markers = {
  /** Came empty: it is on the phone only, and the sender may be asked to send it again. */
  notHere: '{{SWE001}}',
  /** A file that has to be looked at on the phone. */
  fileNotHere: '{{SWE002}}',
  /** Keys that no longer fit. */
  badKeys: '{{SWE003}}',
} as const

/** What a message says; null where it says nothing to a person. */
export function contentData(content: Content): MessageData | null {
  switch (content.kind) {
    case 'text':
      return textData(content.text)
    case 'unsupported':
      return unsupportedData(content.type)
    default:
      return unsupportedData(content.kind)
  }
}

export function undecryptableData(reason: UndecryptableReason): MessageData {
  switch (reason) {
    // The vendor says this of a first message, for which a linked device has no session yet, and of one that WhatsApp
    // shows on the phone only, such as a photo to be seen once.
    case 'no-session':
    case 'unavailable':
      return plainText(markers.notHere)
    case 'bad-ciphertext':
    case 'malformed':
      return plainText(markers.badKeys)
    default:
      return assertNever(reason)
  }
}

/** Taken back: the vendor's page shows reactions only, and WhatsApp's own stanza has an empty text then. */
export function reactionData(target: string, emoji: string | null): MessageData {
  // Whose message it was (`participant`, optional on this wire) is not told.
  return {
    typeMessage: 'reactionMessage',
    extendedTextMessageData: { text: emoji ?? '' },
    quotedMessage: { stanzaId: target },
  }
}

export function editedData(target: string, content: Content): MessageData {
  const text = content.kind === 'text' ? { textMessage: content.text } : {}
  return { typeMessage: 'editedMessage', editedMessageData: { ...text, stanzaId: target } }
}

export function deletedData(target: string): MessageData {
  return { typeMessage: 'deletedMessage', deletedMessageData: { stanzaId: target } }
}

/** A text with a link is of its own type; the link's preview, which has fields there, is not kept. */
function textData(text: string): MessageData {
  if (!/\bhttps?:\/\/\S/i.test(text)) return plainText(text)
  const preview = { description: '', title: '', previewType: 'None', jpegThumbnail: '' } as const
  return {
    typeMessage: 'extendedTextMessage',
    extendedTextMessageData: { text, ...preview, forwardingScore: 0, isForwarded: false },
  }
}

function plainText(textMessage: string): MessageData {
  return { typeMessage: 'textMessage', textMessageData: { textMessage } }
}

const fileTypes: ReadonlyMap<string, FileType> = new Map([
  ['imageMessage', 'imageMessage'],
  ['videoMessage', 'videoMessage'],
  ['ptvMessage', 'videoMessage'],
  ['audioMessage', 'audioMessage'],
  ['documentMessage', 'documentMessage'],
  ['stickerMessage', 'stickerMessage'],
])

/** What clients tell each other about messages: nobody wrote it, and a bot that asked to send it again would be wrong. */
const silentTypes: ReadonlySet<string> = new Set([
  'albumMessage',
  'encCommentMessage',
  'encEventResponseMessage',
  'encReactionMessage',
  'keepInChatMessage',
  'messageHistoryNotice',
  'pinInChatMessage',
  'placeholderMessage',
  'pollUpdateMessage',
  'secretEncryptedMessage',
])

/** A message is never swallowed for being of a kind that is not carried: the receiver is sent to the phone for it. */
function unsupportedData(type: string): MessageData | null {
  const typeMessage = fileTypes.get(type)
  if (typeMessage === undefined) return silentTypes.has(type) ? null : plainText(markers.notHere)
  return {
    typeMessage,
    fileMessageData: {
      downloadUrl: markers.fileNotHere,
      caption: '',
      fileName: '',
      jpegThumbnail: '',
      mimeType: '',
      forwardingScore: 0,
      isForwarded: false,
      ...(typeMessage === 'stickerMessage' ? { isAnimated: false } : {}),
    },
  }
}
