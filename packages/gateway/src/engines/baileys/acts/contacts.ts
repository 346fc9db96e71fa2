import { getBinaryNodeChild, getBinaryNodeChildren, S_WHATSAPP_NET } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import { ask } from '../refusals.js'
import type { Session } from '../session.js'
import type { Act } from './act.js'
import { changeState } from './app-state.js'

export const save: Act<'contact.save'> = async (session, { jid, firstName, fullName, onPhone }) => {
  const { lid } = await both(session, jid)
  const contact = { firstName, fullName, saveOnPrimaryAddressbook: onPhone, ...(lid !== null && { lidJid: lid }) }
  await changeState(session, { contact }, jid)
  return null
}

export const remove: Act<'contact.remove'> = async (session, { jid }) => {
  await changeState(session, { contact: null }, jid)
  return null
}

export const block: Act<'contact.block'> = async (session, { jid, on }) => {
  const { phone, lid } = await both(session, jid)
  // WhatsApp blocks a LID and wants the number beside it; who has only one of the two was never met.
  const address = phone ?? lid
  if (address === null) throw new GatewayError('recipient-not-found', 'Only people can be blocked.')
  const known = lid ?? (await session.socket.signalRepository.lidMapping.getLIDForPN(address))
  if (known === null || (on && phone === null)) {
    throw new GatewayError('recipient-not-found', 'WhatsApp does not say who this is.')
  }
  await session.socket.updateBlockStatus(address, on ? 'block' : 'unblock')
  return null
}

export const blocked: Act<'contact.blocked'> = async ({ socket, keys: { book } }) => {
  const answer = await ask(socket, { xmlns: 'blocklist', to: S_WHATSAPP_NET, type: 'get' })
  const items = getBinaryNodeChildren(getBinaryNodeChild(answer, 'list'), 'item')
  await book.prepare(items.flatMap(({ attrs }) => attrs.jid ?? []))
  return items.flatMap(({ attrs: { jid, pn_jid: other } }) => (jid === undefined ? [] : [book.person(jid, other)]))
}

async function both({ keys: { book } }: Session, jid: string) {
  await book.prepare([jid])
  return book.of(jid)
}
