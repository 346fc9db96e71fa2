import { proto } from 'baileys'
import type { MenuContent, NativeFlowButton, TemplateButton } from '../phone-content.js'

/** What businesses send for others to choose from. */
export function composeMenu(menu: MenuContent): proto.IMessage {
  const { footer } = menu
  switch (menu.kind) {
    case 'list':
      return {
        listMessage: {
          ...(menu.title !== undefined && { title: menu.title }),
          description: menu.text,
          buttonText: menu.button,
          listType: proto.Message.ListMessage.ListType.SINGLE_SELECT,
          sections: menu.sections.map(({ title, rows }) => ({
            title,
            rows: rows.map(({ id, text, description }) => ({
              rowId: id,
              title: text,
              ...(description !== undefined && { description }),
            })),
          })),
          ...(footer !== undefined && { footerText: footer }),
        },
      }
    case 'buttons':
      return {
        buttonsMessage: {
          contentText: menu.text,
          headerType: proto.Message.ButtonsMessage.HeaderType.EMPTY,
          buttons: menu.buttons.map(({ id, text }) => ({
            buttonId: id,
            buttonText: { displayText: text },
            type: proto.Message.ButtonsMessage.Button.Type.RESPONSE,
          })),
          ...(footer !== undefined && { footerText: footer }),
        },
      }
    case 'template':
      return {
        templateMessage: {
          hydratedTemplate: {
            hydratedContentText: menu.text,
            hydratedButtons: menu.buttons.map(templateButton),
            ...(footer !== undefined && { hydratedFooterText: footer }),
          },
        },
      }
    case 'interactive':
      return {
        interactiveMessage: {
          ...(menu.title !== undefined && { header: { title: menu.title, hasMediaAttachment: false } }),
          body: { text: menu.text },
          ...(footer !== undefined && { footer: { text: footer } }),
          nativeFlowMessage: { buttons: menu.buttons.map(nativeFlowButton), messageVersion: 1 },
        },
      }
  }
}

function templateButton(button: TemplateButton, index: number): proto.IHydratedTemplateButton {
  const displayText = button.text
  if ('id' in button) return { index, quickReplyButton: { displayText, id: button.id } }
  if ('url' in button) return { index, urlButton: { displayText, url: button.url } }
  return { index, callButton: { displayText, phoneNumber: button.call } }
}

function nativeFlowButton({ name, params }: NativeFlowButton) {
  return { name, buttonParamsJson: JSON.stringify(params) }
}
