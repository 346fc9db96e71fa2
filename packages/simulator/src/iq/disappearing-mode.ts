import type { BinaryNode } from 'baileys'
import { changeDefaultExpiration } from '../accounts/settings.js'
import { badRequest, firstChild, type IqAnswer } from '../server/iq-answer.js'
import { element } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** After how many seconds messages of new chats disappear. */
export function answerDisappearingMode(iq: BinaryNode, { network, account }: Asker): IqAnswer {
  if (iq.attrs.type === 'set') {
    const duration = firstChild(iq)?.attrs.duration ?? ''
    if (!/^\d{1,9}$/.test(duration)) return badRequest
    changeDefaultExpiration(network, account, Number(duration))
  }
  const { seconds = 0, at = 0 } = account.record.defaultExpiration ?? {}
  return [element('disappearing_mode', { duration: seconds.toString(), t: at.toString() })]
}
