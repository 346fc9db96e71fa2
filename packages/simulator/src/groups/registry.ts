import { randomInt } from 'node:crypto'
import type { Account } from '../accounts/account.js'
import { fromText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'
import { Group, type GroupRecord } from './group.js'

/** Every group of the network. */
export class Groups {
  readonly #groups = new Map<string, Group>()

  constructor(store: Store) {
    for (const { value } of store.load('group')) {
      const group = new Group(fromText(String(value)) as GroupRecord)
      this.#groups.set(group.jid, group)
    }
  }

  all(): Group[] {
    return [...this.#groups.values()]
  }

  byJid(jid: string | undefined): Group | undefined {
    return jid === undefined ? undefined : this.#groups.get(jid)
  }

  byInvite(code: string): Group | undefined {
    return this.all().find(({ record }) => record.inviteCode === code)
  }

  /** Whether a group had this code before it got a new one. */
  wasInvite(code: string): boolean {
    return this.all().some(({ record }) => record.revokedCodes?.includes(code))
  }

  of(account: Account): Group[] {
    return this.all().filter((group) => group.roleOf(account) !== undefined)
  }

  add(group: Group, batch: Batch): void {
    group.save(batch)
    this.#groups.set(group.jid, group)
  }

  freeId(): string {
    for (;;) {
      // Groups of today have 18 digits that begin so; older ones are `<number>-<time>`.
      const id = `120363${randomInt(10 ** 5, 10 ** 6)}${randomInt(10 ** 5, 10 ** 6)}`
      if (!this.#groups.has(`${id}@g.us`)) return id
    }
  }
}
