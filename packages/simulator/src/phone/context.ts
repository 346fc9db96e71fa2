import { getContentType, normalizeMessageContent, type proto } from 'baileys'

/** Layers around content that say how it is to be shown, the same that the library's `normalizeMessageContent` takes off. */
const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
] as const satisfies readonly (keyof proto.IMessage)[]

/** What devices say about other messages or to each other has no context of its own. */
const withoutContext: ReadonlySet<string> = new Set([
  'protocolMessage',
  'reactionMessage',
  'pollUpdateMessage',
  'pinInChatMessage',
])

/** The same message with this beside its content: what it answers, whom it names, when it disappears. */
export function withContext(message: proto.IMessage, context: proto.IContextInfo): proto.IMessage {
  for (const wrapper of wrappers) {
    const inner = message[wrapper]?.message
    if (inner) return { ...message, [wrapper]: { ...message[wrapper], message: withContext(inner, context) } }
  }
  const { conversation: text, ...rest } = message
  if (text) return withContext({ ...rest, extendedTextMessage: { text } }, context)
  const [name, content] = contentOf(message)
  if (name === undefined || withoutContext.has(name)) return message
  return { ...message, [name]: { ...content, contextInfo: { ...content.contextInfo, ...context } } }
}

export function contextOf(message: proto.IMessage): proto.IContextInfo | undefined {
  const [, { contextInfo }] = contentOf(normalizeMessageContent(message) ?? message)
  return contextInfo ?? undefined
}

interface WithContext {
  readonly contextInfo?: proto.IContextInfo | null
}

function contentOf(message: proto.IMessage): [name: string | undefined, content: WithContext] {
  const name = getContentType(message)
  const content = name === undefined ? undefined : message[name]
  return typeof content === 'object' && content !== null ? [name, content as WithContext] : [undefined, {}]
}
