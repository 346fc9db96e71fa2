import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import type { Group, GroupRecord } from './group.js'
import { membersOf, postNotice } from './notices.js'

interface Change {
  readonly actor: Account
  readonly group: Group
  readonly record: Partial<GroupRecord>
  /** Made after the change, so that it names people as what they have become. */
  readonly notice: () => BinaryNode
  /** Who is told; the members before the change unless named. */
  readonly audience?: readonly Account[]
  /** What else happens with it. */
  readonly more?: (batch: Batch) => void
}

/** Changes a group, and tells of it. */
export function changeGroup(network: Network, { actor, group, record, notice, audience, more }: Change): void {
  const told = audience ?? membersOf(network, group)
  const batch = network.batch()
  group.update(record, batch)
  postNotice(network, group, actor, notice(), told, batch)
  more?.(batch)
  batch.commit()
}
