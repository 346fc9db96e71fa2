import { normalizeMessageContent, proto, type BinaryNode } from 'baileys'
import { element } from '../wire/nodes.js'
import { pollIn } from './options.js'

/** What the server may know of a message: the outside of it that follows from the inside. */
export interface Traits {
  /** `type` of the stanza. */
  readonly type: string
  /** `1` edits, `2` pins, `7` revokes one's own message, `8` an admin revokes another's. */
  readonly edit?: string
  /** Of each `enc`. */
  readonly enc: Readonly<Record<string, string>>
  /** Of the `meta` beside them, if there is one. */
  readonly meta?: Readonly<Record<string, string>>
}

const protocol = proto.Message.ProtocolMessage.Type
/** Without this a device that fails to decrypt would show a message that never appears. */
const hidden = { 'decrypt-fail': 'hide' }

export function traitsOf(message: proto.IMessage): Traits {
  const inner = normalizeMessageContent(message) ?? message
  if (inner.reactionMessage) return { type: 'reaction', enc: hidden }
  if (inner.pollUpdateMessage) return { type: 'poll', enc: hidden, meta: { polltype: 'vote' } }
  if (pollIn(inner)) return { type: 'poll', enc: {}, meta: { polltype: 'creation' } }
  if (inner.eventMessage) return { type: 'event', enc: {}, meta: { event_type: 'creation' } }
  const mediatype = mediaTypeOf(inner)
  if (mediatype !== undefined) return { type: 'media', enc: { mediatype } }
  const edit = inner.pinInChatMessage ? '2' : editOf(inner.protocolMessage)
  return edit === undefined ? { type: 'text', enc: {} } : { type: 'text', edit, enc: hidden }
}

/** What goes to every device beside what is encrypted. */
export function metaOf({ meta }: Traits): BinaryNode[] {
  return meta ? [element('meta', meta)] : []
}

/** The library's `getMediaType`, and what phones say besides. */
function mediaTypeOf(message: proto.IMessage): string | undefined {
  if (message.videoMessage) return message.videoMessage.gifPlayback ? 'gif' : 'video'
  if (message.audioMessage) return message.audioMessage.ptt ? 'ptt' : 'audio'
  if (message.extendedTextMessage) return message.extendedTextMessage.title ? 'url' : undefined
  const name = Object.keys(mediaTypes).find((one) => message[one as keyof proto.IMessage])
  return name === undefined ? undefined : mediaTypes[name]
}

const mediaTypes: { readonly [Name in keyof proto.IMessage]: string } & Readonly<Record<string, string>> = {
  imageMessage: 'image',
  ptvMessage: 'ptv',
  documentMessage: 'document',
  stickerMessage: 'sticker',
  contactMessage: 'vcard',
  contactsArrayMessage: 'contact_array',
  locationMessage: 'location',
  liveLocationMessage: 'livelocation',
  groupInviteMessage: 'url',
  listMessage: 'list',
  listResponseMessage: 'list_response',
  buttonsResponseMessage: 'buttons_response',
  interactiveResponseMessage: 'native_flow_response',
  productMessage: 'product',
  orderMessage: 'order',
}

function editOf(message: proto.Message.IProtocolMessage | null | undefined): string | undefined {
  if (message?.type === protocol.MESSAGE_EDIT) return '1'
  if (message?.type !== protocol.REVOKE) return undefined
  return message.key?.fromMe === false ? '8' : '7'
}
