import { proto } from 'baileys'
import type { Button, ButtonReplyContent, ButtonsContent } from '../../../core/messages/content.js'
import { bounds, cut, finite, first, given } from './bounds.js'
import { readFlowButton, writeInteractive } from './native-flow.js'

export function readPlainButtons(message: proto.Message.IButtonsMessage): ButtonsContent {
  return {
    kind: 'buttons',
    style: 'plain',
    ...given('header', message.text, bounds.line),
    text: cut(message.contentText, bounds.text),
    ...given('footer', message.footerText, bounds.line),
    buttons: first(message.buttons, bounds.buttons).flatMap(readPlainButton),
  }
}

function readPlainButton({ buttonId, buttonText, nativeFlowInfo }: proto.Message.ButtonsMessage.IButton): Button[] {
  if (nativeFlowInfo) return [readFlowButton(nativeFlowInfo.name, nativeFlowInfo.paramsJson)]
  return [{ kind: 'reply', id: cut(buttonId, bounds.line), text: cut(buttonText?.displayText, bounds.line) }]
}

/** Nothing for a template that only names what to show, which only WhatsApp can fill in. */
export function readTemplate(message: proto.Message.ITemplateMessage): ButtonsContent | undefined {
  const template = message.hydratedTemplate ?? message.hydratedFourRowTemplate
  if (!template) return undefined
  return {
    kind: 'buttons',
    style: 'template',
    ...given('header', template.hydratedTitleText, bounds.line),
    text: cut(template.hydratedContentText, bounds.text),
    ...given('footer', template.hydratedFooterText, bounds.line),
    buttons: first(template.hydratedButtons, bounds.buttons).flatMap(readTemplateButton),
  }
}

function readTemplateButton(button: proto.IHydratedTemplateButton): Button[] {
  const { quickReplyButton: reply, urlButton: url, callButton: call } = button
  if (reply) return [{ kind: 'reply', id: cut(reply.id, bounds.line), text: cut(reply.displayText, bounds.line) }]
  if (url) return [{ kind: 'url', text: cut(url.displayText, bounds.line), url: cut(url.url, bounds.url) }]
  if (call)
    return [{ kind: 'call', text: cut(call.displayText, bounds.line), phone: cut(call.phoneNumber, bounds.line) }]
  return []
}

export function readPlainReply(message: proto.Message.IButtonsResponseMessage): ButtonReplyContent {
  return {
    kind: 'button-reply',
    style: 'plain',
    id: cut(message.selectedButtonId, bounds.line),
    text: cut(message.selectedDisplayText, bounds.line),
  }
}

export function readTemplateReply(message: proto.Message.ITemplateButtonReplyMessage): ButtonReplyContent {
  const index = finite(message.selectedIndex)
  return {
    kind: 'button-reply',
    style: 'template',
    id: cut(message.selectedId, bounds.line),
    text: cut(message.selectedDisplayText, bounds.line),
    ...(index !== undefined && { index }),
  }
}

export function writeButtons(content: ButtonsContent): proto.IMessage {
  switch (content.style) {
    case 'plain':
      return { buttonsMessage: plainButtons(content) }
    case 'template':
      return { templateMessage: { hydratedTemplate: template(content) } }
    case 'interactive':
      return { interactiveMessage: writeInteractive(content) }
  }
}

function plainButtons({ header, text, footer, buttons }: ButtonsContent): proto.Message.IButtonsMessage {
  const { HeaderType, Button: PlainButton } = proto.Message.ButtonsMessage
  return {
    contentText: text,
    headerType: header === undefined ? HeaderType.EMPTY : HeaderType.TEXT,
    ...(header !== undefined && { text: header }),
    ...(footer !== undefined && { footerText: footer }),
    // Only what answers has a place here.
    buttons: buttons.flatMap((button) =>
      button.kind === 'reply'
        ? [{ buttonId: button.id, buttonText: { displayText: button.text }, type: PlainButton.Type.RESPONSE }]
        : [],
    ),
  }
}

function template({
  header,
  text,
  footer,
  buttons,
}: ButtonsContent): proto.Message.TemplateMessage.IHydratedFourRowTemplate {
  return {
    hydratedContentText: text,
    ...(header !== undefined && { hydratedTitleText: header }),
    ...(footer !== undefined && { hydratedFooterText: footer }),
    hydratedButtons: buttons.map((button, index) => ({ index, ...templateButton(button) })),
  }
}

function templateButton(button: Button): proto.IHydratedTemplateButton {
  const { text: displayText } = button
  switch (button.kind) {
    case 'reply':
      return { quickReplyButton: { displayText, id: button.id } }
    case 'url':
      return { urlButton: { displayText, url: button.url } }
    case 'call':
      return { callButton: { displayText, phoneNumber: button.phone } }
    case 'copy':
      // A template has no such button; what would be copied comes back as the answer.
      return { quickReplyButton: { displayText, id: button.code } }
  }
}

export function writeButtonReply({ style, id, text, index }: ButtonReplyContent): proto.IMessage {
  switch (style) {
    case 'plain':
      return {
        buttonsResponseMessage: {
          selectedButtonId: id,
          selectedDisplayText: text,
          type: proto.Message.ButtonsResponseMessage.Type.DISPLAY_TEXT,
        },
      }
    case 'template':
      return { templateButtonReplyMessage: { selectedId: id, selectedDisplayText: text, selectedIndex: index ?? 0 } }
    case 'interactive':
      return {
        interactiveResponseMessage: {
          body: { text },
          nativeFlowResponseMessage: { name: 'quick_reply', paramsJson: JSON.stringify({ id }), version: 1 },
        },
      }
  }
}
