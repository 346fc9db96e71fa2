import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { children } from '../wire/nodes.js'
import type { PresenceExchange } from './exchange.js'

/** What a companion lets others see of it, or wants to see of them. */
export function acceptPresence(exchange: PresenceExchange, account: Account, device: number, node: BinaryNode): void {
  const { type, to = '' } = node.attrs
  if (node.tag === 'chatstate') acceptTyping(exchange, account, device, node)
  else if (type === 'available' || type === 'unavailable') exchange.announce(account, device, type === 'available')
  else if (type === 'subscribe') exchange.subscribe(account, device, to)
}

function acceptTyping(exchange: PresenceExchange, account: Account, device: number, node: BinaryNode): void {
  const [state] = children(node)
  const { to = '' } = node.attrs
  if (state?.tag === 'paused') exchange.type(account, device, to, 'paused')
  else if (state?.tag === 'composing') {
    exchange.type(account, device, to, state.attrs.media === 'audio' ? 'recording' : 'composing')
  }
}
