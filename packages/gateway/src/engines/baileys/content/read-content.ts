import type { proto } from 'baileys'
import type { Content, ContentContext, Quoted } from '../../../core/messages/content.js'
import { bounds, cut, finite, first } from './bounds.js'
import { readPlainButtons, readPlainReply, readTemplate, readTemplateReply } from './buttons.js'
import { readContact, readContacts } from './contacts.js'
import { readAudio, readDocument, readImage, readSticker, readVideo } from './files.js'
import { readGroupInvite } from './group-invite.js'
import { readList, readListReply } from './lists.js'
import { readInteractive, readInteractiveReply } from './native-flow.js'
import { readLiveLocation, readLocation } from './places.js'
import { readPoll } from './poll.js'
import type { Reading } from './reading.js'
import { readText } from './text.js'
import { kindsOf, unwrap, type Unwrapped } from './unwrap.js'

/** What a message of one kind says; undefined when it turns out to say something that is not carried. */
type Reader<Kind extends keyof proto.IMessage> = (
  message: NonNullable<proto.IMessage[Kind]>,
  reading: Reading,
) => Content | undefined

type Readers = { readonly [Kind in keyof proto.IMessage]?: Reader<Kind> }

const readers: Readers = {
  conversation: (text) => ({ kind: 'text', text: cut(text, bounds.text) }),
  extendedTextMessage: readText,
  imageMessage: readImage,
  videoMessage: (message, reading) => readVideo(message, reading),
  ptvMessage: (message, reading) => readVideo(message, reading, 'video-note'),
  audioMessage: readAudio,
  documentMessage: readDocument,
  stickerMessage: readSticker,
  locationMessage: readLocation,
  liveLocationMessage: readLiveLocation,
  contactMessage: readContact,
  contactsArrayMessage: readContacts,
  pollCreationMessage: readPoll,
  pollCreationMessageV2: readPoll,
  pollCreationMessageV3: readPoll,
  pollCreationMessageV5: readPoll,
  groupInviteMessage: readGroupInvite,
  buttonsMessage: readPlainButtons,
  buttonsResponseMessage: readPlainReply,
  templateMessage: readTemplate,
  templateButtonReplyMessage: readTemplateReply,
  highlyStructuredMessage: ({ hydratedHsm }) => (hydratedHsm ? readTemplate(hydratedHsm) : undefined),
  interactiveMessage: readInteractive,
  interactiveResponseMessage: readInteractiveReply,
  listMessage: readList,
  listResponseMessage: readListReply,
}

/** What a message says, and in which connection; undefined for one in which nobody says anything. */
export function readContent({ body, viewOnce }: Unwrapped, reading: Reading): Content | undefined {
  if (body.commentMessage) return readComment(body.commentMessage, reading)
  const plain = readPlain(body, reading)
  if (!plain) return undefined
  const content = viewOnce && 'file' in plain.content ? { ...plain.content, viewOnce: true as const } : plain.content
  return { ...content, ...readContext(plain.context, reading) }
}

interface Plain {
  readonly content: Content
  readonly context: proto.IContextInfo | undefined
}

function readPlain(body: proto.IMessage, reading: Reading): Plain | undefined {
  const kinds = kindsOf(body)
  for (const kind of kinds) {
    const message = (body as Named<unknown>)[kind]
    const content = (readers as Named<Reader<keyof proto.IMessage>>)[kind]?.(message as never, reading)
    if (content) return { content, context: contextOf(message) }
  }
  const [type] = kinds
  if (type === undefined) return undefined
  return { content: { kind: 'unsupported', type }, context: contextOf((body as Named<unknown>)[type]) }
}

/** The table above sees to it that a reader meets the message of its own kind, which this look-up cannot know. */
type Named<Value> = Readonly<Record<string, Value | undefined>>

function contextOf(message: unknown): proto.IContextInfo | undefined {
  if (typeof message !== 'object' || message === null || !('contextInfo' in message)) return undefined
  return (message.contextInfo as proto.IContextInfo | null) ?? undefined
}

function readContext(info: proto.IContextInfo | undefined, reading: Reading): ContentContext {
  if (!info) return {}
  const mentions = first(info.mentionedJid, bounds.mentions).map((jid) => reading.nameOf(cut(jid, bounds.jid)))
  const score = finite(info.forwardingScore) ?? 0
  const expiresIn = finite(info.expiration) ?? 0
  const quoted = readQuoted(info, reading)
  return {
    ...(quoted && { quoted }),
    ...(mentions.length > 0 && { mentions }),
    ...((info.isForwarded === true || score > 0) && { forwarded: { score: Math.max(1, score) } }),
    ...(expiresIn > 0 && { expiresIn }),
  }
}

function readQuoted(info: proto.IContextInfo, reading: Reading): Quoted | undefined {
  const { stanzaId, participant, remoteJid, quotedMessage } = info
  if (!stanzaId) return undefined
  const id = cut(stanzaId, bounds.jid)
  const author = participant ? cut(participant, bounds.jid) : null
  const origin = {
    id,
    chat: remoteJid ? cut(remoteJid, bounds.jid) : reading.origin.chat,
    fromMe: author !== null && reading.isMe(author),
    participant: author,
  }
  // What it quotes in its turn is left out, and with it whatever somebody may have stacked up in there.
  const content = quotedMessage ? readPlain(unwrap(quotedMessage).body, { ...reading, origin })?.content : undefined
  return { id, sender: author === null ? null : reading.nameOf(author), content: content ?? null }
}

/** Says something about a message of a channel or community, which it quotes without showing it. */
function readComment({ message, targetMessageKey }: proto.Message.ICommentMessage, reading: Reading): Content {
  const content = message && readPlain(unwrap(message).body, reading)?.content
  if (!content) return { kind: 'unsupported', type: 'commentMessage' }
  if (!targetMessageKey?.id) return content
  const { id, participant } = targetMessageKey
  const sender = participant ? reading.nameOf(cut(participant, bounds.jid)) : null
  return { ...content, quoted: { id: cut(id, bounds.jid), sender, content: null } }
}
