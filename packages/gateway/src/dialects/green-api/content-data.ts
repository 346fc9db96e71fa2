import {
  type Content,
  type ContentContext,
  type GroupInviteContent,
  isFile,
  type LiveLocationContent,
  type LocationContent,
  type TextContent,
} from '../../core/messages/content.js'
import { assertNever } from '../assert-never.js'
import { buttonReplyData, buttonsData, listData, listReplyData } from './button-data.js'
import { vendorId } from './chat-ids.js'
import { fileData, fileElsewhere, type FileType, fileTypes, type MediaUrl } from './file-data.js'
import {
  type Forwarding,
  type GroupInviteData,
  type LocationData,
  markers,
  type MessageData,
  plainText,
  type Said,
} from './message-data.js'
import { quotedMessage } from './quoted-message.js'

/** What a message says and what it answers; null where it says nothing to a person. */
export function contentData(content: Content, url: MediaUrl): MessageData | null {
  const said = saidData(content, url)
  const { quoted } = content
  if (said === null || quoted === undefined || isReplyToButtons(content)) return said
  return { ...said, quotedMessage: quotedMessage(quoted, (one) => saidData(one, url)) }
}

function saidData(content: Content, url: MediaUrl): Said | null {
  const forwarding = forwardingOf(content)
  if (isFile(content)) {
    return { typeMessage: fileTypes[content.kind], fileMessageData: fileData(content, forwarding, url) }
  }
  switch (content.kind) {
    case 'text':
      return textData(content, forwarding)
    case 'location':
    case 'live-location':
      return { typeMessage: 'locationMessage', locationMessageData: locationData(content, forwarding) }
    case 'contacts': {
      const contacts = content.contacts.map(({ name, vcard }) => ({ displayName: name, vcard }))
      const [only, ...more] = contacts
      if (only !== undefined && more.length === 0) {
        return { typeMessage: 'contactMessage', contactMessageData: { ...only, ...forwarding } }
      }
      return { typeMessage: 'contactsArrayMessage', messageData: { contacts, ...forwarding } }
    }
    case 'poll': {
      const options = content.options.map((optionName) => ({ optionName }))
      const pollMessageData = { name: content.question, options, multipleAnswers: content.multiple }
      return { typeMessage: 'pollMessage', pollMessageData }
    }
    case 'group-invite':
      return { typeMessage: 'groupInviteMessage', groupInviteMessageData: inviteData(content) }
    case 'buttons':
      return buttonsData(content, forwarding)
    case 'button-reply':
      return buttonReplyData(content)
    case 'list':
      return { typeMessage: 'listMessage', listMessage: listData(content, forwarding) }
    case 'list-reply':
      return listReplyData(content)
    case 'unsupported':
      return unsupportedData(content.type)
    default:
      return assertNever(content)
  }
}

function forwardingOf({ forwarded }: ContentContext): Forwarding {
  return { forwardingScore: forwarded?.score ?? 0, isForwarded: forwarded !== undefined }
}

function isReplyToButtons({ kind }: Content): boolean {
  return kind === 'button-reply' || kind === 'list-reply'
}

/** An answer, a text with a link or one that was passed on are each of a type of their own. */
function textData({ text, preview, quoted, forwarded }: TextContent, forwarding: Forwarding): Said {
  if (quoted !== undefined) {
    const participant = quoted.sender === null ? '' : vendorId(quoted.sender)
    return { typeMessage: 'quotedMessage', extendedTextMessageData: { text, stanzaId: quoted.id, participant } }
  }
  const isPlain = preview === undefined && forwarded === undefined && !/\bhttps?:\/\/\S/i.test(text)
  if (isPlain) return plainText(text)
  return {
    typeMessage: 'extendedTextMessage',
    extendedTextMessageData: {
      text,
      description: preview?.description ?? '',
      title: preview?.title ?? '',
      previewType: 'None',
      jpegThumbnail: preview?.thumbnail ?? '',
      ...forwarding,
    },
  }
}

/** One position of somebody on the move is a place for this vendor. */
function locationData(content: LocationContent | LiveLocationContent, forwarding: Forwarding): LocationData {
  const { latitude, longitude } = content
  const isPlace = content.kind === 'location'
  return {
    nameLocation: (isPlace ? content.name : content.caption) ?? '',
    address: (isPlace ? content.address : undefined) ?? '',
    latitude,
    longitude,
    jpegThumbnail: (isPlace ? content.thumbnail : undefined) ?? '',
    ...forwarding,
  }
}

function inviteData(content: GroupInviteContent): GroupInviteData {
  const { group, code, expiresAt, name, caption = '', thumbnail = '' } = content
  return {
    groupJid: group,
    inviteCode: code,
    inviteExpiration: expiresAt === null ? 0 : Math.floor(new Date(expiresAt).getTime() / 1000),
    groupName: name,
    caption,
    name,
    jpegThumbnail: thumbnail,
  }
}

const filesByProto: ReadonlyMap<string, FileType> = new Map([
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
function unsupportedData(type: string): Said | null {
  const typeMessage = filesByProto.get(type)
  if (typeMessage === undefined) return silentTypes.has(type) ? null : plainText(markers.notHere)
  return { typeMessage, fileMessageData: fileElsewhere(typeMessage) }
}
