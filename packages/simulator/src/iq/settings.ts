import type { BinaryNode } from 'baileys'
import { firstChild, notFound, notImplemented, type IqAnswer } from '../server/iq-answer.js'
import { element } from '../wire/nodes.js'
import type { Asker } from './query.js'

export function answerProps(): IqAnswer {
  return [element('props', { protocol: '1', hash: 'sim', refresh: '86400', refresh_id: '1' }, [])]
}

export function answerBlocklist(): IqAnswer {
  return [element('list', { dhash: 'sim' }, [])]
}

const openToAll = ['readreceipts', 'last', 'online', 'profile', 'status', 'groupadd', 'calladd', 'messages']

/** Settings are always the permissive ones; tokens are accepted and forgotten. */
export function answerPrivacy(iq: BinaryNode): IqAnswer {
  const request = firstChild(iq)
  if (request?.tag === 'tokens') return [element('tokens', {}, [])]
  if (request?.tag !== 'privacy') return notImplemented
  if (iq.attrs.type === 'set') return [request]
  return [
    element(
      'privacy',
      {},
      openToAll.map((name) => element('category', { name, value: 'all' })),
    ),
  ]
}

/** Nobody here is a business. */
export function answerBusiness(iq: BinaryNode): IqAnswer {
  return firstChild(iq)?.tag === 'business_profile' ? [element('business_profile', {}, [])] : notImplemented
}

export function answerPicture(iq: BinaryNode, { network }: Asker): IqAnswer {
  return iq.attrs.type === 'set' ? [element('picture', { id: network.stanzaId() })] : notFound
}
