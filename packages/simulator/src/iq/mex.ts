import { firstChild, notImplemented, type IqAnswer } from '../server/iq-answer.js'
import { element } from '../wire/nodes.js'
import type { BinaryNode } from 'baileys'

/** An account in good standing: no restriction, nothing used up. */
const data = {
  xwa2_fetch_account_reachout_timelock: { is_active: false, time_enforcement_ends: '0', enforcement_type: 'DEFAULT' },
  xwa2_message_capping_info: { capping_status: 'NONE', total_quota: 0, used_quota: 0 },
}

/** Queries by number only, so one document answers them all: each reads its own part. */
export function answerMex(iq: BinaryNode): IqAnswer {
  if (firstChild(iq)?.tag !== 'query') return notImplemented
  return [element('result', {}, Buffer.from(JSON.stringify({ data })))]
}
