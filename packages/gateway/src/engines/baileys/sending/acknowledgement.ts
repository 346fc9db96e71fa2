import type { BinaryNode } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { Socket } from '../socket.js'

/** How long the server may take to acknowledge a message, in ms. */
const ackTimeout = 30_000

/** WhatsApp's answer to a message: taken, or refused with a code. */
export type Verdict = { readonly taken: true } | { readonly taken: false; readonly code: string }

/** The server answers each message with `<ack class="message" id=… [error=…]>`. */
export function verdictOn(
  socket: Socket,
  id: string,
): { readonly given: Promise<Verdict>; readonly forget: () => void } {
  let forget = (): void => undefined
  const given = new Promise<Verdict>((resolve, reject) => {
    const lost = (): void => {
      reject(new GatewayError('send-timed-out', 'the connection ended before the answer', { effect: 'unknown' }))
    }
    const timer = setTimeout(lost, ackTimeout)
    const onAck = ({ attrs }: BinaryNode): void => {
      resolve(attrs.error === undefined ? { taken: true } : { taken: false, code: attrs.error })
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
  given.catch(() => undefined)
  return {
    given,
    forget: () => {
      forget()
    },
  }
}
