import type { proto } from 'baileys'

/** Says that a message was handed over in a wrapping, and what the wrapping means. */
export interface Unwrapped {
  readonly body: proto.IMessage
  readonly viewOnce: boolean
}

/** In which clients put messages, so that older ones see at least that there is one. Some mean something, most do not. */
const wrappings = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'associatedChildMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
  'groupMentionedMessage',
  'lottieStickerMessage',
  'botInvokeMessage',
  'botForwardedMessage',
  'limitSharingMessage',
  'questionMessage',
  'questionReplyMessage',
  'pollCreationMessageV4',
] as const satisfies readonly (keyof proto.IMessage)[]

const opensOnce: ReadonlySet<string> = new Set([
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
] satisfies (keyof proto.IMessage)[])

/** Nobody wraps deeper; a message that does is taken for what it says of itself there. */
const deepest = 5

export function unwrap(message: proto.IMessage): Unwrapped {
  let body = message
  let viewOnce = false
  for (let depth = 0; depth < deepest; depth++) {
    const name = wrappings.find((one) => body[one]?.message)
    const inner = name && body[name]?.message
    if (!inner) break
    viewOnce ||= opensOnce.has(name)
    body = inner
  }
  return { body, viewOnce }
}

/** Travels beside what was said, or alone: then nobody said anything. */
const beside: ReadonlySet<string> = new Set([
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'messageContextInfo',
] satisfies (keyof proto.IMessage)[])

/**
 * Every kind that a message holds, by WhatsApp's name of it. Empty for one that brings a key for what comes later, and
 * `unknown` for one that is newer than this library.
 */
export function kindsOf(body: proto.IMessage): readonly string[] {
  const present = Object.entries(body).flatMap(([name, value]) => (value === null || value === undefined ? [] : [name]))
  const kinds = present.filter((name) => !beside.has(name))
  if (kinds.length > 0) return kinds
  const onlyKeys = present.some((name) => name !== 'messageContextInfo')
  return onlyKeys ? [] : ['unknown']
}
