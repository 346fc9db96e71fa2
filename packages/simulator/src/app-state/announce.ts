import type { Account } from '../accounts/account.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { element, serverJid, unixSeconds } from '../wire/nodes.js'
import type { Collection } from './collection.js'

/** Tells the other devices of the account, its phone among them, that there is something to fetch. */
export function announceVersion(
  network: Network,
  account: Account,
  collection: Collection,
  author: number,
  batch: Batch,
): void {
  const { name, version } = collection
  for (const device of account.deviceIds()) {
    const mailbox = network.mailboxOf(account, device)
    if (device === author || mailbox === undefined) continue
    const attrs = { type: 'server_sync', from: serverJid, id: network.stanzaId(), t: unixSeconds() }
    const news = element('collection', { name, version: version.toString() })
    network.post.post(mailbox, element('notification', attrs, [news]), batch)
  }
}
