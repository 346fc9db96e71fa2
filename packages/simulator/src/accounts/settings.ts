import type { BinaryNode } from 'baileys'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { element, unixSeconds } from '../wire/nodes.js'
import type { Account } from './account.js'
import { privacyChoices, type PrivacyName } from './privacy.js'

/** Tells the companions of an account what was changed about it, the one that did it among them. */
export function postAccountSync(network: Network, account: Account, news: BinaryNode, batch: Batch): void {
  for (const companion of account.devices.values()) {
    const from = numberJid(account.number)
    const attrs = { type: 'account_sync', from, id: network.stanzaId(), t: unixSeconds() }
    network.post.post(companion.name, element('notification', attrs, [news]), batch)
  }
}

/** False for a value that this setting does not have; then nothing is changed. */
export function changePrivacy(network: Network, account: Account, name: PrivacyName, value: string): boolean {
  if (!privacyChoices[name].some((choice) => choice === value)) return false
  const batch = network.batch()
  account.update({ privacy: { ...account.record.privacy, [name]: value } }, batch)
  postAccountSync(network, account, element('privacy', {}, [element('category', { name, value })]), batch)
  batch.commit()
  return true
}

export function changeBlocked(network: Network, account: Account, other: Account, action: 'block' | 'unblock'): void {
  const rest = (account.record.blocked ?? []).filter((number) => number !== other.number)
  const batch = network.batch()
  account.update({ blocked: action === 'block' ? [...rest, other.number] : rest }, batch)
  const item = element('item', { jid: lidJid(other.lid), action })
  postAccountSync(network, account, element('blocklist', { dhash: 'sim' }, [item]), batch)
  batch.commit()
}

export function changeDefaultExpiration(network: Network, account: Account, seconds: number): void {
  const at = Math.floor(Date.now() / 1000)
  const batch = network.batch()
  account.update({ defaultExpiration: { seconds, at } }, batch)
  const news = element('disappearing_mode', { duration: seconds.toString(), t: at.toString() })
  postAccountSync(network, account, news, batch)
  batch.commit()
}
