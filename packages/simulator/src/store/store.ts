/** Everything that must survive the process, one small record per thing. */
export type RecordKind =
  | 'network'
  | 'account'
  | 'phone-pre-key'
  | 'session'
  | 'phone-message'
  | 'device'
  | 'pre-keys'
  | 'pre-keys-taken'
  | 'post'
  | 'sent'
  | 'ratchet'
  | 'group'
  | 'sender-key'
  | 'media'
  | 'picture'
  | 'app-state-patch'
  | 'app-state-view'
  | 'sync-key'

export interface StoredRecord {
  readonly key: string
  readonly value: string | Uint8Array
}

export interface Change {
  readonly kind: RecordKind
  readonly key: string
  /** Undefined removes the record. */
  readonly value: string | Uint8Array | undefined
}

export interface Store {
  /** False when whatever is written is forgotten, and need not be put into words. */
  readonly keeps: boolean
  /** All records of a kind, in the order of their keys. */
  load(kind: RecordKind): readonly StoredRecord[]
  /** All of the changes or none of them, and they outlive a SIGKILL once this returns. */
  write(changes: readonly Change[]): void
  close(): void
}

/** For a network that lives in memory: the objects themselves are the only copy. */
export const forgetfulStore: Store = { keeps: false, load: () => [], write: () => undefined, close: () => undefined }

/**
 * What one stanza or one act of a phone changes. Nothing of it is visible to anybody else before `commit`, and what
 * leaves this process because of it is sent from `whenCommitted`.
 */
export class Batch {
  readonly #store: Store
  readonly #changes = new Map<string, Change>()
  readonly #afterwards: (() => void)[] = []

  constructor(store: Store) {
    this.#store = store
  }

  /** `value`: the record, or what makes it. A maker is only asked if there is somewhere to keep it. */
  put(kind: RecordKind, key: string, value: string | Uint8Array | (() => string)): void {
    if (!this.#store.keeps) return
    this.#changes.set(`${kind} ${key}`, { kind, key, value: typeof value === 'function' ? value() : value })
  }

  remove(kind: RecordKind, key: string): void {
    if (!this.#store.keeps) return
    this.#changes.set(`${kind} ${key}`, { kind, key, value: undefined })
  }

  whenCommitted(act: () => void): void {
    this.#afterwards.push(act)
  }

  commit(): void {
    if (this.#changes.size > 0) this.#store.write([...this.#changes.values()])
    this.#changes.clear()
    for (const act of this.#afterwards.splice(0)) act()
  }
}
