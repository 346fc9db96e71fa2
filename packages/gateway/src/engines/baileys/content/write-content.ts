import type { proto } from 'baileys'
import type { Content, Quoted } from '../../../core/messages/content.js'
import type { RemoteFile } from '../media/handle.js'
import { unpackHandle } from '../media/handle.js'
import { writeButtonReply, writeButtons } from './buttons.js'
import { writeContacts } from './contacts.js'
import { writeFile } from './file-messages.js'
import { writeGroupInvite } from './group-invite.js'
import { writeList, writeListReply } from './lists.js'
import { writeLiveLocation, writeLocation } from './places.js'
import { writePoll } from './poll.js'
import { writeText } from './text.js'
import { kindsOf, unwrap } from './unwrap.js'

/** How people are named in a message that goes out. */
export interface Writing {
  /** A person as the members of this chat name them; null: the account itself. */
  readonly addressOf: (jid: string | null) => string
  /** The chat that it goes to. */
  readonly chat: string
}

/**
 * The message that says this; undefined for what is not carried.
 * @param remote where its file is
 */
export function writeContent(content: Content, writing: Writing, remote?: RemoteFile): proto.IMessage | undefined {
  const message = writePlain(content, remote)
  return message && inContext(message, writeContext(content, writing))
}

function writePlain(content: Content, remote?: RemoteFile): proto.IMessage | undefined {
  switch (content.kind) {
    case 'text':
      return writeText(content)
    case 'location':
      return writeLocation(content)
    case 'live-location':
      return writeLiveLocation(content)
    case 'contacts':
      return writeContacts(content)
    case 'poll':
      return writePoll(content)
    case 'group-invite':
      return writeGroupInvite(content)
    case 'buttons':
      return writeButtons(content)
    case 'button-reply':
      return writeButtonReply(content)
    case 'list':
      return writeList(content)
    case 'list-reply':
      return writeListReply(content)
    case 'unsupported':
      return undefined
    default:
      return writeFile(content, remote)
  }
}

/** As the library's `generateWAMessageFromContent` does it. */
function writeContext(content: Content, writing: Writing): proto.IContextInfo | undefined {
  const { quoted, mentions, forwarded, expiresIn } = content
  const info: proto.IContextInfo = {
    ...(quoted && writeQuoted(quoted, writing)),
    ...(mentions && mentions.length > 0 && { mentionedJid: [...mentions] }),
    ...(forwarded && { isForwarded: true, forwardingScore: forwarded.score }),
    ...(expiresIn !== undefined && expiresIn > 0 && { expiration: expiresIn }),
  }
  return Object.keys(info).length > 0 ? info : undefined
}

function writeQuoted({ id, sender, content }: Quoted, { addressOf }: Writing): proto.IContextInfo {
  const remote = content && 'file' in content ? unpackHandle(content.file.handle ?? '')?.file : undefined
  const quotedMessage = content && writePlain(content, remote)
  return {
    stanzaId: id,
    participant: addressOf(sender),
    // Clients show nothing of a quotation without a message in it.
    quotedMessage: quotedMessage ?? { conversation: '' },
  }
}

function inContext(message: proto.IMessage, contextInfo: proto.IContextInfo | undefined): proto.IMessage {
  if (!contextInfo) return message
  const { body } = unwrap(message)
  for (const kind of kindsOf(body)) {
    const said: unknown = body[kind as keyof proto.IMessage]
    if (typeof said === 'object' && said !== null) Object.assign(said, { contextInfo })
  }
  return message
}
