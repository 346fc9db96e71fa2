import { isAct, type MessageAct, type OutgoingContent } from '../../core/messages/act.js'
import { isFile, type Content, type FileContent, type FileKind } from '../../core/messages/content.js'
import type { PollVote } from '../../core/messages/poll.js'
import type { MediaId } from '../../core/ids.js'
import { assertNever } from '../assert-never.js'
import type { Saying } from './post-back-event.js'

/** Where the file of that id can be read. */
export type MediaUrl = (id: MediaId) => string

/** What a message says: its type, what a person would read of it as `message`, and what else its kind has. */
export function contentSaying(content: Content, mediaUrl: MediaUrl): Saying {
  return { ...kindSaying(content, mediaUrl), ...contextSaying(content) }
}

/** What was sent here: said, or done to another message. */
export function outgoingSaying(content: OutgoingContent, mediaUrl: MediaUrl): Saying {
  return isAct(content) ? actSaying(content) : contentSaying(content, mediaUrl)
}

export function voteSaying({ question, chosen, tally }: PollVote, TargetID: string): Saying {
  const votes = tally.map(({ option, voters }) => ({ option, voters }))
  return { type: 'pollvote', message: question, TargetID, chosen, votes }
}

/** In the words of WhatsApp Web, where this vendor has its words from. */
const fileTypes: Record<FileKind, string> = {
  image: 'image',
  video: 'video',
  'video-note': 'ptv',
  voice: 'ptt',
  audio: 'audio',
  document: 'document',
  sticker: 'sticker',
}

function kindSaying(content: Content, mediaUrl: MediaUrl): Saying {
  if (isFile(content)) return fileSaying(content, mediaUrl)
  switch (content.kind) {
    case 'text':
      return { type: 'text', message: content.text }
    case 'location': {
      const { latitude, longitude, name = '', address = '' } = content
      return { type: 'location', message: name, latitude, longitude, address }
    }
    case 'live-location': {
      const { latitude, longitude, caption = '' } = content
      return { type: 'livelocation', message: caption, latitude, longitude }
    }
    case 'contacts': {
      const { contacts } = content
      return { type: 'vcard', message: contacts.map(({ name }) => name).join(', '), contacts }
    }
    case 'poll':
      return { type: 'poll', message: content.question, options: content.options, multiple: content.multiple }
    case 'group-invite':
      return { type: 'groupinvite', message: content.name, group: content.group, code: content.code }
    case 'buttons':
      return { type: 'buttons', message: content.text, options: content.buttons.map(({ text }) => text) }
    case 'button-reply':
      return { type: 'buttonreply', message: content.text, SelectedID: content.id }
    case 'list': {
      const options = content.sections.flatMap(({ rows }) => rows.map(({ title }) => title))
      return { type: 'list', message: content.text, options }
    }
    case 'list-reply':
      return { type: 'listreply', message: content.title, SelectedID: content.id }
    case 'unsupported':
      return { type: content.type, message: '' }
    default:
      return assertNever(content)
  }
}

/** `Url` is the vendor's word, with a capital, in its answers about files; the others are those of its requests. */
function fileSaying({ kind, file, caption, seconds, thumbnail }: FileContent, mediaUrl: MediaUrl): Saying {
  return {
    type: fileTypes[kind],
    message: caption ?? '',
    Url: mediaUrl(file.id),
    mimetype: file.mimetype,
    filename: file.name ?? '',
    jpegThumbnail: thumbnail ?? '',
    ...(seconds === undefined ? {} : { seconds }),
  }
}

function contextSaying({ quoted, forwarded }: Content): Partial<Saying> {
  return {
    ...(quoted === undefined ? {} : { QuotedID: quoted.id }),
    ...(forwarded === undefined ? {} : { isForwarded: true as const }),
  }
}

/** As the same thing is told when it comes in. */
function actSaying(act: MessageAct): Saying {
  switch (act.kind) {
    case 'reaction':
      return { type: 'reaction', message: act.emoji ?? '', TargetID: act.target.id }
    case 'edit':
      return { type: 'edit', message: act.content.text, TargetID: act.target.id }
    case 'delete':
      return { type: 'revoke', message: '', TargetID: act.target.id }
    case 'poll-vote':
      return { type: 'pollvote', message: '', TargetID: act.target.id, chosen: act.options }
    case 'pin':
      return { type: act.seconds === null ? 'unpin' : 'pin', message: '', TargetID: act.target.id }
    case 'disappearing':
      return { type: 'disappearing', message: '', seconds: act.seconds }
    default:
      return assertNever(act)
  }
}
