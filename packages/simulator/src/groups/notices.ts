import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { element, unixSeconds } from '../wire/nodes.js'
import { addressingMode, groupElement, naming } from './elements.js'
import type { Group } from './group.js'

/**
 * Tells every companion of these accounts what somebody did to a group. The device that did it is told as well: its
 * own view of the group changes by the notice, not by the answer to its query.
 */
export function postNotice(
  network: Network,
  group: Group,
  actor: Account,
  change: BinaryNode,
  audience: readonly Account[],
  batch: Batch,
): void {
  const { address, other } = naming(group, actor)
  for (const account of audience) {
    for (const companion of account.devices.values()) {
      const attrs = {
        id: network.stanzaId(),
        type: 'w:gp2',
        from: group.jid,
        participant: address,
        ...other,
        addressing_mode: addressingMode(group),
        notify: actor.record.name,
        t: unixSeconds(),
      }
      network.post.post(companion.name, element('notification', attrs, [change]), batch)
    }
  }
}

/** For those who are in the group now and were not before: they get it whole. `new` only when it was just made. */
export function postWelcome(
  network: Network,
  group: Group,
  actor: Account,
  newcomers: readonly Account[],
  justMade: boolean,
  batch: Batch,
): void {
  const create = element('create', { type: justMade ? 'new' : undefined }, [groupElement(group, network.directory)])
  postNotice(network, group, actor, create, newcomers, batch)
}

export function membersOf(network: Network, group: Group): Account[] {
  return group.members.flatMap((number) => network.directory.byNumber(number) ?? [])
}
