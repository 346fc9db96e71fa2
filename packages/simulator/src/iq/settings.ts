import type { BinaryNode } from 'baileys'
import { firstChild, notFound, notImplemented, type IqAnswer } from '../server/iq-answer.js'
import { element } from '../wire/nodes.js'
import type { Asker } from './query.js'

export function answerProps(): IqAnswer {
  return [element('props', { protocol: '1', hash: 'sim', refresh: '86400', refresh_id: '1' }, [])]
}

/** Nobody here is a business. */
export function answerBusiness(iq: BinaryNode): IqAnswer {
  return firstChild(iq)?.tag === 'business_profile' ? [element('business_profile', {}, [])] : notImplemented
}

export function answerPicture(iq: BinaryNode, { network }: Asker): IqAnswer {
  return iq.attrs.type === 'set' ? [element('picture', { id: network.stanzaId() })] : notFound
}
