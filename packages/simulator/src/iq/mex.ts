import type { BinaryNode } from 'baileys'
import { timelockOf } from '../accounts/restriction.js'
import { firstChild, notImplemented, type IqAnswer } from '../server/iq-answer.js'
import { element } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** Nothing used up of what may be said to strangers. */
const capping = { capping_status: 'NONE', total_quota: 0, used_quota: 0 }

/** Queries by number only, so one document answers them all: each reads its own part. */
export function answerMex(iq: BinaryNode, { account }: Asker): IqAnswer {
  if (firstChild(iq)?.tag !== 'query') return notImplemented
  const data = { xwa2_fetch_account_reachout_timelock: timelockOf(account), xwa2_message_capping_info: capping }
  return [element('result', {}, Buffer.from(JSON.stringify({ data })))]
}
