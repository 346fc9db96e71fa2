import { createHash } from 'node:crypto'
import {
  cleanMessage,
  decodeMessageNode,
  proto,
  unpadRandomMax16,
  type AuthenticationCreds,
  type BinaryNode,
  type SignalKeyStoreWithTransaction,
  type SignalRepositoryWithLIDStore,
  type WAMessage,
} from 'baileys'
import type { ReceivedEvent, UndecryptableReason } from '../../core/events/event.js'
import type { CredentialChange, ReceivedId, ReceivedOutcome } from '../../core/ports/credentials.js'
import { messageEvents, originOf } from './received-message.js'

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
  readonly #creds: AuthenticationCreds
  readonly #log: StanzaLog
  /** By the very bytes that the library hands to the decryption. */
  readonly #stanzas = new WeakMap<Uint8Array, BinaryNode>()

  constructor(creds: AuthenticationCreds, log: StanzaLog) {
    this.#creds = creds
    this.#log = log
  }

  /** Sees a message before the library does. What has nothing to decrypt is told at once. */
  meet(stanza: BinaryNode): void {
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
    const alone = <Result>(work: () => Promise<Result>): Promise<Result> => keys.transaction(work, 'ratchets')
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
      const before = await this.#log.find(this.#idOf(stanza, ciphertext))
      if (before) return before
      const reason = missingKey.test(error instanceof Error ? error.message : '') ? 'no-session' : 'bad-ciphertext'
      this.#tellUnreadable(stanza, reason, ciphertext)
      throw error
    }
    const told = this.#read(stanza, ciphertext, plaintext)
    await keys.set({ [receivedKind]: { [told.entry.kind]: told } } as unknown as Parameters<typeof keys.set>[0])
    return plaintext
  }

  #read(stanza: BinaryNode, ciphertext: Uint8Array, plaintext: Uint8Array): ReceivedStanza {
    try {
      const events = this.#events(stanza, proto.Message.decode(unpadRandomMax16(plaintext)))
      return this.#stanza(stanza, ciphertext, events.length > 0 ? 'told' : 'silent', plaintext, events)
    } catch {
      // Decrypts to what is no message. The library asks the sender for it again, so a readable one may still come.
      return this.#stanza(stanza, ciphertext, 'unreadable', plaintext, this.#unreadable(stanza, 'malformed'))
    }
  }

  #tellPlain(stanza: BinaryNode, bytes: Uint8Array): void {
    try {
      const events = this.#events(stanza, proto.Message.decode(bytes))
      this.#log.add(this.#stanza(stanza, bytes, events.length > 0 ? 'told' : 'silent', bytes, events))
    } catch {
      this.#tellUnreadable(stanza, 'malformed', bytes)
    }
  }

  #tellUnreadable(stanza: BinaryNode, reason: UndecryptableReason, ciphertext: Uint8Array): void {
    const events = this.#unreadable(stanza, reason)
    if (events.length > 0)
      this.#log.add(this.#stanza(stanza, ciphertext, 'unreadable', ciphertext.subarray(0, mostParked), events))
  }

  #events(stanza: BinaryNode, decoded: proto.IMessage): ReceivedEvent[] {
    const message = this.#envelope(stanza)
    message.message = decoded.deviceSentMessage?.message ?? decoded
    cleanMessage(message, this.#creds.me?.id ?? '', this.#creds.me?.lid ?? '')
    return messageEvents(message, this.#creds.me)
  }

  #unreadable(stanza: BinaryNode, reason: UndecryptableReason): ReceivedEvent[] {
    try {
      const origin = originOf(this.#envelope(stanza), this.#creds.me)
      return origin ? [{ kind: 'message.undecryptable', data: { ...origin, reason } }] : []
    } catch {
      // A stanza without an id or a sender: there is nothing to name it by, and the library refuses it.
      return []
    }
  }

  #envelope(stanza: BinaryNode): WAMessage {
    const { me } = this.#creds
    return decodeMessageNode(stanza, me?.id ?? '', me?.lid ?? '').fullMessage
  }

  #stanza(
    stanza: BinaryNode,
    ciphertext: Uint8Array,
    outcome: ReceivedOutcome,
    bytes: Uint8Array,
    events: readonly ReceivedEvent[],
  ): ReceivedStanza {
    return { events, entry: { kind: 'received', outcome, bytes, ...this.#idOf(stanza, ciphertext) } }
  }

  #idOf({ attrs }: BinaryNode, ciphertext: Uint8Array): ReceivedId {
    const { from = '', participant = '', recipient = '', id = '' } = attrs
    return { message: digest(from, participant, recipient, id), ciphertext: digest(ciphertext) }
  }
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
