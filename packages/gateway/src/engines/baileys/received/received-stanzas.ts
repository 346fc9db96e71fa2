import { createHash } from 'node:crypto'
import {
  proto,
  unpadRandomMax16,
  type BinaryNode,
  type SignalKeyStoreWithTransaction,
  type SignalRepositoryWithLIDStore,
} from 'baileys'
import type { ReceivedEvent, UndecryptableReason } from '../../../core/events/event.js'
import type { CredentialChange, ReceivedId, ReceivedOutcome } from '../../../core/ports/credentials.js'
import { Polls } from '../polls.js'
import type { MessageReader } from './message-reader.js'

/** What becomes of a stanza that was handed over: what it tells, and its place in the journal. */
export interface ReceivedStanza {
  readonly events: readonly ReceivedEvent[]
  readonly entry: Extract<CredentialChange, { kind: 'received' }>
}

/** Where received stanzas are committed. */
export interface StanzaLog {
  /** Commits a stanza that moved no ratchet; frames that are written later wait for it. */
  add(stanza: ReceivedStanza): void
  /** What was decrypted from this ciphertext before. */
  find(id: ReceivedId): Promise<Uint8Array | undefined>
}

/**
 * Under this kind a transaction of the library carries what the stanza tells to the key store, which commits it together
 * with the keys that its decryption moved: one transaction there is one transaction on the disk.
 */
export const receivedKind = 'gangway-received'

/** Of a ciphertext that does not decrypt; longer ones than this no client sends. */
const mostParked = 65_536
/** How the library tells that there is nothing to decrypt with (libsignal, and its sender keys). */
const missingKey = /No (matching )?session|No SenderKeyRecord|No SenderKeyState|Invalid PreKey ID/i

/** Knows the stanzas of one connection while they are decrypted, and wraps the decryption (promise 1). */
export class ReceivedStanzas {
  readonly #reader: MessageReader
  readonly #log: StanzaLog
  /** By the very bytes that the library hands to the decryption. */
  readonly #stanzas = new WeakMap<Uint8Array, BinaryNode>()

  constructor(reader: MessageReader, log: StanzaLog) {
    this.#reader = reader
    this.#log = log
  }

  /** Sees a message before the library does. What has nothing to decrypt is told at once. */
  meet(stanza: BinaryNode): void {
    this.#reader.meet(stanza)
    const content = Array.isArray(stanza.content) ? stanza.content : []
    let encrypted = false
    for (const { tag, attrs, content: bytes } of content) {
      if (!(bytes instanceof Uint8Array)) continue
      if (tag === 'plaintext') this.#tellPlain(stanza, bytes)
      else if (tag === 'enc' && isKnown(attrs.type)) this.#stanzas.set(bytes, stanza)
      else if (tag !== 'enc') continue
      encrypted = true
    }
    if (!encrypted) this.#tellUnreadable(stanza, 'unavailable', Buffer.alloc(0))
    else if (content.every(({ tag, attrs }) => tag !== 'plaintext' && !(tag === 'enc' && isKnown(attrs.type)))) {
      this.#tellUnreadable(stanza, 'malformed', Buffer.alloc(0))
    }
  }

  /**
   * The library's repository, with a journal around its decryption. Whatever moves a ratchet goes one at a time: the
   * library locks by JID, and one session may go by two of them.
   */
  around(inner: SignalRepositoryWithLIDStore, keys: SignalKeyStoreWithTransaction): SignalRepositoryWithLIDStore {
    const alone = <Result>(work: () => Promise<Result>): Promise<Result> => keys.transaction(work, ratchets)
    return {
      ...inner,
      decryptMessage: (wish) => alone(() => this.#open(wish.ciphertext, keys, () => inner.decryptMessage(wish))),
      decryptGroupMessage: (wish) => alone(() => this.#open(wish.msg, keys, () => inner.decryptGroupMessage(wish))),
      processSenderKeyDistributionMessage: (wish) => alone(() => inner.processSenderKeyDistributionMessage(wish)),
      encryptMessage: (wish) => alone(() => inner.encryptMessage(wish)),
      encryptGroupMessage: (wish) => alone(() => inner.encryptGroupMessage(wish)),
      injectE2ESession: (wish) => alone(() => inner.injectE2ESession(wish)),
      migrateSession: (from, to) => alone(() => inner.migrateSession(from, to)),
      deleteSession: (jids) => alone(() => inner.deleteSession(jids)),
    }
  }

  async #open(
    ciphertext: Uint8Array,
    keys: SignalKeyStoreWithTransaction,
    decrypt: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const stanza = this.#stanzas.get(ciphertext)
    if (!stanza) return decrypt()
    let plaintext: Uint8Array
    try {
      plaintext = await decrypt()
    } catch (error) {
      const before = await this.#log.find(idOf(stanza, ciphertext))
      if (before) return before
      const reason = missingKey.test(error instanceof Error ? error.message : '') ? 'no-session' : 'bad-ciphertext'
      this.#tellUnreadable(stanza, reason, ciphertext)
      throw error
    }
    const told = await this.#read(stanza, ciphertext, plaintext, new Polls(keys))
    await keys.set({ [receivedKind]: { [told.entry.kind]: told } } as unknown as Parameters<typeof keys.set>[0])
    return plaintext
  }

  async #read(
    stanza: BinaryNode,
    ciphertext: Uint8Array,
    plaintext: Uint8Array,
    polls: Polls,
  ): Promise<ReceivedStanza> {
    let message: proto.IMessage
    try {
      message = proto.Message.decode(unpadRandomMax16(plaintext))
    } catch {
      // Decrypts to what is no message. The library asks the sender for it again, so a readable one may still come.
      const events = this.#reader.unreadable(stanza, 'malformed')
      return stanzaOf(stanza, ciphertext, 'unreadable', plaintext, events)
    }
    const events = await this.#reader.read(stanza, message, polls)
    return stanzaOf(stanza, ciphertext, events.length > 0 ? 'told' : 'silent', plaintext, events)
  }

  #tellPlain(stanza: BinaryNode, bytes: Uint8Array): void {
    try {
      const events = this.#reader.readNow(stanza, proto.Message.decode(bytes))
      this.#log.add(stanzaOf(stanza, bytes, events.length > 0 ? 'told' : 'silent', bytes, events))
    } catch {
      this.#tellUnreadable(stanza, 'malformed', bytes)
    }
  }

  #tellUnreadable(stanza: BinaryNode, reason: UndecryptableReason, ciphertext: Uint8Array): void {
    const events = this.#reader.unreadable(stanza, reason)
    if (events.length === 0) return
    this.#log.add(stanzaOf(stanza, ciphertext, 'unreadable', ciphertext.subarray(0, mostParked), events))
  }
}

/** The transactions in which ratchets move, one at a time. */
export const ratchets = 'ratchets'

function stanzaOf(
  stanza: BinaryNode,
  ciphertext: Uint8Array,
  outcome: ReceivedOutcome,
  bytes: Uint8Array,
  events: readonly ReceivedEvent[],
): ReceivedStanza {
  return { events, entry: { kind: 'received', outcome, bytes, ...idOf(stanza, ciphertext) } }
}

function idOf({ attrs }: BinaryNode, ciphertext: Uint8Array): ReceivedId {
  const { from = '', participant = '', recipient = '', id = '' } = attrs
  return { message: digest(from, participant, recipient, id), ciphertext: digest(ciphertext) }
}

/** Something that is told once under this name, and has no ciphertext: a call, a notification. */
export function toldOnce(names: readonly string[], events: readonly ReceivedEvent[]): ReceivedStanza {
  const message = digest(...names)
  return {
    events,
    entry: { kind: 'received', outcome: 'told', message, ciphertext: message, bytes: Buffer.alloc(0) },
  }
}

function isKnown(type: string | undefined): boolean {
  return type === 'msg' || type === 'pkmsg' || type === 'skmsg'
}

function digest(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest().subarray(0, 16)
}
