import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import { newMessageId } from '../../core/identifiers.js'
import type { InstanceId } from '../../core/ids.js'
import type { OutgoingMessage, Typing } from '../../core/messages/message.js'
import type { WishContent } from '../../core/messages/wish.js'
import type { Clock } from '../../core/ports/clock.js'
import type { CallbackStatus } from './callbacks.js'
import { Refused } from './errors.js'
import type { SendRequest } from './send-request.js'

export interface SendingParts {
  readonly gateway: Pick<Gateway, 'messages' | 'media'>
  readonly callbacks: CallbackStatus
  readonly clock: Clock
}

/** How fast somebody writes, and how long the other side is shown it at the least and at the most, in ms. */
const typingPace = { perCharacter: 50, least: 1000, most: 8000 }

export async function send(
  { gateway: { messages, media }, callbacks, clock }: SendingParts,
  caller: Caller,
  instance: InstanceId,
  request: SendRequest,
): Promise<OutgoingMessage> {
  const content = await contentOf(request, async (url) => media.fetch(caller, instance, url, nothingClaimed))
  const id = newMessageId()
  // Before it is handed in: its first status may come at once.
  if (request.callbackStatus !== null) await callbacks.remember(caller, instance, id, request.callbackStatus)
  return messages.send(caller, instance, {
    id,
    to: request.to,
    content,
    ...(request.typing ? { typing: typingFor(request.text) } : {}),
    ...(request.delay > 0 ? { notBefore: new Date(clock.now().getTime() + request.delay * 1000) } : {}),
  })
}

const nothingClaimed = { name: null, mimetype: null }

async function contentOf(
  { url, text }: SendRequest,
  fetch: (url: string) => ReturnType<Gateway['media']['fetch']>,
): Promise<WishContent> {
  if (url === null) return { kind: 'text', text }
  try {
    const { id } = await fetch(url)
    return { kind: 'auto', media: id, ...(text === '' ? {} : { caption: text }) }
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'bad-request') throw error
    throw new Refused('bad-request', 'File pada parameter url tidak dapat digunakan', { field: 'url', cause: error })
  }
}

function typingFor(text: string): Typing {
  const { perCharacter, least, most } = typingPace
  return { as: 'composing', ms: Math.min(most, Math.max(least, text.length * perCharacter)) }
}
