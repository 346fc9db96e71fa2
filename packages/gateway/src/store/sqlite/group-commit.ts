import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { failureKind } from './errors.js'
import type { Gauges } from './gauges.js'
import { packError, type Answer, type Outcome, type Unit, type WireError } from './protocol.js'

export interface GroupCommitOptions {
  readonly database: DatabaseSyncInstance
  readonly run: (unit: Unit) => Promise<unknown>
  readonly gauges: Gauges
  /** Called once, when a commit failed in a way after which nothing may be promised any more. */
  readonly onFatal: (error: WireError) => void
}

type Reply = (answers: readonly Answer[]) => void
interface Waiting {
  readonly unit: Unit
  readonly reply: Reply
}

/** Whoever has a strand lets go of it at the first failure, so remembering the newest is enough. */
const mostSnappedStrands = 10_000
const largestGroup = { units: 512, rows: 8192 }
/** Frames in the log that are worth a checkpoint: about 4 MB. */
const checkpointAfter = 1000

/**
 * Gathers what arrived in one turn into one transaction, so that many writes share one sync. Each unit has a savepoint
 * of its own and fails alone. Nobody is answered before the commit.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #waiting: Waiting[] = []
  readonly #log: StatementSyncInstance
  readonly #snappedStrands = new Set<string>()
  #turn: Promise<void> | undefined
  #broken: WireError | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#log = options.database.prepare('pragma wal_checkpoint(noop)')
  }

  add(units: readonly Unit[], reply: Reply): void {
    for (const unit of units) this.#waiting.push({ unit, reply })
    this.#turn ??= this.#commitAll()
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#turn !== undefined) await this.#turn
  }

  /**
   * Leaves everything in the one file, where it can be copied. Closing alone would not: this library holds a connection
   * open until its prepared statements have been collected.
   */
  end(): void {
    if (this.#broken === undefined) this.#options.database.exec('pragma wal_checkpoint(truncate)')
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Everything that other threads have posted by now is delivered before this resolves.
      await nextTurn()
      const group = this.#nextGroup()
      const outcomes = await this.#commit(group.map(({ unit }) => unit))
      answer(group, outcomes)
      this.#checkpoint()
    }
    this.#turn = undefined
  }

  #nextGroup(): Waiting[] {
    let rows = 0
    const end = this.#waiting.findIndex(({ unit }, at) => {
      rows += unit.rows
      return at > 0 && (at >= largestGroup.units || rows > largestGroup.rows)
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #commit(units: readonly Unit[]): Promise<readonly Outcome[]> {
    if (this.#broken !== undefined) return refuse(units, this.#broken)
    const { database, gauges } = this.#options
    const started = performance.now()
    let committing = false
    try {
      database.exec('begin immediate')
      const outcomes: Outcome[] = []
      for (const unit of units) outcomes.push(this.#snapped(unit) ?? (await this.#attempt(unit)))
      committing = true
      database.exec('commit')
      gauges.committed(units.length, performance.now() - started)
      return outcomes
    } catch (error) {
      const kind = failureKind(error)
      const fatal = kind === 'io' || (committing && kind !== 'full' && kind !== 'busy')
      if (fatal) this.#break(error)
      else this.#rollBack()
      for (const unit of units) this.#snap(unit)
      return refuse(units, packError(error, fatal ? 'unknown' : 'none'))
    }
  }

  async #attempt(unit: Unit): Promise<Outcome> {
    const { database, run } = this.#options
    database.exec('savepoint unit')
    try {
      const value = await run(unit)
      database.exec('release unit')
      return { ok: true, value }
    } catch (error) {
      const kind = failureKind(error)
      // SQLite may have rolled everything back already; then the units before this one are gone with it.
      if (kind === 'full' || kind === 'io' || !database.isTransaction) throw error
      database.exec('rollback to unit')
      database.exec('release unit')
      this.#snap(unit)
      return { ok: false, error: packError(error) }
    }
  }

  /** The refusal of a unit whose strand has failed before; undefined for one that may be tried. */
  #snapped({ strand }: Unit): Outcome | undefined {
    if (strand === undefined || !this.#snappedStrands.has(strand)) return undefined
    return { ok: false, error: packError(new GatewayError('stale-owner', 'A write before this one failed')) }
  }

  #snap({ strand }: Unit): void {
    if (strand === undefined) return
    this.#snappedStrands.add(strand)
    const oldest = this.#snappedStrands.size > mostSnappedStrands ? this.#snappedStrands.keys().next() : undefined
    if (oldest?.done === false) this.#snappedStrands.delete(oldest.value)
  }

  #rollBack(): void {
    const { database } = this.#options
    try {
      if (database.isTransaction) database.exec('rollback')
    } catch (error) {
      this.#break(error)
    }
  }

  /** After a failed sync the kernel may have dropped what it could not write: no later commit would mean anything. */
  #break(error: unknown): void {
    if (this.#broken !== undefined) return
    this.#broken = packError(error)
    this.#options.onFatal(this.#broken)
  }

  #checkpoint(): void {
    if (this.#broken !== undefined) return
    const { database } = this.#options
    try {
      const { log, checkpointed } = this.#log.get() as Record<string, number>
      if (log === undefined || checkpointed === undefined || log - checkpointed < checkpointAfter) return
      database.exec('pragma wal_checkpoint(passive)')
    } catch (error) {
      // A full disk or a busy reader: everything is safe in the log, and the next turn tries again.
      if (failureKind(error) === 'io') this.#break(error)
    }
  }
}

function refuse(units: readonly Unit[], error: WireError): Outcome[] {
  return units.map(() => ({ ok: false, error }))
}

/** One message to each client, however many of its units were in the group. */
function answer(group: readonly Waiting[], outcomes: readonly Outcome[]): void {
  const answers = new Map<Reply, Answer[]>()
  for (const [at, { unit, reply }] of group.entries()) {
    const outcome = outcomes[at]
    if (outcome === undefined) throw new Error('a unit was left without an outcome')
    const list = answers.get(reply)
    if (list === undefined) answers.set(reply, [{ ...outcome, id: unit.id }])
    else list.push({ ...outcome, id: unit.id })
  }
  for (const [reply, list] of answers) reply(list)
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
