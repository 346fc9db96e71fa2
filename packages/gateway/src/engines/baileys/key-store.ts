import type { SignalDataSet, SignalDataTypeMap, SignalKeyStore } from 'baileys'
import type { ReceivedEvent } from '../../core/events/event.js'
import type { InstanceId } from '../../core/ids.js'
import type { CredentialChange, Credentials, ReceivedId } from '../../core/ports/credentials.js'
import { AddressBook, mappingKind } from './address-book.js'
import { AppStateLog, versionKind } from './app-state-log.js'
import { phoneOf, type Addresses } from './addresses.js'
import type { CommitStrand } from './commit-strand.js'
import { decodeKey, encodeKey, rereadableSenderKey } from './encoding.js'
import { receivedKind, type ReceivedStanza, type StanzaLog } from './received/received-stanzas.js'
import type { CacheView } from './shared-cache.js'

/** Under this kind a transaction of the library carries a message that is about to be sent (see `CredentialChange`). */
export const sentKind = 'gangway-sent'

/**
 * The keys of one connection: in memory until a phone has accepted the new identity, on disk from then on. Writing does
 * not wait for the disk. Whatever leaves for WhatsApp does (see `holdFrames`), so nobody outside can tell the difference.
 */
export class KeyStore implements SignalKeyStore, StanzaLog {
  /** The people that keys are about. */
  readonly book: AddressBook
  readonly appState: AppStateLog
  readonly #credentials: Credentials
  readonly #instance: InstanceId
  readonly #strand: CommitStrand
  readonly #onBroken: (error: unknown) => void
  /** Keys written but not committed yet: the library may read its own write before that. Null: deleted. */
  readonly #pending = new Map<string, Uint8Array | null>()
  #stored: boolean
  #broken = false

  /**
   * @param stored whether the instance has an identity already
   * @param addresses where the book remembers who is who
   * @param onBroken called once when a key could not be read. The library takes a failed read for a missing session and
   *   would start a new one; the connection has to end before anything comes of that (promise 2).
   */
  constructor(parts: {
    credentials: Credentials
    instance: InstanceId
    strand: CommitStrand
    stored: boolean
    addresses: CacheView
    onBroken: (error: unknown) => void
  }) {
    this.book = new AddressBook(parts.addresses, (ids) => this.get(mappingKind, ids))
    this.appState = new AppStateLog(parts.strand, this.book)
    this.#credentials = parts.credentials
    this.#instance = parts.instance
    this.#strand = parts.strand
    this.#stored = parts.stored
    this.#onBroken = parts.onBroken
  }

  async get<T extends keyof SignalDataTypeMap>(kind: T, ids: string[]): Promise<Record<string, SignalDataTypeMap[T]>> {
    const found: Record<string, SignalDataTypeMap[T]> = {}
    try {
      const elsewhere: string[] = []
      for (const id of ids) {
        const pending = this.#pending.get(`${kind}\0${id}`)
        if (pending === undefined) elsewhere.push(id)
        else if (pending !== null) found[id] = decodeKey(kind, pending)
      }
      if (this.#stored && elsewhere.length > 0) {
        const stored = await this.#credentials.keys(this.#instance, kind, elsewhere)
        for (const [id, bytes] of stored) found[id] = decodeKey(kind, bytes)
      }
    } catch (error) {
      throw this.#break(error)
    }
    return found
  }

  async set(data: SignalDataSet): Promise<void> {
    if (this.#broken) throw new Error('the key store of this connection is broken')
    const changes = keyChanges(data)
    for (const { keyKind, id, bytes } of changes) this.#pending.set(`${keyKind}\0${id}`, bytes)
    const resolved = this.book.learn(data[mappingKind] ?? {})
    if (!this.#stored) return
    void this.#settled(this.#commit(data, changes, resolved), changes)
    await this.#strand.room()
  }

  async #commit(data: object, changes: readonly KeyChange[], resolved: readonly Addresses[]): Promise<void> {
    const stanza = receivedIn(data)
    const versions = changes.filter(({ keyKind }) => keyKind === versionKind)
    const others = versions.length === 0 ? changes : changes.filter(({ keyKind }) => keyKind !== versionKind)
    const all = [...others, ...sentIn(data), ...(stanza ? [stanza.entry] : [])]
    const events = [...resolved.flatMap(resolvedEvent), ...(stanza?.events ?? [])]
    const tells = stanza !== undefined || events.length > 0
    const committed = tells ? this.#strand.step({ kind: 'received', events }, all) : this.#strand.keys(all)
    await (versions.length === 0 ? committed : Promise.all([committed, this.appState.keep(versions)]))
  }

  add({ events, entry }: ReceivedStanza): void {
    // Before a phone has accepted the identity nobody can send anything to it.
    if (this.#stored) this.#strand.step({ kind: 'received', events }, [entry]).catch(() => undefined)
  }

  async find(id: ReceivedId): Promise<Uint8Array | undefined> {
    try {
      // What is still on its way to the disk was received a moment ago, on this very connection.
      await this.#strand.pending
      return await this.#credentials.received(this.#instance, id)
    } catch (error) {
      throw this.#break(error)
    }
  }

  /** What was handed in so far: see `CommitStrand.pending`. */
  get pending(): Promise<void> | undefined {
    return this.appState.pending ?? this.#strand.pending
  }

  /** What was sent under this id. */
  async sent(message: string): Promise<Uint8Array | undefined> {
    try {
      await this.#strand.pending
      return await this.#credentials.sent(this.#instance, message)
    } catch (error) {
      throw this.#break(error)
    }
  }

  /**
   * Commits an identity that the library changed. Nothing until a phone has accepted it: the pairing commits it whole,
   * and one that overtook it there would belong to no generation.
   */
  async saveIdentity(bytes: () => Uint8Array): Promise<void> {
    if (this.#stored) await this.#strand.keys([{ kind: 'identity', bytes: bytes() }])
  }

  /** From here on the identity is stored: hands over the keys that were held in memory, to be committed with it. */
  settle(): CredentialChange[] {
    this.#stored = true
    const held = [...this.#pending].map(([name, bytes]): CredentialChange => {
      const [keyKind = '', id = ''] = name.split('\0')
      return { kind: 'key', keyKind, id, bytes }
    })
    this.#pending.clear()
    return held
  }

  async #settled(committed: Promise<void>, changes: readonly KeyChange[]): Promise<void> {
    try {
      await committed
    } catch {
      // The strand has said so itself, and the connection ends for it.
      return
    }
    for (const { keyKind, id, bytes } of changes) {
      const name = `${keyKind}\0${id}`
      if (this.#pending.get(name) === bytes) this.#pending.delete(name)
    }
  }

  #break(error: unknown): Error {
    if (!this.#broken) {
      this.#broken = true
      this.#onBroken(error)
    }
    return error instanceof Error ? error : new Error('the key store failed', { cause: error })
  }
}

type KeyChange = CredentialChange & { kind: 'key' }

function keyChanges(data: SignalDataSet): KeyChange[] {
  return Object.entries(data).flatMap(([keyKind, entries]) =>
    keyKind === receivedKind || keyKind === sentKind
      ? []
      : Object.entries(entries as Record<string, unknown>).map(([id, value]): KeyChange => {
          const bytes = value === null || value === undefined ? null : encodeKey(readable(keyKind, value))
          return { kind: 'key', keyKind, id, bytes }
        }),
  )
}

function readable(keyKind: string, value: unknown): unknown {
  return keyKind === 'sender-key' && value instanceof Uint8Array ? rereadableSenderKey(value) : value
}

/** A decryption's transaction carries one stanza among its keys. */
function receivedIn(data: object): ReceivedStanza | undefined {
  const stanzas = receivedKind in data ? (data[receivedKind] as Record<string, ReceivedStanza>) : {}
  return Object.values(stanzas)[0]
}

function sentIn(data: object): CredentialChange[] {
  const messages = sentKind in data ? (data[sentKind] as Record<string, Uint8Array>) : {}
  return Object.entries(messages).map(([message, bytes]) => ({ kind: 'sent', message, bytes }))
}

function resolvedEvent(who: Addresses): ReceivedEvent[] {
  const { phone: id, lid } = who
  const phone = phoneOf(who)
  return id === null || lid === null || phone === null
    ? []
    : [{ kind: 'contact.phone-resolved', data: { id, lid, phone } }]
}
