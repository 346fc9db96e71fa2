import type { Network } from '../network.js'
import { element, unixSeconds } from '../wire/nodes.js'
import type { Account } from './account.js'

/** An account that WhatsApp lets begin no new chats for a time (its "reach-out time lock"). */
export interface Restriction {
  readonly until: Date
  /** WhatsApp's word for why, of those in the library's `ReachoutTimelockEnforcementType`. */
  readonly reason: string
}

/** Undefined for an account in good standing, also once the time is over. */
export function restrictionOf({ record }: Account, now = Date.now()): Restriction | undefined {
  const { restriction } = record
  if (restriction === undefined || restriction.until <= now) return undefined
  return { until: new Date(restriction.until), reason: restriction.reason }
}

/** Restricts an account, or lifts that, and tells its companions. */
export function restrict(network: Network, account: Account, restriction: Restriction | undefined): void {
  const batch = network.batch()
  const kept = restriction && { until: restriction.until.getTime(), reason: restriction.reason }
  account.update({ restriction: kept }, batch)
  const news = { data: { xwa2_notify_account_reachout_timelock: timelockOf(account) } }
  for (const companion of account.devices.values()) {
    const update = element('update', { op_name: 'NotificationUserReachoutTimelockUpdate' }, bytesOf(news))
    const attrs = { id: network.stanzaId(), type: 'mex', from: 's.whatsapp.net', t: unixSeconds() }
    network.post.post(companion.name, element('notification', attrs, [update]), batch)
  }
  batch.commit()
}

/** As the library's `fetchAccountReachoutTimelock` reads it. */
export function timelockOf(account: Account) {
  const restriction = restrictionOf(account)
  return {
    is_active: restriction !== undefined,
    time_enforcement_ends: restriction ? unixSeconds(restriction.until.getTime()) : '0',
    enforcement_type: restriction?.reason ?? 'DEFAULT',
  }
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
