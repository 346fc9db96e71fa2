import { proto } from 'baileys'
import type { MessageAct, MessageRef } from '../../../core/messages/act.js'
import { writeText } from '../content/text.js'
import { unwrap } from '../content/unwrap.js'
import type { Writing } from '../content/write-content.js'
import { hasMembers } from './writing.js'

/** What is done to a message as a message itself, as the library's `generateWAMessageContent` makes it; votes apart. */
export function writeAct(
  act: Exclude<MessageAct, { kind: 'poll-vote' }>,
  writing: Writing,
  original: proto.IMessage | undefined,
): proto.IMessage {
  const { Type } = proto.Message.ProtocolMessage
  switch (act.kind) {
    case 'reaction':
      return {
        reactionMessage: { key: keyOf(act.target, writing), text: act.emoji ?? '', senderTimestampMs: Date.now() },
      }
    case 'edit':
      return {
        protocolMessage: {
          key: keyOf(act.target, writing),
          type: Type.MESSAGE_EDIT,
          editedMessage: editedOf(original, act.content.text) ?? writeText(act.content),
          timestampMs: Date.now(),
        },
      }
    case 'delete':
      return { protocolMessage: { key: keyOf(act.target, writing), type: Type.REVOKE } }
    case 'pin':
      return writePin(act.target, act.seconds, writing)
    case 'disappearing':
      return {
        ephemeralMessage: {
          message: { protocolMessage: { type: Type.EPHEMERAL_SETTING, ephemeralExpiration: act.seconds } },
        },
      }
  }
}

function writePin(target: MessageRef, seconds: number | null, writing: Writing): proto.IMessage {
  const { Type } = proto.Message.PinInChatMessage
  return {
    pinInChatMessage: {
      key: keyOf(target, writing),
      type: seconds === null ? Type.UNPIN_FOR_ALL : Type.PIN_FOR_ALL,
      senderTimestampMs: Date.now(),
    },
    messageContextInfo: { messageAddOnDurationInSecs: seconds ?? 0 },
  }
}

/** A file whose caption is edited goes along, so that it is not taken for a text. */
function editedOf(original: proto.IMessage | undefined, caption: string): proto.IMessage | undefined {
  if (!original) return undefined
  const { imageMessage, videoMessage, documentMessage } = unwrap(original).body
  if (imageMessage) return { imageMessage: { ...imageMessage, caption } }
  if (videoMessage) return { videoMessage: { ...videoMessage, caption } }
  return documentMessage ? { documentMessage: { ...documentMessage, caption } } : undefined
}

/** A message as the members of its chat name it. */
export function keyOf({ id, sender }: MessageRef, { chat, addressOf }: Writing): proto.IMessageKey {
  const participant = hasMembers(chat) ? { participant: addressOf(sender) } : {}
  return { remoteJid: chat, fromMe: sender === null, id, ...participant }
}
