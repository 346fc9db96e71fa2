import { randomInt } from 'node:crypto'
import { fromText } from '../store/records.js'
import type { Store } from '../store/store.js'
import { readAddress } from '../wire/addresses.js'
import { Account, type AccountRecord } from './account.js'
import { Device, type DeviceRecord } from './device.js'
import { loadPreKeyPools } from './pre-key-pool.js'

/** Who is registered, by number and by LID. */
export class Directory {
  readonly #byNumber = new Map<string, Account>()
  readonly #byLid = new Map<string, Account>()

  constructor(store: Store) {
    for (const { value } of store.load('account')) this.add(new Account(fromText(String(value)) as AccountRecord))
    const pools = loadPreKeyPools(store)
    const devices = store.load('device').map(({ value }) => fromText(String(value)) as DeviceRecord)
    for (const record of devices.sort((a, b) => a.id - b.id)) {
      const device = new Device(record, pools.get(`${record.number}:${record.id}`))
      this.#byNumber.get(record.number)?.devices.set(record.id, device)
    }
  }

  all(): Account[] {
    return [...this.#byNumber.values()]
  }

  byNumber(number: string): Account | undefined {
    return this.#byNumber.get(number)
  }

  /** Whatever device of it the JID names. */
  byJid(jid: string | undefined): Account | undefined {
    const address = readAddress(jid)
    if (address === undefined) return undefined
    return (address.kind === 'lid' ? this.#byLid : this.#byNumber).get(address.user)
  }

  add(account: Account): void {
    this.#byNumber.set(account.number, account)
    this.#byLid.set(account.lid, account)
  }

  remove(account: Account): void {
    this.#byNumber.delete(account.number)
    this.#byLid.delete(account.lid)
  }

  freeNumber(): string {
    for (;;) {
      // Numbers of this form belong to nobody: +999 is an unassigned country code.
      const number = `999${randomInt(10 ** 8, 10 ** 9)}`
      if (!this.#byNumber.has(number)) return number
    }
  }

  freeLid(): string {
    for (;;) {
      const lid = `${randomInt(1, 9)}${randomInt(10 ** 13, 10 ** 14)}`
      if (!this.#byLid.has(lid)) return lid
    }
  }
}
