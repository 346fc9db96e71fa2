import type { Static } from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { MessageWish } from '../../core/gateway.js'
import type { MediaId } from '../../core/ids.js'
import type { ContactCard } from '../../core/messages/content.js'
import { longestText } from '../../core/messages/message.js'
import type { FileWish, WishContent } from '../../core/messages/wish.js'
import { type ContactsBody, type ContentBody, type FileBody, isFileBody } from './content-bodies.js'
import type { SendMessageBody } from './message-bodies.js'
import { readPhone } from './requests.js'
import { vcard } from './vcard.js'

/** Brings the file of a message here, wherever it is. */
export type FindFile = (file: FileBody) => Promise<MediaId>

/** The file is found last, when nothing else is wrong with the message. */
export async function readMessage(
  body: SendMessageBody,
  idempotencyKey: string | undefined,
  find: FindFile,
): Promise<MessageWish> {
  const { to, replyTo, mentions, typing, audience } = body
  return {
    to,
    content: await readContent(body, find),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mentions === undefined ? {} : { mentions }),
    ...(typing === undefined ? {} : { typing }),
    ...(audience === undefined ? {} : { audience }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
}

async function readContent({ text, content }: SendMessageBody, find: FindFile): Promise<WishContent> {
  if (text !== undefined && content === undefined) return { kind: 'text', text: readText(text, 'text') }
  if (content !== undefined && text === undefined) return readKind(content, find)
  throw new GatewayError('bad-request', 'Send either "text" or "content".', {
    field: text === undefined ? 'text' : 'content',
  })
}

async function readKind(content: ContentBody, find: FindFile): Promise<WishContent> {
  if (isFileBody(content)) return { ...readFile(content), media: await find(content) }
  switch (content.kind) {
    case 'text':
      readText(content.text, 'content.text')
      return content
    case 'contacts':
      return { kind: 'contacts', contacts: content.contacts.map(readCard) }
    case 'poll':
      return { ...content, multiple: content.multiple ?? false }
    case 'group-invite':
      return { ...content, expiresAt: content.expiresAt ?? null }
    default:
      return content
  }
}

export function readText(text: string, field: string): string {
  if (text.length <= longestText) return text
  throw new GatewayError('content-too-large', `A text has at most ${longestText} characters.`, { field })
}

function readFile({ kind, name, caption, viewOnce, background }: FileBody): Omit<FileWish, 'media'> {
  return {
    kind: kind === 'file' ? 'auto' : kind,
    ...(name === undefined ? {} : { name }),
    ...(caption === undefined ? {} : { caption: readText(caption, 'content.caption') }),
    ...(viewOnce === undefined ? {} : { viewOnce }),
    ...(background === undefined ? {} : { background }),
  }
}

function readCard(
  { name, phone, organization, vcard: ready }: Static<typeof ContactsBody>['contacts'][number],
  i: number,
): ContactCard {
  const field = `content.contacts.${i}`
  if (ready !== undefined && phone === undefined && organization === undefined) return { name, vcard: ready }
  if (phone !== undefined && ready === undefined)
    return { name, vcard: vcard(name, readPhone(phone, `${field}.phone`), organization) }
  throw new GatewayError('bad-request', 'A contact has either a "phone" or a "vcard".', {
    field: `${field}.${ready === undefined ? 'phone' : 'vcard'}`,
  })
}
