import type { MessageWish } from '../../core/gateway.js'
import type { LinkPreview } from '../../core/messages/content.js'
import type { Typing } from '../../core/messages/message.js'
import { readChat, readRecipient } from './addressees.js'
import { type Fields, flagIfGiven, given, inner, integer, list, oneOfIfGiven, text, textIfGiven } from './fields.js'

export const longestMessage = 20_000
const [shortestTyping, longestTyping] = [1_000, 20_000]

/** What every method of sending has besides what is sent. */
export type Envelope = Omit<MessageWish, 'content'>

export function readEnvelope(fields: Fields): Envelope {
  const [to, replyTo, typing] = [readRecipient(fields), textIfGiven(fields, 'quotedMessageId'), readTyping(fields)]
  return { to, ...(replyTo !== undefined && { replyTo }), ...(typing !== undefined && { typing }) }
}

/** How long it is shown that somebody writes, or speaks. */
export function readTyping(fields: Fields): Typing | undefined {
  const as = oneOfIfGiven(fields, 'typingType', ['recording', 'composing'])
  if (!given(fields, 'typingTime')) return undefined
  return { as: as ?? 'composing', ms: integer(fields, 'typingTime', shortestTyping, longestTyping) }
}

export function readText(fields: Fields): MessageWish {
  const body = text(fields, 'message', longestMessage)
  const preview = readPreview(fields)
  return {
    ...readEnvelope(fields),
    content: { kind: 'text', text: body, ...(preview !== undefined && { preview }) },
  }
}

/** Where the picture of a preview is, unless the request has the picture itself. */
export function readPreviewPicture(fields: Fields): string | undefined {
  if (!given(fields, 'customPreview')) return undefined
  const custom = inner(fields.customPreview, 'customPreview')
  return given(custom, 'customPreview.jpegThumbnail') ? undefined : textIfGiven(custom, 'customPreview.urlFile')
}

/** The deprecated method whose message is a link alone. */
export function readLink(fields: Fields): MessageWish {
  return {
    ...readEnvelope(fields),
    content: { kind: 'text', text: text(fields, 'urlLink', longestMessage), preview: true },
  }
}

function readPreview(fields: Fields): boolean | LinkPreview | undefined {
  const shown = flagIfGiven(fields, 'linkPreview')
  const size = oneOfIfGiven(fields, 'typePreview', ['large', 'small'])
  if (shown === false || !given(fields, 'customPreview')) return shown
  const custom = inner(fields.customPreview, 'customPreview')
  return {
    url: textIfGiven(custom, 'customPreview.link') ?? linkIn(text(fields, 'message')),
    title: text(custom, 'customPreview.title'),
    description: textIfGiven(custom, 'customPreview.description') ?? null,
    thumbnail: textIfGiven(custom, 'customPreview.jpegThumbnail') ?? null,
    ...(size === 'large' && { large: true }),
  }
}

function linkIn(message: string): string {
  return /\bhttps?:\/\/\S+/i.exec(message)?.[0] ?? ''
}

export interface ForwardRequest {
  readonly from: string
  readonly to: string
  readonly messages: readonly string[]
  readonly typing?: Typing
}

export function readForward(fields: Fields): ForwardRequest {
  const typing = readTyping(fields)
  const messages = list(fields, 'messages', 1, 100).map((id, index) => {
    const path = `messages[${index}]`
    return text({ [path]: id }, path)
  })
  return {
    to: readChat(fields),
    from: readChat(fields, 'chatIdFrom'),
    messages,
    ...(typing !== undefined && { typing }),
  }
}

export interface EditRequest {
  readonly to: string
  readonly idMessage: string
  readonly text: string
}

export function readEdit(fields: Fields): EditRequest {
  return {
    to: readChat(fields),
    idMessage: text(fields, 'idMessage'),
    text: text(fields, 'message', longestMessage),
  }
}

export interface MessageAddress {
  readonly chat: string
  readonly idMessage: string
}

/** One message of a chat. */
export function readMessageAddress(fields: Fields): MessageAddress {
  return { chat: readChat(fields), idMessage: text(fields, 'idMessage') }
}
