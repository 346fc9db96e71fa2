import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'
import {
  decryptWith,
  distributionOf,
  encryptWith,
  newSenderKey,
  readDistribution,
  senderKeyId,
  type PeerSenderKey,
  type SenderKey,
} from './sender-key.js'

/** The phone's own key for a group, and the devices that were given it. */
interface OwnKey {
  readonly key: SenderKey
  readonly holders: readonly string[]
}

/** A device that begins a new sender key still has messages of the old one on their way. */
const keysKept = 5

/** What a phone needs to write to groups and to read them. Devices are named `<number>:<device>`. */
export class SenderKeys {
  readonly #number: string
  readonly #own = new Map<string, OwnKey>()
  /** By group and device, newest last. */
  readonly #peers = new Map<string, readonly PeerSenderKey[]>()

  constructor(number: string) {
    this.#number = number
  }

  restore(name: string, text: string): void {
    if (name.includes('/')) this.#peers.set(name, fromText(text) as PeerSenderKey[])
    else this.#own.set(name, fromText(text) as OwnKey)
  }

  /**
   * Makes ready to write to these devices: a new key if there is none, or if somebody has it who is not among them any
   * more. Returns the devices that have to be given it, which counts as done.
   */
  prepare(group: string, devices: readonly string[], batch: Batch): readonly string[] {
    const before = this.#own.get(group)
    const leaked = before?.holders.some((one) => !devices.includes(one)) ?? true
    const { key, holders } = before === undefined || leaked ? { key: newSenderKey(), holders: [] } : before
    const missing = devices.filter((one) => !holders.includes(one))
    if (missing.length > 0 || leaked) this.#keepOwn(group, { key, holders: [...holders, ...missing] }, batch)
    return missing
  }

  /** Undefined before the first message to the group. */
  distribution(group: string): Uint8Array | undefined {
    const own = this.#own.get(group)
    return own && distributionOf(own.key)
  }

  encrypt(group: string, padded: Uint8Array, batch: Batch): Buffer {
    const own = this.#own.get(group)
    if (own === undefined) throw new Error('no sender key for this group')
    const { message, next } = encryptWith(own.key, padded)
    this.#keepOwn(group, { ...own, key: next }, batch)
    return message
  }

  /** A device told its key. One that is known already stays where it is in its chain. */
  learn(group: string, device: string, distribution: Uint8Array, batch: Batch): void {
    const key = readDistribution(distribution)
    const known = this.#peers.get(`${group}/${device}`) ?? []
    if (!known.some(({ id }) => id === key.id)) this.#keepPeer(group, device, [...known, key].slice(-keysKept), batch)
  }

  decrypt(group: string, device: string, message: Uint8Array, batch: Batch): Buffer {
    const known = this.#peers.get(`${group}/${device}`) ?? []
    const id = senderKeyId(message)
    const key = known.find((one) => one.id === id)
    if (key === undefined) throw new Error('no sender key of this device')
    const { padded, next } = decryptWith(key, message)
    this.#keepPeer(
      group,
      device,
      known.map((one) => (one === key ? next : one)),
      batch,
    )
    return padded
  }

  forget(batch: Batch): void {
    for (const name of [...this.#own.keys(), ...this.#peers.keys()]) batch.remove('sender-key', this.#record(name))
  }

  #keepOwn(group: string, own: OwnKey, batch: Batch): void {
    this.#own.set(group, own)
    batch.put('sender-key', this.#record(group), () => toText(own))
  }

  #keepPeer(group: string, device: string, keys: readonly PeerSenderKey[], batch: Batch): void {
    this.#peers.set(`${group}/${device}`, keys)
    batch.put('sender-key', this.#record(`${group}/${device}`), () => toText(keys))
  }

  #record(name: string): string {
    return `${this.#number}/${name}`
  }
}

export function restoreSenderKeys(store: Store, keysOf: (number: string) => SenderKeys | undefined): void {
  for (const { key, value } of store.load('sender-key')) {
    const end = key.indexOf('/')
    keysOf(key.slice(0, end))?.restore(key.slice(end + 1), String(value))
  }
}
