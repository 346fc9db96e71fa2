import type { MessageAct } from '../../core/messages/act.js'
import { isAct } from '../../core/messages/act.js'
import { type Content, type ContactsContent, isFile, type TextContent } from '../../core/messages/content.js'
import type { OutgoingMessage } from '../../core/messages/message.js'
import { interactiveButton } from './button-data.js'
import { isNamed, vendorId } from './chat-ids.js'
import type { MediaUrl } from './file-data.js'
import type { Method, Room } from './room.js'
import { fontNames } from './status-fonts.js'

const mostShown = 10_000

/** What waits to be sent. */
export function outgoingQueueMethods({ gateway: { messages, media } }: Room): readonly Method[] {
  return [
    {
      name: 'showMessagesQueue',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance }) {
        const waiting = await messages.queued(caller, instance, mostShown)
        return waiting.map((message) => queuedReply(message, (id) => media.url(id))).filter((one) => one !== null)
      },
    },
    {
      name: 'clearMessagesQueue',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance }) {
        await messages.clear(caller, instance)
        return { isCleared: true }
      },
    },
  ]
}

interface Request {
  readonly type: string
  readonly body: object
}

/** A message as the request of this vendor that would send it; null for what it has no method for. */
function queuedReply(message: OutgoingMessage, url: MediaUrl): (Request & { messageID: string }) | null {
  const { id, chat, content } = message
  const request = isNamed(chat) ? chatRequest(content, url) : statusRequest(message, url)
  if (request === null) return null
  const body = isNamed(chat) ? { chatId: vendorId(chat), ...request.body } : request.body
  return { messageID: id, type: request.type, body }
}

function chatRequest(content: Content | MessageAct, url: MediaUrl): Request | null {
  if (isAct(content)) return actRequest(content)
  const request = contentRequest(content, url)
  if (request === null || content.quoted === undefined) return request
  return { ...request, body: { ...request.body, quotedMessageId: content.quoted.id } }
}

function contentRequest(content: Content, url: MediaUrl): Request | null {
  if (isFile(content)) return { type: 'sendFileByUrl', body: fileBody(content, url) }
  switch (content.kind) {
    case 'text':
      return { type: 'sendMessage', body: { message: content.text } }
    case 'poll': {
      const options = content.options.map((optionName) => ({ optionName }))
      return { type: 'sendPoll', body: { message: content.question, options, multipleAnswers: content.multiple } }
    }
    case 'location': {
      const { latitude, longitude, name, address } = content
      return { type: 'sendLocation', body: { nameLocation: name ?? '', address: address ?? '', latitude, longitude } }
    }
    case 'contacts':
      return { type: 'sendContact', body: { contact: contactBody(content) } }
    case 'buttons': {
      const isReply = content.buttons.every(({ kind }) => kind === 'reply')
      const { header = '', text, footer = '' } = content
      const buttons = content.buttons.map(interactiveButton)
      const type = isReply ? 'sendInteractiveButtonsReply' : 'sendInteractiveButtons'
      return { type, body: { header, body: text, footer, buttons } }
    }
    default:
      return null
  }
}

function actRequest(act: MessageAct): Request | null {
  switch (act.kind) {
    case 'edit':
      return { type: 'editMessage', body: { idMessage: act.target.id, message: act.content.text } }
    case 'delete':
      return { type: 'deleteMessage', body: { idMessage: act.target.id } }
    default:
      return null
  }
}

function statusRequest({ content, audience }: OutgoingMessage, url: MediaUrl): Request | null {
  const participants = (audience ?? []).map(vendorId)
  if (isAct(content)) return content.kind === 'delete' ? deletedStatus(content) : null
  if (content.kind === 'text') return { type: 'sendTextStatus', body: { ...textStatus(content), participants } }
  if (!isFile(content)) return null
  const type = content.kind === 'voice' ? 'sendVoiceStatus' : 'sendMediaStatus'
  return { type, body: { ...fileBody(content, url), participants } }
}

function deletedStatus({ target }: Extract<MessageAct, { kind: 'delete' }>): Request {
  return { type: 'deleteStatus', body: { idMessage: target.id } }
}

function textStatus({ text, style }: TextContent): object {
  if (style === undefined) return { message: text }
  return { message: text, backgroundColor: style.background, font: fontNames.get(style.font) ?? '' }
}

function fileBody(content: Extract<Content, { file: unknown }>, url: MediaUrl): object {
  const { file, caption = '' } = content
  return { urlFile: url(file.id), fileName: file.name ?? '', caption }
}

/** The number and the name that stand on the card. */
function contactBody({ contacts: [card] }: ContactsContent): object {
  const phone = /waid=(\d+)/.exec(card?.vcard ?? '')?.[1]
  return { ...(phone !== undefined && { phoneContact: Number(phone) }), firstName: card?.name ?? '' }
}
