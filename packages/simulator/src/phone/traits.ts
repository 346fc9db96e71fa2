import { normalizeMessageContent, proto } from 'baileys'

/** What the server may know of a message: the outside of it that follows from the inside. */
export interface Traits {
  /** `type` of the stanza. */
  readonly type: string
  /** `1` edits, `7` revokes one's own message, `8` an admin revokes another's. */
  readonly edit?: string
  /** Of each `enc`. */
  readonly enc: Readonly<Record<string, string>>
}

const protocol = proto.Message.ProtocolMessage.Type

export function traitsOf(message: proto.IMessage): Traits {
  const inner = normalizeMessageContent(message) ?? message
  // Without this a device that fails to decrypt would show a message that never appears.
  if (inner.reactionMessage) return { type: 'reaction', enc: { 'decrypt-fail': 'hide' } }
  if (inner.pollCreationMessage ?? inner.pollCreationMessageV2 ?? inner.pollCreationMessageV3) {
    return { type: 'poll', enc: {} }
  }
  const mediatype = mediaTypeOf(inner)
  if (mediatype !== undefined) return { type: 'media', enc: { mediatype } }
  const edit = editOf(inner.protocolMessage)
  return edit === undefined ? { type: 'text', enc: {} } : { type: 'text', edit, enc: { 'decrypt-fail': 'hide' } }
}

function mediaTypeOf(message: proto.IMessage): string | undefined {
  if (message.imageMessage) return 'image'
  if (message.videoMessage) return 'video'
  if (message.audioMessage) return message.audioMessage.ptt ? 'ptt' : 'audio'
  if (message.documentMessage) return 'document'
  if (message.stickerMessage) return 'sticker'
  if (message.contactMessage) return 'vcard'
  return message.locationMessage ? 'location' : undefined
}

function editOf(message: proto.Message.IProtocolMessage | null | undefined): string | undefined {
  if (message?.type === protocol.MESSAGE_EDIT) return '1'
  if (message?.type !== protocol.REVOKE) return undefined
  return message.key?.fromMe === false ? '8' : '7'
}
