import type { proto } from 'baileys'

/** What a phone can send. Reactions, votes, edits and the like speak of another message and are acts of their own. */
export type PhoneContent =
  | TextContent
  | LocationContent
  | LiveLocationContent
  | ContactContent
  /** Several contact cards in one message. */
  | { readonly kind: 'contacts'; readonly contacts: readonly ContactCard[] }
  | PollContent
  | MediaContent
  | GroupInviteContent
  | MenuContent
  /** Whatever the caller makes, for kinds that have no name here. `type`: what the stanza says it is; `text` unless told. */
  | { readonly kind: 'raw'; readonly message: proto.IMessage; readonly type?: string }

export interface TextContent {
  readonly kind: 'text'
  readonly text: string
  readonly preview?: LinkPreview
  /** Of a status post: `#RRGGBB`, and WhatsApp's number for one of its fonts. */
  readonly background?: string
  readonly font?: proto.Message.ExtendedTextMessage.FontType
}

/** What is shown of a page that the text names. */
export interface LinkPreview {
  /** As it stands in the text. */
  readonly url: string
  readonly title: string
  readonly description?: string
  /** JPEG. */
  readonly thumbnail?: Uint8Array
}

export interface LocationContent {
  readonly kind: 'location'
  readonly latitude: number
  readonly longitude: number
  readonly name?: string
  readonly address?: string
}

/** Where somebody is now. Each that follows has a higher `sequence`. */
export interface LiveLocationContent {
  readonly kind: 'live-location'
  readonly latitude: number
  readonly longitude: number
  readonly caption?: string
  /** Metres, and metres per second. */
  readonly accuracy?: number
  readonly speed?: number
  readonly sequence?: number
}

export interface ContactCard {
  readonly name: string
  /** Digits only. */
  readonly number: string
}

export interface ContactContent extends ContactCard {
  readonly kind: 'contact'
}

export interface PollContent {
  readonly kind: 'poll'
  readonly question: string
  readonly options: readonly string[]
  /** How many options one may choose; 1 unless told, 0 for any number. */
  readonly selectable?: number
  /** Which of WhatsApp's forms it has, for those that differ in name only; 3 unless told. */
  readonly form?: 1 | 2 | 3
}

export interface MediaContent {
  readonly kind: 'image' | 'video' | 'video-note' | 'audio' | 'document' | 'sticker'
  /** The file; a small one of the kind is made unless it is given. */
  readonly bytes?: Uint8Array
  readonly mimetype?: string
  /** Of images, videos and documents. */
  readonly caption?: string
  /** Of documents. */
  readonly fileName?: string
  /** Of audio: recorded as a voice message. */
  readonly voice?: boolean
  /** Of voice messages: 64 loudnesses from 0 to 100. */
  readonly waveform?: Uint8Array
  /** Of audio and videos; read from audio unless told. */
  readonly seconds?: number
  /** Of pictures and videos; read from pictures unless told. */
  readonly width?: number
  readonly height?: number
  /** JPEG; made of images unless given. */
  readonly thumbnail?: Uint8Array
  /** Of images, videos and voice messages: can be looked at once. */
  readonly viewOnce?: boolean
  /** Of videos: played over and over without sound. */
  readonly gif?: boolean
}

export interface GroupInviteContent {
  readonly kind: 'group-invite'
  /** Id of a group of which the phone is an admin. */
  readonly group: string
  readonly text?: string
}

/** What businesses send, and the other side answers by choosing from it. */
export type MenuContent =
  | {
      readonly kind: 'list'
      readonly title?: string
      readonly text: string
      readonly footer?: string
      /** What opens the list. */
      readonly button: string
      readonly sections: readonly ListSection[]
    }
  | {
      readonly kind: 'buttons'
      readonly text: string
      readonly footer?: string
      readonly buttons: readonly MenuOption[]
    }
  | {
      readonly kind: 'template'
      readonly text: string
      readonly footer?: string
      readonly buttons: readonly TemplateButton[]
    }
  | {
      readonly kind: 'interactive'
      readonly title?: string
      readonly text: string
      readonly footer?: string
      readonly buttons: readonly NativeFlowButton[]
    }

export interface ListSection {
  readonly title: string
  readonly rows: readonly (MenuOption & { readonly description?: string })[]
}

/** Something that can be chosen: of lists, buttons and templates by its id, of polls by its name, which is its id there. */
export interface MenuOption {
  readonly id: string
  readonly text: string
}

export type TemplateButton = { readonly text: string } & (
  { readonly id: string } | { readonly url: string } | { readonly call: string }
)

/** WhatsApp's own name for what the button does (`quick_reply`, `cta_url`, `single_select` …), and its parameters. */
export interface NativeFlowButton {
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
}
