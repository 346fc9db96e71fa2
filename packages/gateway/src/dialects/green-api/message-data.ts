import type { PollVote } from '../../core/messages/poll.js'
import type { UndecryptableReason } from '../../core/events/event.js'
import { assertNever } from '../assert-never.js'
import type { ButtonsData, InteractiveButtons, ListData, ReplyData, TemplateData } from './button-data.js'
import { vendorId } from './chat-ids.js'
import type { FileData, FileType } from './file-data.js'
import type { QuotedMessage } from './quoted-message.js'

/** `messageData` of a notification: what the message says, and what it answers where it says so beside. */
export type MessageData = Said & { readonly quotedMessage?: QuotedMessage }

export type Said =
  | { readonly typeMessage: 'textMessage'; readonly textMessageData: { readonly textMessage: string } }
  | { readonly typeMessage: 'extendedTextMessage'; readonly extendedTextMessageData: ExtendedText }
  | { readonly typeMessage: 'quotedMessage'; readonly extendedTextMessageData: AnsweringText }
  | { readonly typeMessage: FileType; readonly fileMessageData: FileData }
  | { readonly typeMessage: 'locationMessage'; readonly locationMessageData: LocationData }
  | { readonly typeMessage: 'contactMessage'; readonly contactMessageData: ContactData & Forwarding }
  // The nested key really is called that.
  | { readonly typeMessage: 'contactsArrayMessage'; readonly messageData: ContactsData }
  | { readonly typeMessage: 'pollMessage'; readonly pollMessageData: PollData }
  | { readonly typeMessage: 'pollUpdateMessage'; readonly pollMessageData: PollVotesData }
  | { readonly typeMessage: 'groupInviteMessage'; readonly groupInviteMessageData: GroupInviteData }
  | { readonly typeMessage: 'buttonsMessage'; readonly buttonsMessage: ButtonsData }
  | { readonly typeMessage: 'templateMessage'; readonly templateMessage: TemplateData }
  | { readonly typeMessage: 'interactiveButtons'; readonly interactiveButtons: InteractiveButtons }
  | { readonly typeMessage: 'interactiveButtonsReply'; readonly interactiveButtonsReply: InteractiveButtons }
  | { readonly typeMessage: 'listMessage'; readonly listMessage: ListData }
  | ReplyData
  | { readonly typeMessage: 'reactionMessage'; readonly extendedTextMessageData: { readonly text: string } }
  | { readonly typeMessage: 'editedMessage'; readonly editedMessageData: EditedData }
  | { readonly typeMessage: 'deletedMessage'; readonly deletedMessageData: { readonly stanzaId: string } }

export interface Forwarding {
  readonly forwardingScore: number
  readonly isForwarded: boolean
}

export interface ExtendedText extends Forwarding {
  readonly text: string
  readonly description: string
  readonly title: string
  readonly previewType: 'None'
  readonly jpegThumbnail: string
}

interface AnsweringText {
  readonly text: string
  readonly stanzaId: string
  readonly participant: string
}

export interface LocationData extends Forwarding {
  readonly nameLocation: string
  readonly address: string
  readonly latitude: number
  readonly longitude: number
  readonly jpegThumbnail: string
}

export interface ContactData {
  readonly displayName: string
  readonly vcard: string
}

export interface ContactsData extends Forwarding {
  readonly contacts: readonly ContactData[]
}

export interface PollData {
  readonly name: string
  readonly options: readonly { readonly optionName: string }[]
  readonly multipleAnswers: boolean
}

export interface PollVotesData {
  readonly stanzaId: string
  readonly name: string
  readonly votes: readonly { readonly optionName: string; readonly optionVoters: readonly string[] }[]
  readonly multipleAnswers: boolean
}

export interface GroupInviteData {
  readonly groupJid: string
  readonly inviteCode: string
  /** Seconds since 1970; 0 where it was not said. */
  readonly inviteExpiration: number
  readonly groupName: string
  readonly caption: string
  readonly name: string
  readonly jpegThumbnail: string
}

interface EditedData {
  readonly textMessage?: string
  readonly caption?: string
  readonly stanzaId: string
}

/** The vendor's markers for what did not reach it; bots compare them with the whole text. */
export const markers = {
  /** Came empty: it is on the phone only, and the sender may be asked to send it again. */
  notHere: '{{SWE001}}',
  /** A file that has to be looked at on the phone. */
  fileNotHere: '{{SWE002}}',
  /** Keys that no longer fit. */
  badKeys: '{{SWE003}}',
} as const

export function plainText(textMessage: string): Said {
  return { typeMessage: 'textMessage', textMessageData: { textMessage } }
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

/**
 * Taken back: the vendor's page shows reactions only, and WhatsApp's own stanza has an empty text then.
 * @param participant who wrote the message that was reacted to, in the vendor's spelling; empty where that is not known
 */
export function reactionData(target: string, emoji: string | null, participant: string): MessageData {
  return {
    typeMessage: 'reactionMessage',
    extendedTextMessageData: { text: emoji ?? '' },
    quotedMessage: { stanzaId: target, ...(participant !== '' && { participant }) },
  }
}

/** Another text of a message, or another caption of a file. */
export function editedData(
  target: string,
  content: { readonly text?: string; readonly caption?: string },
): MessageData {
  const { text, caption } = content
  return {
    typeMessage: 'editedMessage',
    editedMessageData: {
      ...(text !== undefined && { textMessage: text }),
      ...(caption !== undefined && { caption }),
      stanzaId: target,
    },
  }
}

export function deletedData(target: string): MessageData {
  return { typeMessage: 'deletedMessage', deletedMessageData: { stanzaId: target } }
}

export function votesData(target: string, { question, multiple, tally }: PollVote): MessageData {
  return {
    typeMessage: 'pollUpdateMessage',
    pollMessageData: {
      stanzaId: target,
      name: question,
      votes: tally.map(({ option, voters }) => ({ optionName: option, optionVoters: voters.map(vendorId) })),
      multipleAnswers: multiple,
    },
  }
}
