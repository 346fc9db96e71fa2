import type { BinaryNode } from 'baileys'
import type { BusinessProfile } from '../profiles/business.js'
import { firstChild, notFound, notImplemented, type IqAnswer, type IqError } from '../server/iq-answer.js'
import { child, children, element, textOf } from '../wire/nodes.js'
import type { Asker } from './query.js'

const forbidden: IqError = { code: 403, text: 'forbidden' }

/** Profiles of businesses; who is none has an empty answer. A business changes single fields of its own. */
export function answerBusiness(iq: BinaryNode, asker: Asker): IqAnswer {
  const request = firstChild(iq)
  if (request?.tag !== 'business_profile') return notImplemented
  if (iq.attrs.type === 'set') return change(request, asker)
  const { jid } = child(request, 'profile')?.attrs ?? {}
  const owner = asker.network.directory.byJid(jid)
  if (owner === undefined) return notFound
  const { business } = owner.record
  return [element('business_profile', {}, business && jid ? [profileElement(jid, business)] : [])]
}

/** A field stands in as many elements as it has values; the library sends one for each website. */
function change(request: BinaryNode, { network, account }: Asker): IqAnswer {
  const { business } = account.record
  if (business === undefined) return forbidden
  const fields = new Set(['address', 'email', 'description', 'website'])
  const changed = children(request).flatMap((node) => (fields.has(node.tag) ? [[node.tag, textOf(node)]] : []))
  const batch = network.batch()
  account.update({ business: { ...business, ...(Object.fromEntries(changed) as BusinessProfile) } }, batch)
  batch.commit()
  return []
}

function profileElement(jid: string, business: BusinessProfile): BinaryNode {
  const { category, ...fields } = business
  const written = Object.entries(fields).map(([tag, text]) => element(tag, {}, Buffer.from(text)))
  if (category === undefined) return element('profile', { jid }, written)
  const categories = element('categories', {}, [element('category', { id: '1' }, Buffer.from(category))])
  return element('profile', { jid }, [...written, categories])
}
