import { randomInt } from 'node:crypto'
import { Curve, signedKeyPair } from 'baileys'
import { randomRegistrationId, type KeyPair, type SignedPreKey } from '../keys.js'
import type { BusinessProfile } from '../profiles/business.js'
import { toText } from '../store/records.js'
import type { Batch } from '../store/store.js'
import type { Device } from './device.js'
import type { PrivacySettings } from './privacy.js'

export interface AccountRecord {
  readonly number: string
  readonly lid: string
  readonly name: string
  readonly owner?: string | undefined
  readonly addressing: 'lid' | 'number'
  /** Signs companions, and is the Signal identity of the phone. */
  readonly identity: KeyPair
  readonly registrationId: number
  readonly signedPreKey: SignedPreKey & { readonly private: Uint8Array }
  readonly rawId: number
  readonly nextDevice: number
  readonly nextPreKey: number
  readonly online: boolean
  /** `until` in milliseconds. */
  readonly restriction?: { readonly until: number; readonly reason: string } | undefined
  /** Others know the account by its LID only. */
  readonly numberHidden?: boolean
  /** What differs from how accounts begin. */
  readonly privacy?: Partial<PrivacySettings>
  /** Numbers. */
  readonly blocked?: readonly string[]
  readonly business?: BusinessProfile | undefined
  /** The line of text in the profile. */
  readonly about?: { readonly text: string; readonly at: number }
  /** Of chats that are begun from now on, in seconds, 0 for none. */
  readonly defaultExpiration?: { readonly seconds: number; readonly at: number }
}

type Changeable = Pick<
  AccountRecord,
  | 'nextDevice'
  | 'nextPreKey'
  | 'online'
  | 'restriction'
  | 'name'
  | 'privacy'
  | 'blocked'
  | 'about'
  | 'business'
  | 'numberHidden'
  | 'defaultExpiration'
>

/** A number that is registered, with its companions. What the phone knows on its own is in `phone/`. */
export class Account {
  readonly devices = new Map<number, Device>()
  #record: AccountRecord

  constructor(record: AccountRecord) {
    this.#record = record
  }

  get record(): AccountRecord {
    return this.#record
  }

  get number(): string {
    return this.#record.number
  }

  get lid(): string {
    return this.#record.lid
  }

  update(change: Partial<Changeable>, batch: Batch): void {
    this.#record = { ...this.#record, ...change }
    this.save(batch)
  }

  save(batch: Batch): void {
    batch.put('account', this.number, toText(this.#record))
  }

  /** Phone first. */
  deviceIds(): number[] {
    return [0, ...this.devices.keys()]
  }
}

export function newAccount(
  profile: Pick<AccountRecord, 'number' | 'lid' | 'name' | 'owner' | 'addressing' | 'business' | 'numberHidden'>,
): Account {
  const identity = Curve.generateKeyPair()
  const { keyPair, signature, keyId } = signedKeyPair(identity, 1)
  return new Account({
    ...profile,
    identity,
    registrationId: randomRegistrationId(),
    signedPreKey: { id: keyId, key: keyPair.public, private: keyPair.private, signature },
    rawId: randomInt(1, 2 ** 31),
    nextDevice: 1,
    nextPreKey: 1,
    online: true,
  })
}
