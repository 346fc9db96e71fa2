import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { maySee } from '../accounts/privacy.js'
import type { Group } from '../groups/group.js'
import { membersOf } from '../groups/notices.js'
import { mustBeAllowedToEdit } from '../groups/permissions.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { element, unixSeconds } from '../wire/nodes.js'

/** Sets the picture of an account, or takes it away; answers with its id. Whoever knows the account and may see it is told. */
export function changePicture(network: Network, account: Account, jpeg: Uint8Array | undefined): string | undefined {
  const batch = network.batch()
  const id = put(network, account.number, jpeg, batch)
  tellAcquaintances(network, account, 'profile', { type: 'picture' }, pictureNews(addressOf(account), id), batch)
  batch.commit()
  return id
}

/** The same for a group, by one of its members. */
export function changeGroupPicture(
  network: Network,
  actor: Account,
  group: Group,
  jpeg: Uint8Array | undefined,
): string | undefined {
  mustBeAllowedToEdit(group, actor)
  const batch = network.batch()
  const id = put(network, group.jid, jpeg, batch)
  const author = group.addressOf(actor)
  const news = pictureNews(group.jid, id, author)
  for (const member of membersOf(network, group)) {
    post(network, member, { type: 'picture', from: group.jid, author }, news, batch)
  }
  batch.commit()
  return id
}

/** Changes the line of text in the profile. */
export function changeAbout(network: Network, account: Account, text: string): void {
  const batch = network.batch()
  account.update({ about: { text, at: Math.floor(Date.now() / 1000) } }, batch)
  tellAcquaintances(network, account, 'status', { type: 'status' }, element('set', {}, Buffer.from(text)), batch)
  batch.commit()
}

function put(network: Network, owner: string, jpeg: Uint8Array | undefined, batch: Batch): string | undefined {
  if (jpeg !== undefined) return network.pictures.set(owner, jpeg, batch).id
  network.pictures.remove(owner, batch)
  return undefined
}

function pictureNews(jid: string, id: string | undefined, author?: string): BinaryNode {
  return id === undefined ? element('delete', { jid, author }) : element('set', { jid, id, author })
}

/** Those who looked the account up, or have it in their address book; and its own companions. */
function tellAcquaintances(
  network: Network,
  account: Account,
  what: 'profile' | 'status',
  attrs: { readonly type: string },
  news: BinaryNode,
  batch: Batch,
): void {
  const knowing = network.directory
    .all()
    .filter((one) => network.addressBooks.get(one.number)?.().includes(account.number))
  for (const one of new Set([...network.watchersOf(account), ...knowing])) {
    if (maySee(network, account, one, what)) post(network, one, { ...attrs, from: addressOf(account) }, news, batch)
  }
}

function post(
  network: Network,
  to: Account,
  attrs: Readonly<Record<string, string>>,
  news: BinaryNode,
  batch: Batch,
): void {
  for (const companion of to.devices.values()) {
    const common = { id: network.stanzaId(), t: unixSeconds() }
    network.post.post(companion.name, element('notification', { ...attrs, ...common }, [news]), batch)
  }
}

function addressOf({ number, lid, record }: Account): string {
  return record.addressing === 'lid' ? lidJid(lid) : numberJid(number)
}
