import type { ReceivedEvent } from '../../core/events/event.js'
import type { CredentialChange } from '../../core/ports/credentials.js'
import type { AddressBook } from './address-book.js'
import type { CommitStrand } from './commit-strand.js'
import { actionEvents, subjectOf, type SyncAction } from './sync-action.js'

/** Under which the library keeps how far it has read each part of the app state. */
export const versionKind = 'app-state-sync-version'

interface Gathering {
  readonly changes: CredentialChange[]
  readonly actions: SyncAction[]
  /** Settles when all of it is on the disk or never will be. */
  readonly done: Promise<void>
}

/** A first look at an account may bring thousands of news; so many are told in one step. */
const atATime = 500

/**
 * Commits what changed on another device together with how far the library has read: WhatsApp tells what comes after a
 * version, so one that were stored without its news would lose them. The library stores first and tells then, all within
 * one turn of the event loop.
 */
export class AppStateLog {
  readonly #strand: CommitStrand
  readonly #book: AddressBook
  #gathering: Gathering | undefined

  constructor(strand: CommitStrand, book: AddressBook) {
    this.#strand = strand
    this.#book = book
  }

  /** What is on its way to the strand; frames wait for it as for what is in there. */
  get pending(): Promise<void> | undefined {
    return this.#gathering?.done
  }

  /** Resolves when they are on the disk. */
  keep(changes: readonly CredentialChange[]): Promise<void> {
    const gathering = this.#gather()
    gathering.changes.push(...changes)
    return gathering.done
  }

  tell(action: SyncAction): void {
    this.#gather().actions.push(action)
  }

  #gather(): Gathering {
    if (this.#gathering) return this.#gathering
    const done = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        this.#flush().then(resolve, reject)
      })
    })
    done.catch(() => undefined)
    this.#gathering = { changes: [], actions: [], done }
    return this.#gathering
  }

  async #flush(): Promise<void> {
    const gathered = this.#gathering
    if (!gathered) return
    await this.#book.prepare(gathered.actions.flatMap((action) => subjectOf(action) ?? [])).finally(() => {
      this.#gathering = undefined
    })
    const events = gathered.actions.flatMap((action) => actionEvents(action, this.#book))
    while (events.length > atATime) void this.#step(events.splice(0, atATime), [])
    await this.#step(events, gathered.changes)
  }

  #step(events: readonly ReceivedEvent[], changes: readonly CredentialChange[]): Promise<void> {
    if (events.length === 0) return this.#strand.keys(changes)
    const committed = this.#strand.step({ kind: 'received', events }, changes)
    // Where one fails all later ones do, and whoever waits for the last is told.
    committed.catch(() => undefined)
    return committed
  }
}
