import type { BinaryNode } from 'baileys'
import { changeBlocked } from '../accounts/settings.js'
import { badRequest, firstChild, notFound, type IqAnswer } from '../server/iq-answer.js'
import { lidJid } from '../wire/addresses.js'
import { element } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** Whom an account has blocked, and one more or less. People are named by LID, as `updateBlockStatus` names them. */
export function answerBlocklist(iq: BinaryNode, { network, account }: Asker): IqAnswer {
  const item = firstChild(iq)
  if (iq.attrs.type === 'set') {
    const { jid, action } = item?.attrs ?? {}
    const other = network.directory.byJid(jid)
    if (action !== 'block' && action !== 'unblock') return badRequest
    if (other === undefined) return notFound
    changeBlocked(network, account, other, action)
  }
  const blocked = (account.record.blocked ?? []).flatMap((number) => network.directory.byNumber(number) ?? [])
  const items = blocked.map(({ lid }) => element('item', { jid: lidJid(lid) }))
  return [element('list', { dhash: 'sim' }, items)]
}
