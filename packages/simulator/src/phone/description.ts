import { normalizeMessageContent, proto } from 'baileys'
import type { MessageKind, PhoneMessage } from '../message.js'

type Description = Pick<PhoneMessage, 'kind' | 'text' | 'about'>

const protocol = proto.Message.ProtocolMessage.Type

/** How a phone shows a message. Undefined for what devices tell each other, which no phone shows. */
export function describe(message: proto.IMessage): Description | undefined {
  const inner = normalizeMessageContent(message) ?? message
  if (inner.protocolMessage) return describeProtocol(inner.protocolMessage)
  const { reactionMessage: reaction } = inner
  if (reaction) return { kind: 'reaction', text: reaction.text ?? '', ...about(reaction.key?.id) }
  const named = nameOf(inner)
  if (named === undefined) return undefined
  const [kind, text, context] = named
  return { kind, text, ...about(context?.stanzaId) }
}

function describeProtocol({ type, key, editedMessage }: proto.Message.IProtocolMessage): Description | undefined {
  if (type === protocol.REVOKE) return { kind: 'revoke', text: '', ...about(key?.id) }
  if (type !== protocol.MESSAGE_EDIT) return undefined
  return { kind: 'edit', text: describe(editedMessage ?? {})?.text ?? '', ...about(key?.id) }
}

type Named = readonly [kind: MessageKind, text: string, context?: proto.IContextInfo | null | undefined]

function nameOf(message: proto.IMessage): Named | undefined {
  const { extendedTextMessage: text, locationMessage: location, contactMessage: contact } = message
  if (message.conversation) return ['text', message.conversation]
  if (text) return ['text', text.text ?? '', text.contextInfo]
  if (location) return ['location', location.name ?? '', location.contextInfo]
  if (contact) return ['contact', contact.displayName ?? '', contact.contextInfo]
  const poll = message.pollCreationMessage ?? message.pollCreationMessageV2 ?? message.pollCreationMessageV3
  if (poll) return ['poll', poll.name ?? '', poll.contextInfo]
  return nameOfMedia(message) ?? nameOfOther(message)
}

function nameOfMedia({
  imageMessage: image,
  videoMessage: video,
  audioMessage: audio,
  documentMessage: document,
  stickerMessage: sticker,
}: proto.IMessage): Named | undefined {
  if (image) return ['image', image.caption ?? '', image.contextInfo]
  if (video) return ['video', video.caption ?? '', video.contextInfo]
  if (audio) return ['audio', '', audio.contextInfo]
  if (document) return ['document', document.caption ?? document.fileName ?? '', document.contextInfo]
  if (sticker) return ['sticker', '', sticker.contextInfo]
  return undefined
}

/** Keys for a group and the like travel beside content, or alone; then there is nothing to show. */
function nameOfOther(message: proto.IMessage): Named | undefined {
  const beside = new Set(['senderKeyDistributionMessage', 'messageContextInfo'])
  const present = Object.entries(message).filter(([, value]) => value !== null && value !== undefined)
  const other = present.find(([name]) => !beside.has(name))
  if (other !== undefined) return ['other', `[${other[0]}]`]
  return present.length > 0 ? undefined : ['other', '']
}

function about(id: string | null | undefined): { about?: string } {
  return id ? { about: id } : {}
}
