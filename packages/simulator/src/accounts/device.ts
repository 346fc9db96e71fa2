import type { KeyBundle, SignedPreKey } from '../keys.js'
import type { Batch } from '../store/store.js'
import { toText } from '../store/records.js'
import { PreKeyPool } from './pre-key-pool.js'

/** A mailbox is one device of one account; `<number>:0` is the phone. */
export function mailboxName(number: string, device: number): string {
  return `${number}:${device}`
}

export interface DeviceRecord {
  readonly number: string
  readonly id: number
  readonly platform: string
  readonly linkedAt: number
  /** The key its connections must prove to hold. */
  readonly noiseKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly registrationId: number
  readonly signedPreKey: SignedPreKey
}

/** A linked companion. */
export class Device {
  readonly preKeys: PreKeyPool
  #record: DeviceRecord

  constructor(record: DeviceRecord, preKeys?: PreKeyPool) {
    this.#record = record
    this.preKeys = preKeys ?? new PreKeyPool(mailboxName(record.number, record.id))
  }

  get record(): DeviceRecord {
    return this.#record
  }

  get id(): number {
    return this.#record.id
  }

  get name(): string {
    return mailboxName(this.#record.number, this.#record.id)
  }

  /** Publishes what the device says about its keys now. */
  update(change: Partial<Pick<DeviceRecord, 'signedPreKey' | 'registrationId'>>, batch: Batch): void {
    this.#record = { ...this.#record, ...change }
    this.save(batch)
  }

  save(batch: Batch): void {
    batch.put('device', this.name, toText(this.#record))
  }

  forget(batch: Batch): void {
    batch.remove('device', this.name)
    this.preKeys.forget(batch)
  }

  bundle(batch: Batch): KeyBundle {
    const { registrationId, identityKey, signedPreKey } = this.#record
    const preKey = this.preKeys.take(batch)
    return { registrationId, identityKey, signedPreKey, ...(preKey && { preKey }) }
  }
}
