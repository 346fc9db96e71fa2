import { GatewayError } from '../core/errors/gateway-error.js'
import type { Clock } from '../core/ports/clock.js'
import type { Log } from '../core/ports/log.js'
import type { CursorMove, HealthChange, ReplayMove, SubscriptionStore } from '../core/ports/subscription-store.js'

/** Between two writes, in ms. */
const pause = 50
/** What only was passed over need not be written soon, in ms: after a crash it is passed over once more. */
const lazyPause = 5_000
/** After a write that failed, in ms. */
const retryPause = 1_000
/** Deliveries whose end is not stored yet. With more, everything waits for the disk. */
const mostUnsaved = 10_000

/**
 * Writes down how far deliveries have come. Alone, an accepted delivery is written at once; under load everything that moved
 * within 50 ms is one write, and of a cursor only where it stands then. So a crash repeats what was delivered in the last
 * moments before it, under the same ids and in the same order, and skips nothing.
 */
export class ProgressLog {
  readonly #store: Pick<SubscriptionStore, 'recordProgress'>
  readonly #clock: Clock
  readonly #log: Log
  #cursors = new Map<string, CursorMove>()
  #replays = new Map<number, ReplayMove>()
  #health = new Map<number, HealthChange>()
  #unsaved = 0
  #alarm: { readonly at: number; readonly cancel: () => void } | undefined
  #writing: Promise<void> | undefined
  #writtenAt = -Infinity
  #failed = false
  #waiting: (() => void)[] = []

  constructor(store: Pick<SubscriptionStore, 'recordProgress'>, clock: Clock, log: Log) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  /** A delivery has ended, or failed. */
  cursor(move: CursorMove): void {
    this.#cursors.set(`${move.subscription} ${move.instance}`, move)
    this.#unsaved++
    this.#soon(pause)
  }

  /** Events were passed over without a delivery. */
  passedOver(move: CursorMove): void {
    this.#cursors.set(`${move.subscription} ${move.instance}`, move)
    this.#soon(lazyPause)
  }

  replay(move: ReplayMove): void {
    this.#replays.set(move.replay, move)
    this.#unsaved++
    this.#soon(pause)
  }

  health(change: HealthChange): void {
    this.#health.set(change.subscription, change)
    this.#soon(pause)
  }

  /** Undefined when another delivery may begin, else a promise for when. */
  room(): Promise<void> | undefined {
    if (this.#unsaved < mostUnsaved) return undefined
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Resolves once everything that was handed in is stored; rejects as the store does, and keeps it. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#empty) return
    await this.#write()
    if (this.#failed) throw new GatewayError('storage-error', 'How far deliveries have come was not stored.')
  }

  get #empty(): boolean {
    return this.#cursors.size + this.#replays.size + this.#health.size === 0
  }

  #soon(most: number): void {
    if (this.#writing !== undefined) return
    const rest = this.#writtenAt + (this.#failed ? retryPause : most) - this.#clock.monotonic()
    if (rest <= 0) this.#at(0)
    else this.#at(rest)
  }

  #at(delay: number): void {
    const at = this.#clock.monotonic() + delay
    if (this.#alarm !== undefined && this.#alarm.at <= at) return
    this.#alarm?.cancel()
    this.#alarm = undefined
    const write = (): void => {
      this.#alarm = undefined
      void this.#write()
    }
    if (delay <= 0) write()
    else this.#alarm = { at, cancel: this.#clock.after(delay, write) }
  }

  /** Resolves when the attempt is over, however it ended. */
  #write(): Promise<void> | undefined {
    if (this.#writing !== undefined || this.#empty) return this.#writing
    this.#alarm?.cancel()
    this.#alarm = undefined
    const [cursors, replays, health, unsaved] = [this.#cursors, this.#replays, this.#health, this.#unsaved]
    this.#cursors = new Map()
    this.#replays = new Map()
    this.#health = new Map()
    const progress = { cursors: [...cursors.values()], replays: [...replays.values()], health: [...health.values()] }
    this.#writing = this.#store.recordProgress(progress).then(
      () => {
        this.#failed = false
        this.#wrote(unsaved)
      },
      (err: unknown) => {
        if (!this.#failed) this.#log.error({ err }, 'how far deliveries have come was not stored')
        this.#failed = true
        // What moved again meanwhile is newer.
        for (const [key, move] of cursors) if (!this.#cursors.has(key)) this.#cursors.set(key, move)
        for (const [key, move] of replays) if (!this.#replays.has(key)) this.#replays.set(key, move)
        for (const [key, change] of health) if (!this.#health.has(key)) this.#health.set(key, change)
        this.#wrote(0)
      },
    )
    return this.#writing
  }

  #wrote(saved: number): void {
    this.#writing = undefined
    this.#writtenAt = this.#clock.monotonic()
    this.#unsaved -= saved
    if (this.#unsaved < mostUnsaved) for (const go of this.#waiting.splice(0)) go()
    if (!this.#empty) this.#soon(pause)
  }
}
