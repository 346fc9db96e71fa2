import type { BinaryNode } from 'baileys'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Socket } from './socket.js'

/**
 * The code with which WhatsApp refused a question; undefined when it did not answer, or the connection ended. The library
 * throws a Boom either way: of an answer its `data` is the code (`assertNodeErrorFree`), or its `output.statusCode` is
 * and its `data` the whole node (`extractGroupMetadata`).
 */
export function refusalCode(error: unknown): number | undefined {
  if (error instanceof GatewayError) return refusalCode(error.cause)
  const data = property(error, 'data')
  if (typeof data === 'number') return data
  // Of its own errors, a timeout among them, the data is something else.
  if (property(data, 'tag') === undefined) return undefined
  const code = property(property(error, 'output'), 'statusCode')
  return typeof code === 'number' ? code : undefined
}

/** What a question that failed means when nothing more is known about it. */
export function asRefusal(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  const code = refusalCode(error)
  if (code === undefined) return unanswered(error)
  if (code === 429) return new GatewayError('rate-limited', 'WhatsApp asks for fewer requests.', { cause: error })
  return new GatewayError('whatsapp-refused', `WhatsApp refused this (${code}).`, { cause: error })
}

export function unanswered(cause?: unknown): GatewayError {
  return new GatewayError('send-timed-out', 'WhatsApp did not answer.', { effect: 'unknown', cause })
}

/** The library answers a question that nobody answered with nothing. */
export function answered<Answer>(answer: Answer | undefined): Answer {
  if (answer === undefined) throw unanswered()
  return answer
}

/** Asks WhatsApp something that the library has no question for. Rejects as any other question does. */
export async function ask(socket: Socket, attrs: BinaryNode['attrs'], content: BinaryNode[] = []): Promise<BinaryNode> {
  try {
    // The library's type leaves out that it answers nothing when nobody did.
    return answered((await socket.query({ tag: 'iq', attrs, content })) as BinaryNode | undefined)
  } catch (error) {
    throw asRefusal(error)
  }
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
