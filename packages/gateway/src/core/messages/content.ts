import type { MediaFile } from '../media/media-file.js'

/**
 * What a message says, whoever wrote it. Grows a member per kind; every edge is then listed by the compiler. People and
 * groups are named by JID, as in events.
 */
export type Content =
  | TextContent
  | FileContent
  | LocationContent
  | LiveLocationContent
  | ContactsContent
  | PollContent
  | GroupInviteContent
  | ButtonsContent
  | ButtonReplyContent
  | ListContent
  | ListReplyContent
  | UnsupportedContent
export type ContentKind = Content['kind']

/** What any kind of message may have besides what it says. */
export interface ContentContext {
  /** The message that it answers. */
  readonly quoted?: Quoted
  /** JIDs of those it mentions. */
  readonly mentions?: readonly string[]
  /** `score`: how often it was passed on before it came here, as WhatsApp counts; from 5 on its clients say "many times". */
  readonly forwarded?: { readonly score: number }
  /** Seconds after which it disappears from the chat. */
  readonly expiresIn?: number
}

/** A message as another one quotes it. */
export interface Quoted {
  readonly id: string
  /** JID of who wrote it; null where the quoting side did not say. */
  readonly sender: string | null
  /** As it stands in the quotation, which its author may have shortened; null where it is not shown. */
  readonly content: Content | null
}

export interface TextContent extends ContentContext {
  readonly kind: 'text'
  readonly text: string
  readonly preview?: LinkPreview
  /** Of a status post. `background`: `#RRGGBB`; `font`: WhatsApp's number of it (proto.ExtendedTextMessage.FontType). */
  readonly style?: { readonly background: string; readonly font: number }
}

export interface LinkPreview {
  /** As it stands in the text. */
  readonly url: string
  readonly title: string | null
  readonly description: string | null
  /** JPEG, base64. */
  readonly thumbnail: string | null
  /** Shown as a wide picture. */
  readonly large?: boolean
}

export const fileKinds = ['image', 'video', 'video-note', 'voice', 'audio', 'document', 'sticker'] as const
export type FileKind = (typeof fileKinds)[number]

export interface FileContent extends ContentContext {
  readonly kind: FileKind
  readonly file: MediaFile
  /** Of images, videos and documents. */
  readonly caption?: string
  /** Opens once. */
  readonly viewOnce?: true
  /** Of stickers, and of videos that play like a GIF. */
  readonly animated?: true
  readonly width?: number
  readonly height?: number
  /** Of what plays. */
  readonly seconds?: number
  /** Of voice notes: 64 bars of 0 to 100 each, base64. */
  readonly waveform?: string
  /** Small JPEG, base64. */
  readonly thumbnail?: string
  /** Of documents. */
  readonly pages?: number
  /** Of a voice note posted as a status: `#RRGGBB`. */
  readonly background?: string
}

export interface LocationContent extends ContentContext {
  readonly kind: 'location'
  readonly latitude: number
  readonly longitude: number
  readonly name?: string
  readonly address?: string
  readonly url?: string
  /** Small JPEG of the map, base64. */
  readonly thumbnail?: string
}

/** One position of somebody who shares where they are; received only. */
export interface LiveLocationContent extends ContentContext {
  readonly kind: 'live-location'
  readonly latitude: number
  readonly longitude: number
  /** Metres. */
  readonly accuracy?: number
  /** Metres a second. */
  readonly speed?: number
  /** Degrees clockwise from north. */
  readonly heading?: number
  readonly caption?: string
  /** Counts the positions of one sharing up. */
  readonly sequence?: number
}

/** One contact card or several. */
export interface ContactsContent extends ContentContext {
  readonly kind: 'contacts'
  readonly contacts: readonly ContactCard[]
}

export interface ContactCard {
  readonly name: string
  /** vCard 3.0. */
  readonly vcard: string
}

export interface PollContent extends ContentContext {
  readonly kind: 'poll'
  readonly question: string
  /** Pairwise different. */
  readonly options: readonly string[]
  /** Whether more than one may be chosen. */
  readonly multiple: boolean
}

export interface GroupInviteContent extends ContentContext {
  readonly kind: 'group-invite'
  /** JID of the group. */
  readonly group: string
  readonly code: string
  /** ISO 8601. */
  readonly expiresAt: string | null
  readonly name: string
  readonly caption?: string
  readonly thumbnail?: string
}

/** A text with buttons under it. `style` is how WhatsApp carries it; its clients show the three alike. */
export interface ButtonsContent extends ContentContext {
  readonly kind: 'buttons'
  readonly style: 'plain' | 'template' | 'interactive'
  readonly header?: string
  readonly text: string
  readonly footer?: string
  readonly buttons: readonly Button[]
}

export type Button =
  | { readonly kind: 'reply'; readonly id: string; readonly text: string }
  | { readonly kind: 'url'; readonly id?: string; readonly text: string; readonly url: string }
  | { readonly kind: 'call'; readonly id?: string; readonly text: string; readonly phone: string }
  | { readonly kind: 'copy'; readonly id?: string; readonly text: string; readonly code: string }

export interface ButtonReplyContent extends ContentContext {
  readonly kind: 'button-reply'
  readonly style: 'plain' | 'template' | 'interactive'
  readonly id: string
  readonly text: string
  /** Which one, counted from 0, where WhatsApp says. */
  readonly index?: number
}

export interface ListContent extends ContentContext {
  readonly kind: 'list'
  readonly title?: string
  readonly text: string
  readonly footer?: string
  /** What opens the list. */
  readonly button: string
  readonly sections: readonly ListSection[]
}

export interface ListSection {
  readonly title: string
  readonly rows: readonly { readonly id: string; readonly title: string; readonly description?: string }[]
}

export interface ListReplyContent extends ContentContext {
  readonly kind: 'list-reply'
  /** Of the row that was chosen. */
  readonly id: string
  readonly title: string
  readonly description?: string
}

/** A kind that is not carried. `type`: WhatsApp's own name of it. */
export interface UnsupportedContent extends ContentContext {
  readonly kind: 'unsupported'
  readonly type: string
}

export function isFile(content: Content): content is FileContent {
  return 'file' in content
}
