import type { BinaryNode } from 'baileys'
import type { Account } from './accounts/account.js'
import { mailboxName, type Device } from './accounts/device.js'
import { Directory } from './accounts/directory.js'
import { AppStates } from './app-state/registry.js'
import { CallExchange } from './calls/exchange.js'
import { Faults } from './faults.js'
import { GroupActs } from './groups/acts.js'
import { Admission } from './groups/admission.js'
import { Groups } from './groups/registry.js'
import { History } from './history.js'
import type { KeyBundle } from './keys.js'
import type { MediaServer } from './media/media-server.js'
import { PresenceExchange } from './presence/exchange.js'
import { CounterWatch } from './post/counter-watch.js'
import { PostOffice } from './post/post-office.js'
import { SentMessages } from './post/sent-messages.js'
import { Pictures } from './profiles/pictures.js'
import { Batch, type Store } from './store/store.js'

/** The live connection of a logged-in companion, as the rest of the network sees it. */
export interface LiveDevice {
  readonly connected: boolean
  /** Leaves nothing behind: what is not heard now is never heard. */
  tell(node: BinaryNode): void
  /** Says why, and hangs up. */
  dismiss(streamError: BinaryNode): void
}

/** What the server knows, shared by its connections and the virtual phones. */
export class Network {
  readonly store: Store
  readonly media: MediaServer
  readonly history = new History()
  readonly faults = new Faults()
  readonly directory: Directory
  readonly post: PostOffice
  readonly counters: CounterWatch
  readonly sent: SentMessages
  readonly groups: Groups
  readonly groupActs = new GroupActs(this)
  readonly admission = new Admission(this)
  readonly calls = new CallExchange(this)
  readonly presence = new PresenceExchange(this)
  readonly appStates: AppStates
  readonly pictures: Pictures
  readonly live = new Map<string, LiveDevice>()
  /** Whoever can make keys for writing to a phone, by its number. */
  readonly phoneKeys = new Map<string, { bundle(batch: Batch): KeyBundle }>()
  /** Whom each phone has in its address book, by number; the phones tell. */
  readonly addressBooks = new Map<string, () => readonly string[]>()
  /** Who looked up whose devices, and therefore wants to hear when they change. */
  readonly #watchers = new Map<string, Set<string>>()
  #lastId = 0

  constructor(store: Store, media: MediaServer) {
    this.store = store
    this.media = media
    this.directory = new Directory(store)
    this.post = new PostOffice(store)
    this.counters = new CounterWatch(store)
    this.sent = new SentMessages(store)
    this.groups = new Groups(store)
    this.appStates = new AppStates(store)
    this.pictures = new Pictures(store)
  }

  batch(): Batch {
    return new Batch(this.store)
  }

  /** For stanzas that the server itself begins; unique across restarts. */
  stanzaId(): string {
    return `${Date.now().toString(36)}.${++this.#lastId}`
  }

  isConnected(device: Device): boolean {
    return this.live.get(device.name)?.connected ?? false
  }

  watchDevices(watcher: Account, watched: Account): void {
    const watchers = this.#watchers.get(watched.number) ?? new Set()
    watchers.add(watcher.number)
    this.#watchers.set(watched.number, watchers)
  }

  watchersOf(account: Account): Account[] {
    const numbers = new Set([...(this.#watchers.get(account.number) ?? []), account.number])
    return [...numbers].flatMap((number) => this.directory.byNumber(number) ?? [])
  }

  mailboxOf(account: Account, device: number): string | undefined {
    return device === 0 || account.devices.has(device) ? mailboxName(account.number, device) : undefined
  }
}
