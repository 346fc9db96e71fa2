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
type Wrapping = (typeof wrappings)[number]
const known: ReadonlySet<string> = new Set(wrappings)

function isWrapping(name: string): name is Wrapping {
  return known.has(name)
}

const opensOnce: ReadonlySet<string> = new Set([
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
] satisfies Wrapping[])

/** Nobody wraps deeper; a message that does is taken for what it says of itself there. */
const deepest = 5

export function unwrap(message: proto.IMessage): Unwrapped {
  let body = message
  let viewOnce = false
  for (let depth = 0; depth < deepest; depth++) {
    const name = Object.keys(body).find(isWrapping)
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
  const said = body as Readonly<Record<string, unknown>>
  const present = Object.keys(body).filter((name) => said[name] !== null && said[name] !== undefined)
  const kinds = present.filter((name) => !beside.has(name))
  if (kinds.length > 0) return kinds
  const onlyKeys = present.some((name) => name !== 'messageContextInfo')
  return onlyKeys ? [] : ['unknown']
}
