import { normalizeMessageContent, type proto } from 'baileys'
import type { MenuOption } from '../phone-content.js'

/** What can be chosen from a message; undefined if it is nothing to choose from. */
export function optionsOf(message: proto.IMessage): readonly MenuOption[] | undefined {
  const content = normalizeMessageContent(message) ?? message
  const poll = pollIn(content)
  if (poll) return (poll.options ?? []).map(({ optionName }) => ({ id: optionName ?? '', text: optionName ?? '' }))
  const { listMessage: list, buttonsMessage: buttons, templateMessage: template, interactiveMessage: flow } = content
  if (list) return (list.sections ?? []).flatMap(({ rows }) => (rows ?? []).map(rowOption))
  if (buttons) {
    return (buttons.buttons ?? []).map(({ buttonId, buttonText }) => option(buttonId, buttonText?.displayText))
  }
  if (template) {
    return (templateIn(template)?.hydratedButtons ?? []).flatMap(({ quickReplyButton: reply }) =>
      reply ? [option(reply.id, reply.displayText)] : [],
    )
  }
  return flow ? (flow.nativeFlowMessage?.buttons ?? []).flatMap(nativeFlowOptions) : undefined
}

export function pollIn(content: proto.IMessage): proto.Message.IPollCreationMessage | undefined {
  return content.pollCreationMessage ?? content.pollCreationMessageV2 ?? content.pollCreationMessageV3 ?? undefined
}

export function templateIn(
  template: proto.Message.ITemplateMessage,
): proto.Message.TemplateMessage.IHydratedFourRowTemplate | undefined {
  return template.hydratedTemplate ?? template.hydratedFourRowTemplate ?? undefined
}

/**
 * A button that stands for itself has its id and text in its parameters, one that opens a list has them in its rows.
 * Nothing says that the parameters are what they should be.
 */
export function nativeFlowOptions({
  name,
  buttonParamsJson,
}: proto.Message.InteractiveMessage.NativeFlowMessage.INativeFlowButton): MenuOption[] {
  const params = readParams(buttonParamsJson)
  if (name === 'quick_reply') return [option(textIn(params, 'id'), textIn(params, 'display_text'))]
  if (name !== 'single_select') return []
  const rows = listIn(params, 'sections').flatMap((section) => listIn(section, 'rows'))
  return rows.map((row) => option(textIn(row, 'id'), textIn(row, 'title')))
}

function readParams(json: string | null | undefined): unknown {
  try {
    return JSON.parse(json ?? '{}')
  } catch {
    return {}
  }
}

function textIn(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name)
  return typeof member === 'string' ? member : undefined
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const member = memberOf(value, name)
  return Array.isArray(member) ? member : []
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

function rowOption({ rowId, title }: proto.Message.ListMessage.IRow): MenuOption {
  return option(rowId, title)
}

function option(id: string | null | undefined, text: string | null | undefined): MenuOption {
  return { id: id ?? '', text: text ?? '' }
}
