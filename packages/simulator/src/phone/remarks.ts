import { normalizeMessageContent, proto } from 'baileys'
import { SimulatorError } from '../errors.js'
import type { MenuOption } from '../phone-content.js'
import { withContext } from './context.js'
import { nativeFlowOptions, optionsOf, templateIn } from './options.js'

const protocol = proto.Message.ProtocolMessage.Type

export function reaction(key: proto.IMessageKey, emoji: string): proto.IMessage {
  return { reactionMessage: { key, text: emoji, senderTimestampMs: Date.now() } }
}

/** `original`: what it was. Of pictures, films and documents the caption is replaced. */
export function edit(key: proto.IMessageKey, original: proto.IMessage, text: string): proto.IMessage {
  const content = normalizeMessageContent(original) ?? original
  const captioned = (['imageMessage', 'videoMessage', 'documentMessage'] as const).find((name) => content[name])
  const editedMessage = captioned ? { [captioned]: { ...content[captioned], caption: text } } : { conversation: text }
  return { protocolMessage: { type: protocol.MESSAGE_EDIT, key, editedMessage, timestampMs: Date.now() } }
}

export function revocation(key: proto.IMessageKey): proto.IMessage {
  return { protocolMessage: { type: protocol.REVOKE, key } }
}

/** `seconds`: how long it stays pinned; 0 takes the pin away. */
export function pin(key: proto.IMessageKey, seconds: number): proto.IMessage {
  const { PIN_FOR_ALL, UNPIN_FOR_ALL } = proto.Message.PinInChatMessage.Type
  const type = seconds > 0 ? PIN_FOR_ALL : UNPIN_FOR_ALL
  return {
    pinInChatMessage: { key, type, senderTimestampMs: Date.now() },
    messageContextInfo: { messageAddOnDurationInSecs: seconds },
  }
}

/** `seconds`: after which messages of the chat disappear; 0 ends that. */
export function timer(seconds: number): proto.IMessage {
  return { protocolMessage: { type: protocol.EPHEMERAL_SETTING, ephemeralExpiration: seconds } }
}

/** What a phone says when somebody taps an option of a list, buttons, a template or an interactive message. */
export function choice(original: proto.IMessage, id: string, context: proto.IContextInfo): proto.IMessage {
  const content = normalizeMessageContent(original) ?? original
  const option = optionsOf(content)?.find((one) => one.id === id)
  const answer = option && answerTo(content, option)
  if (answer === undefined) throw new SimulatorError('bad-choice', `the message offers no option ${id}`)
  return withContext(answer, context)
}

function answerTo(content: proto.IMessage, { id, text }: MenuOption): proto.IMessage | undefined {
  if (content.listMessage) {
    const listType = proto.Message.ListResponseMessage.ListType.SINGLE_SELECT
    return { listResponseMessage: { title: text, listType, singleSelectReply: { selectedRowId: id } } }
  }
  if (content.buttonsMessage) {
    const type = proto.Message.ButtonsResponseMessage.Type.DISPLAY_TEXT
    return { buttonsResponseMessage: { selectedButtonId: id, selectedDisplayText: text, type } }
  }
  if (content.templateMessage) {
    const buttons = templateIn(content.templateMessage)?.hydratedButtons ?? []
    const selectedIndex = buttons.find(({ quickReplyButton: reply }) => reply?.id === id)?.index ?? 0
    return { templateButtonReplyMessage: { selectedId: id, selectedDisplayText: text, selectedIndex } }
  }
  const button = content.interactiveMessage?.nativeFlowMessage?.buttons?.find((one) =>
    nativeFlowOptions(one).some((option) => option.id === id),
  )
  if (!button) return undefined
  // A row of a list is answered under a name of its own.
  const name = button.name === 'single_select' ? 'menu_options' : (button.name ?? '')
  const nativeFlowResponseMessage = { name, paramsJson: JSON.stringify({ id }), version: 3 }
  return { interactiveResponseMessage: { body: { text }, nativeFlowResponseMessage } }
}
