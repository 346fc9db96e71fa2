import type {
  Button,
  ButtonReplyContent,
  ButtonsContent,
  ListContent,
  ListReplyContent,
} from '../../core/messages/content.js'
import { assertNever } from '../assert-never.js'
import type { Forwarding, Said } from './message-data.js'

export interface ButtonsData extends Forwarding {
  readonly contentText: string
  readonly footer: string
  readonly buttons: readonly { readonly buttonId: string; readonly buttonText: string }[]
}

export interface TemplateData extends Forwarding {
  readonly namespace: string
  readonly elementName: string
  readonly contentText: string
  readonly footer: string
  readonly buttons: readonly TemplateButton[]
}

type TemplateButton = { readonly index: number } & (
  | { readonly urlButton: { readonly displayText: string; readonly url: string } }
  | { readonly callButton: { readonly displayText: string; readonly phoneNumber: string } }
  | { readonly quickReplyButton: { readonly displayText: string; readonly id: string } }
)

/** Buttons as this vendor sends them itself, and tells of them. */
export interface InteractiveButtons {
  readonly titleText: string
  readonly contentText: string
  readonly footerText: string
  readonly buttons: readonly InteractiveButton[]
}

type InteractiveButton = { readonly buttonId: string; readonly buttonText: string } & (
  | { readonly type: 'reply' }
  | { readonly type: 'copy'; readonly copyCode: string }
  | { readonly type: 'call'; readonly phoneNumber: string }
  | { readonly type: 'url'; readonly url: string }
)

export interface ListData extends Forwarding {
  readonly contentText: string
  readonly title: string
  readonly footer: string
  readonly buttonText: string
  readonly sections: readonly {
    readonly title: string
    readonly rows: readonly { readonly title: string; readonly rowId: string; readonly description: string }[]
  }[]
}

/** What somebody chose. Which message it was in is `stanzaId`, and not told a second time as quoted. */
export type ReplyData =
  | {
      readonly typeMessage: 'buttonsResponseMessage'
      readonly buttonsResponseMessage: {
        readonly stanzaId: string
        readonly selectedButtonId: string
        readonly selectedButtonText: string
      }
    }
  | {
      readonly typeMessage: 'templateButtonsReplyMessage'
      readonly templateButtonReplyMessage: {
        readonly stanzaId: string
        readonly selectedIndex: number
        readonly selectedId: string
        readonly selectedDisplayText: string
      }
    }
  | {
      readonly typeMessage: 'listResponseMessage'
      readonly listResponseMessage: {
        readonly stanzaId: string
        readonly title: string
        readonly listType: number
        readonly singleSelectReply: string
      }
    }

export function buttonsData(content: ButtonsContent, forwarding: Forwarding): Said {
  const { style, text: contentText, header = '', footer = '', buttons } = content
  switch (style) {
    case 'plain':
      return {
        typeMessage: 'buttonsMessage',
        buttonsMessage: {
          contentText,
          footer,
          buttons: buttons.map((button, index) => ({ buttonId: idOf(button, index), buttonText: button.text })),
          ...forwarding,
        },
      }
    case 'template':
      return {
        typeMessage: 'templateMessage',
        templateMessage: {
          // The names that an approved template has; a message does not carry them.
          namespace: '',
          elementName: '',
          contentText,
          footer,
          buttons: buttons.map(templateButton),
          ...forwarding,
        },
      }
    case 'interactive':
      return interactive(buttons, {
        titleText: header,
        contentText,
        footerText: footer,
        buttons: buttons.map(interactiveButton),
      })
    default:
      return assertNever(style)
  }
}

/** The vendor tells buttons that answer apart from those that open something. */
function interactive(buttons: readonly Button[], data: InteractiveButtons): Said {
  return buttons.every(({ kind }) => kind === 'reply')
    ? { typeMessage: 'interactiveButtonsReply', interactiveButtonsReply: data }
    : { typeMessage: 'interactiveButtons', interactiveButtons: data }
}

function templateButton(button: Button, index: number): TemplateButton {
  const displayText = button.text
  switch (button.kind) {
    case 'url':
      return { index, urlButton: { displayText, url: button.url } }
    case 'call':
      return { index, callButton: { displayText, phoneNumber: button.phone } }
    case 'reply':
    case 'copy':
      return { index, quickReplyButton: { displayText, id: idOf(button, index) } }
    default:
      return assertNever(button)
  }
}

export function interactiveButton(button: Button, index: number): InteractiveButton {
  const named = { buttonId: idOf(button, index), buttonText: button.text }
  switch (button.kind) {
    case 'reply':
      return { type: 'reply', ...named }
    case 'copy':
      return { type: 'copy', ...named, copyCode: button.code }
    case 'call':
      return { type: 'call', ...named, phoneNumber: button.phone }
    case 'url':
      return { type: 'url', ...named, url: button.url }
    default:
      return assertNever(button)
  }
}

function idOf({ id }: Button, index: number): string {
  return id ?? String(index + 1)
}

export function buttonReplyData({ style, id, text, index = 0, quoted }: ButtonReplyContent): ReplyData {
  const stanzaId = quoted?.id ?? ''
  if (style === 'template') {
    const templateButtonReplyMessage = { stanzaId, selectedIndex: index, selectedId: id, selectedDisplayText: text }
    return { typeMessage: 'templateButtonsReplyMessage', templateButtonReplyMessage }
  }
  const buttonsResponseMessage = { stanzaId, selectedButtonId: id, selectedButtonText: text }
  return { typeMessage: 'buttonsResponseMessage', buttonsResponseMessage }
}

export function listData(content: ListContent, forwarding: Forwarding): ListData {
  const { text, title = '', footer = '', button, sections } = content
  return {
    contentText: text,
    title,
    footer,
    buttonText: button,
    sections: sections.map((section) => ({
      title: section.title,
      rows: section.rows.map((row) => ({ title: row.title, rowId: row.id, description: row.description ?? '' })),
    })),
    ...forwarding,
  }
}

/** proto.ListResponseMessage.ListType: the one that WhatsApp has. */
const singleSelect = 1

export function listReplyData({ id, title, quoted }: ListReplyContent): ReplyData {
  return {
    typeMessage: 'listResponseMessage',
    listResponseMessage: { stanzaId: quoted?.id ?? '', title, listType: singleSelect, singleSelectReply: id },
  }
}
