import type { proto } from 'baileys'

/** What a person would read. Undefined for what devices tell each other, which no phone shows. */
export function messageText(message: proto.IMessage): string | undefined {
  const inner = message.ephemeralMessage?.message ?? message.viewOnceMessage?.message ?? message
  if (inner.protocolMessage || (inner.senderKeyDistributionMessage && !inner.conversation)) return undefined
  const text =
    inner.conversation ??
    inner.extendedTextMessage?.text ??
    inner.imageMessage?.caption ??
    inner.videoMessage?.caption ??
    inner.documentMessage?.caption ??
    inner.reactionMessage?.text
  if (text) return text
  const kind = Object.keys(inner).find((name) => name.endsWith('Message'))
  return kind === undefined ? '' : `[${kind}]`
}
