import { Curve } from 'baileys'
import { SessionRecord, type SignalStorage } from 'libsignal'
import type { Account } from '../accounts/account.js'
import { signalKey, type KeyBundle, type KeyPair } from '../keys.js'
import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'
import { sessionsFor, silenceOpenSession, singleSession, withSession } from './session-text.js'

/** Handed-out pre-keys that nobody used; the oldest are given up first. */
const preKeysKept = 500

/** The phone's half of its Signal sessions. Whatever changes goes into the batch of the act that changed it. */
export class SignalKeys {
  readonly #account: Account
  readonly #preKeys = new Map<number, KeyPair>()
  /** As JSON, the form libsignal's records have outside of it. */
  readonly #sessions = new Map<string, string>()

  constructor(account: Account) {
    this.#account = account
  }

  restorePreKey(id: number, key: KeyPair): void {
    this.#preKeys.set(id, key)
  }

  restoreSession(peer: string, text: string): void {
    this.#sessions.set(peer, text)
  }

  hasSession(peer: string): boolean {
    return this.#sessions.has(peer)
  }

  /** Base keys of the sessions that a message of a peer with this ratchet key may belong to, the likeliest first. */
  sessionsFor(peer: string, ratchetKey: string | undefined): string[] {
    const text = this.#sessions.get(peer)
    return text === undefined ? [] : sessionsFor(text, ratchetKey)
  }

  dropSession(peer: string, batch: Batch): void {
    if (this.#sessions.delete(peer)) batch.remove('session', this.#key(peer))
  }

  /** For somebody who wants to write to this phone. The one-time key is made now, since most phones need only a few. */
  bundle(batch: Batch): KeyBundle {
    const { registrationId, identity, signedPreKey, nextPreKey } = this.#account.record
    const pair = Curve.generateKeyPair()
    this.#preKeys.set(nextPreKey, pair)
    batch.put('phone-pre-key', this.#key(nextPreKey.toString()), toText(pair))
    const [oldest] = this.#preKeys.keys()
    if (this.#preKeys.size > preKeysKept && oldest !== undefined) this.#removePreKey(oldest, batch)
    this.#account.update({ nextPreKey: nextPreKey + 1 }, batch)
    return { registrationId, identityKey: identity.public, signedPreKey, preKey: { id: nextPreKey, key: pair.public } }
  }

  /**
   * libsignal's view. `opening`: the base key of a session that a message is about to open; `only`: that of the one
   * session that there shall seem to be.
   */
  storage(batch: Batch, { opening, only }: { opening?: Buffer | undefined; only?: string } = {}): SignalStorage {
    const { identity, registrationId, signedPreKey } = this.#account.record
    return {
      loadSession: async (peer) => this.#load(peer, opening, only),
      storeSession: async (peer, record) => {
        const changed = JSON.stringify(record.serialize())
        const whole = only === undefined ? undefined : this.#sessions.get(peer)
        const text = whole === undefined ? changed : withSession(whole, changed)
        this.#sessions.set(peer, text)
        batch.put('session', this.#key(peer), text)
      },
      isTrustedIdentity: () => true,
      loadPreKey: async (id) => {
        const pair = this.#preKeys.get(Number(id))
        return pair && { privKey: Buffer.from(pair.private), pubKey: signalKey(pair.public) }
      },
      removePreKey: (id) => {
        this.#removePreKey(id, batch)
      },
      loadSignedPreKey: () => ({ privKey: Buffer.from(signedPreKey.private), pubKey: signalKey(signedPreKey.key) }),
      getOurRegistrationId: () => registrationId,
      getOurIdentity: () => ({ privKey: Buffer.from(identity.private), pubKey: signalKey(identity.public) }),
    }
  }

  forget(batch: Batch): void {
    for (const peer of this.#sessions.keys()) batch.remove('session', this.#key(peer))
    for (const id of this.#preKeys.keys()) batch.remove('phone-pre-key', this.#key(id.toString()))
  }

  #load(peer: string, opening: Buffer | undefined, only: string | undefined): SessionRecord | undefined {
    const whole = this.#sessions.get(peer)
    if (whole === undefined) return undefined
    const text = only === undefined ? whole : singleSession(whole, only)
    const parsed: unknown = JSON.parse(opening ? silenceOpenSession(text, opening) : text)
    // The typings say bytes, but libsignal 6 reads and writes a plain object.
    return SessionRecord.deserialize(parsed as Uint8Array)
  }

  #removePreKey(id: number, batch: Batch): void {
    if (this.#preKeys.delete(id)) batch.remove('phone-pre-key', this.#key(id.toString()))
  }

  #key(name: string): string {
    return `${this.#account.number}/${name}`
  }
}

/** Gives every phone back what it knew when the last process ended. */
export function restoreSignalKeys(store: Store, keysOf: (number: string) => SignalKeys | undefined): void {
  for (const { key, value } of store.load('session')) {
    const [number = '', peer = ''] = key.split('/')
    keysOf(number)?.restoreSession(peer, String(value))
  }
  const preKeys = store.load('phone-pre-key').map(({ key, value }) => {
    const [number = '', id = ''] = key.split('/')
    return { number, id: Number(id), pair: fromText(String(value)) as KeyPair }
  })
  for (const { number, id, pair } of preKeys.sort((a, b) => a.id - b.id)) keysOf(number)?.restorePreKey(id, pair)
}
