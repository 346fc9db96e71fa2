import { randomUUID } from 'node:crypto'
import type { InstanceRef } from '../../core/instances/instance.js'
import type { CredentialChange, Credentials } from '../../core/ports/credentials.js'
import type { EngineReport, Inbox } from '../../core/ports/engine.js'

interface Entry {
  /** Undefined for keys that moved with nothing to tell. */
  readonly report: EngineReport | undefined
  readonly changes: CredentialChange[]
  readonly done: ((error?: unknown) => void)[]
}

/** How many commits may be under way before whoever makes more has to wait. */
const mostUnderWay = 256

/**
 * Everything that one connection has to get on the disk, in the order in which it happened, without waiting for one
 * commit before the next is handed in: many of them share one sync.
 *
 * Steps go through the core and bare keys straight to the store, which keeps the order of each way but not between the
 * two. So the ways take turns, and keys that wait for their turn travel with the next step. Once something failed
 * nothing more is committed: a later state of a ratchet without the one before would lose a message.
 */
export class CommitStrand {
  readonly #credentials: Credentials
  readonly #instance: InstanceRef
  readonly #inbox: Inbox
  readonly #onBroken: (error: unknown) => void
  readonly #name = randomUUID()
  #waiting: Entry[] = []
  #way: 'steps' | 'keys' = 'steps'
  #underWay = 0
  #failure: { readonly error: unknown } | undefined
  #last: Promise<void> = Promise.resolve()
  #roomFor: (() => void)[] = []
  #ended = false

  /** @param onBroken called once, when something could not be committed; the connection has to end */
  constructor(parts: {
    credentials: Credentials
    instance: InstanceRef
    inbox: Inbox
    onBroken: (error: unknown) => void
  }) {
    this.#credentials = parts.credentials
    this.#instance = parts.instance
    this.#inbox = parts.inbox
    this.#onBroken = parts.onBroken
  }

  /** What was handed in so far; undefined when all of it is on the disk. Rejects when some of it never will be. */
  get pending(): Promise<void> | undefined {
    return this.#failure || this.#underWay + this.#waiting.length > 0 ? this.#last : undefined
  }

  /** Resolves when the report and its changes are on the disk, in one transaction. */
  step(report: EngineReport, changes: readonly CredentialChange[]): Promise<void> {
    return this.#add({ report, changes: [...changes], done: [] })
  }

  keys(changes: readonly CredentialChange[]): Promise<void> {
    return changes.length === 0 ? Promise.resolve() : this.#add({ report: undefined, changes: [...changes], done: [] })
  }

  /**
   * Takes nothing more, and resolves when everything before is on the disk or never will be. The next connection of the
   * instance begins with what is stored, so it may begin only then.
   */
  async end(): Promise<void> {
    this.#ended = true
    await this.#last.catch(() => undefined)
  }

  /** Resolves when not too much is under way. */
  async room(): Promise<void> {
    if (this.#underWay + this.#waiting.length < mostUnderWay) return
    await new Promise<void>((resolve) => {
      this.#roomFor.push(resolve)
    })
  }

  #add(entry: Entry): Promise<void> {
    if (this.#ended) return Promise.reject(new Error('this connection is over'))
    const done = new Promise<void>((resolve, reject) => {
      entry.done.push((error) => {
        if (error === undefined) resolve()
        else reject(error instanceof Error ? error : new Error('not committed', { cause: error }))
      })
    })
    done.catch(() => undefined)
    this.#last = this.#last.then(() => done)
    this.#last.catch(() => undefined)
    this.#waiting.push(entry)
    this.#next()
    return done
  }

  #next(): void {
    for (;;) {
      const entry = this.#waiting[0]
      if (!entry) return
      if (this.#failure) {
        this.#waiting.shift()
        settle(entry, this.#failure.error)
        continue
      }
      const way = entry.report ? 'steps' : 'keys'
      if (this.#underWay > 0 && way !== this.#way) {
        // Keys that wait while steps are under way need no turn of their own when another step is behind them.
        if (way === 'keys' && this.#mergeIntoStep()) continue
        return
      }
      this.#waiting.shift()
      this.#way = way
      this.#underWay++
      void this.#commit(entry)
    }
  }

  #mergeIntoStep(): boolean {
    const at = this.#waiting.findIndex(({ report }) => report !== undefined)
    const step = this.#waiting[at]
    if (!step) return false
    const before = this.#waiting.slice(0, at)
    const merged: Entry = {
      report: step.report,
      changes: [...before.flatMap(({ changes }) => changes), ...step.changes],
      done: [...before.flatMap(({ done }) => done), ...step.done],
    }
    this.#waiting = [merged, ...this.#waiting.slice(at + 1)]
    return true
  }

  async #commit({ report, changes, done }: Entry): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    try {
      if (report) await this.#inbox.accept({ report, credentials: changes, strand: this.#name })
      else await this.#credentials.commit(this.#instance, changes, this.#name)
    } catch (error) {
      failure = { error }
    }
    this.#underWay--
    if (failure && !this.#failure) {
      this.#failure = failure
      this.#onBroken(failure.error)
    }
    settle({ done }, failure?.error)
    this.#next()
    if (this.#underWay + this.#waiting.length < mostUnderWay) for (const go of this.#roomFor.splice(0)) go()
  }
}

function settle({ done }: Pick<Entry, 'done'>, error: unknown): void {
  for (const one of done) one(error)
}
