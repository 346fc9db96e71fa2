import { isPnUser, type BinaryNode, type CacheStore } from 'baileys'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { ChatId, MessageId } from '../../core/ids.js'
import type { EngineMessage } from '../../core/ports/engine.js'
import type { Socket } from './socket.js'

/** How long the server may take to acknowledge a message, in ms. */
const ackTimeout = 30_000

/** Sends one message and resolves when the server has acknowledged it; see `Connection.send` for the refusals. */
export async function sendMessage(
  socket: Socket,
  sent: CacheStore,
  { chat, id, content }: EngineMessage,
): Promise<void> {
  if (content.kind !== 'text') throw new GatewayError('not-supported', `cannot send content of kind ${content.kind}`)
  await requireOnWhatsApp(socket, sent, chat)
  const message = { extendedTextMessage: { text: content.text } }
  await sent.set(id, message)
  const acknowledged = acknowledgement(socket, id)
  try {
    await socket.relayMessage(chat, message, { messageId: id })
    await acknowledged.received
  } catch (error) {
    if (error instanceof GatewayError) throw error
    throw new GatewayError('send-timed-out', 'the message may or may not have left', {
      effect: 'unknown',
      cause: error,
    })
  } finally {
    acknowledged.forget()
  }
}

/** Asked once per number and kept for a while: a number that is not there would be accepted and go nowhere. */
async function requireOnWhatsApp(socket: Socket, known: CacheStore, chat: ChatId): Promise<void> {
  if (isPnUser(chat) !== true || known.get(chat) === true) return
  let results: Awaited<ReturnType<Socket['onWhatsApp']>>
  try {
    results = await socket.onWhatsApp(chat)
  } catch (error) {
    throw new GatewayError('send-timed-out', 'WhatsApp did not say whether it knows the number', { cause: error })
  }
  if (!results) throw new GatewayError('send-timed-out', 'WhatsApp did not say whether it knows the number')
  if (!results.some(({ exists }) => exists)) {
    throw new GatewayError('recipient-not-found', 'This number is not on WhatsApp.', { field: 'to' })
  }
  await known.set(chat, true)
}

/** The server answers each message with `<ack class="message" id=… [error=…]>`. */
function acknowledgement(socket: Socket, id: MessageId): { received: Promise<void>; forget: () => void } {
  let forget = (): void => undefined
  const received = new Promise<void>((resolve, reject) => {
    const lost = (): void => {
      reject(new GatewayError('send-timed-out', 'the connection ended before the answer', { effect: 'unknown' }))
    }
    const timer = setTimeout(lost, ackTimeout)
    const onAck = (node: BinaryNode): void => {
      const { error } = node.attrs
      if (error === undefined) resolve()
      else reject(new GatewayError('whatsapp-refused', `WhatsApp refused the message (${error})`))
    }
    const event = `CB:ack,id:${id}`
    socket.ws.on(event, onAck)
    socket.ws.on('close', lost)
    forget = () => {
      clearTimeout(timer)
      socket.ws.off(event, onAck)
      socket.ws.off('close', lost)
    }
  })
  received.catch(() => undefined)
  return {
    received,
    forget: () => {
      forget()
    },
  }
}
