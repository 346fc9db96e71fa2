import type { proto } from 'baileys'
import type {
  Button,
  ButtonReplyContent,
  ButtonsContent,
  ListContent,
  ListReplyContent,
} from '../../../core/messages/content.js'
import { bounds, cut, given } from './bounds.js'

/**
 * The form in which businesses send buttons today: each has a name and its parameters as JSON. The names are WhatsApp's
 * own, as its Cloud API documents the interactive messages.
 */
export function readInteractive(message: proto.Message.IInteractiveMessage): ButtonsContent | ListContent | undefined {
  const buttons = message.nativeFlowMessage?.buttons?.slice(0, bounds.buttons)
  if (!buttons) return undefined
  const text = cut(message.body?.text, bounds.text)
  const footer = given('footer', message.footer?.text, bounds.line)
  const [only] = buttons
  if (only?.name === 'single_select' && buttons.length === 1) {
    return { kind: 'list', ...given('title', message.header?.title, bounds.line), text, ...footer, ...readMenu(only) }
  }
  return {
    kind: 'buttons',
    style: 'interactive',
    ...given('header', message.header?.title, bounds.line),
    text,
    ...footer,
    buttons: buttons.map(({ name, buttonParamsJson }) => readFlowButton(name, buttonParamsJson)),
  }
}

export function readFlowButton(name: string | null | undefined, json: string | null | undefined): Button {
  const params = parameters(json)
  const text = line(params.display_text)
  const id = given('id', asText(params.id), bounds.line)
  switch (name) {
    case 'cta_url':
      return { kind: 'url', ...id, text, url: cut(asText(params.url), bounds.url) }
    case 'cta_call':
      return { kind: 'call', ...id, text, phone: line(params.phone_number) }
    case 'cta_copy':
      return { kind: 'copy', ...id, text, code: line(params.copy_code) }
    default:
      return { kind: 'reply', id: line(params.id ?? name), text }
  }
}

function readMenu({ buttonParamsJson }: proto.Message.InteractiveMessage.NativeFlowMessage.INativeFlowButton) {
  const { title, sections } = parameters(buttonParamsJson)
  return {
    button: line(title),
    sections: objects(sections, bounds.sections).map((section) => ({
      title: line(section.title),
      rows: objects(section.rows, bounds.rows).map((row) => ({
        id: line(row.id),
        title: line(row.title),
        ...given('description', asText(row.description), bounds.line),
      })),
    })),
  }
}

export function readInteractiveReply(
  message: proto.Message.IInteractiveResponseMessage,
): ButtonReplyContent | ListReplyContent | undefined {
  const flow = message.nativeFlowResponseMessage
  if (!flow) return undefined
  const params = parameters(flow.paramsJson)
  const text = cut(message.body?.text, bounds.line)
  if (flow.name !== 'menu_options') return { kind: 'button-reply', style: 'interactive', id: line(params.id), text }
  return {
    kind: 'list-reply',
    id: line(params.id),
    title: line(params.title) || text,
    ...given('description', asText(params.description), bounds.line),
  }
}

export function writeInteractive({ header, text, footer, buttons }: ButtonsContent): proto.Message.IInteractiveMessage {
  return {
    body: { text },
    ...(header !== undefined && { header: { title: header, hasMediaAttachment: false } }),
    ...(footer !== undefined && { footer: { text: footer } }),
    nativeFlowMessage: { buttons: buttons.map(writeFlowButton), messageVersion: 1 },
  }
}

function writeFlowButton(button: Button): proto.Message.InteractiveMessage.NativeFlowMessage.INativeFlowButton {
  const [name, more] = flowParameters(button)
  return { name, buttonParamsJson: JSON.stringify({ display_text: button.text, id: button.id, ...more }) }
}

function flowParameters(button: Button): [name: string, more: object] {
  switch (button.kind) {
    case 'reply':
      return ['quick_reply', {}]
    case 'url':
      return ['cta_url', { url: button.url, merchant_url: button.url }]
    case 'call':
      return ['cta_call', { phone_number: button.phone }]
    case 'copy':
      return ['cta_copy', { copy_code: button.code }]
  }
}

type Parameters = Readonly<Record<string, unknown>>

/** Written by whoever sent the message: anything, or nothing at all. */
function parameters(json: string | null | undefined): Parameters {
  if (!json || json.length > bounds.json) return {}
  try {
    return asObject(JSON.parse(json))
  } catch {
    return {}
  }
}

function asObject(value: unknown): Parameters {
  return typeof value === 'object' && value !== null ? (value as Parameters) : {}
}

function objects(value: unknown, most: number): Parameters[] {
  return Array.isArray(value) ? value.slice(0, most).map(asObject) : []
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function line(value: unknown): string {
  return cut(asText(value), bounds.line)
}
