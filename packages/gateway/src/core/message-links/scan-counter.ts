import { hash, randomBytes } from 'node:crypto'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { MessageLinkStore, ScanBatch } from '../ports/message-link-store.js'
import type { Visitor } from './message-links.js'

/** From a scan to the write that holds it, in ms: what a crash may cost. */
const pause = 50
/** After a write that failed, in ms. */
const retryPause = 1_000
/** While the disk fails, scans go on being counted and people beyond this many are not told apart. */
const mostVisitors = 100_000
const hour = 3_600_000
const day = 24 * hour

interface Waiting {
  readonly scans: Map<string, { readonly link: number; readonly hour: Date; count: number }>
  readonly visitors: Map<string, { readonly link: number; readonly day: Date; readonly names: Set<string> }>
  people: number
}

const nothing = (): Waiting => ({ scans: new Map(), visitors: new Map(), people: 0 })

/**
 * Counts who opens links without making them wait for the disk: all scans of 50 ms are one write. Of a person there is a
 * digest under a salt of the day, kept only in a sketch; the address is forgotten with the write.
 */
export class ScanCounter {
  readonly #store: Pick<MessageLinkStore, 'recordScans' | 'saltOf'>
  readonly #clock: Clock
  readonly #log: Log
  #waiting = nothing()
  #writing: Promise<void> | undefined
  #stopAlarm: (() => void) | undefined
  #failed = false
  #salt: { readonly day: number; readonly bytes: Uint8Array } | undefined

  constructor(store: Pick<MessageLinkStore, 'recordScans' | 'saltOf'>, clock: Clock, log: Log) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  count(link: number, { address, agent }: Visitor): void {
    const now = this.#clock.now().getTime()
    const thisHour = now - (now % hour)
    const key = `${link} ${thisHour}`
    const scans = this.#waiting.scans.get(key)
    if (scans) scans.count++
    else this.#waiting.scans.set(key, { link, hour: new Date(thisHour), count: 1 })
    this.#meet(link, now - (now % day), `${address} ${agent}`)
    this.#soon(this.#failed ? retryPause : pause)
  }

  /** Resolves when what was counted before is stored, or was tried. */
  async close(): Promise<void> {
    this.#stopAlarm?.()
    await this.#writing
    await this.#write()
  }

  #meet(link: number, thisDay: number, name: string): void {
    if (this.#waiting.people >= mostVisitors) return
    const key = `${link} ${thisDay}`
    const met = this.#waiting.visitors.get(key) ?? { link, day: new Date(thisDay), names: new Set<string>() }
    this.#waiting.visitors.set(key, met)
    if (met.names.has(name)) return
    met.names.add(name)
    this.#waiting.people++
  }

  #soon(delay: number): void {
    if (this.#stopAlarm !== undefined || this.#writing !== undefined) return
    this.#stopAlarm = this.#clock.after(delay, () => {
      this.#stopAlarm = undefined
      void this.#write()
    })
  }

  /** Resolves when the attempt is over, however it ended. */
  async #write(): Promise<void> {
    const batch = this.#waiting
    if (batch.scans.size === 0 || this.#writing !== undefined) return
    this.#waiting = nothing()
    this.#writing = this.#record(batch).then(
      () => {
        this.#failed = false
      },
      (err: unknown) => {
        if (!this.#failed) this.#log.error({ err }, 'scans of message links were not stored')
        this.#failed = true
        this.#takeBack(batch)
      },
    )
    await this.#writing
    this.#writing = undefined
    if (this.#waiting.scans.size > 0) this.#soon(this.#failed ? retryPause : pause)
  }

  async #record({ scans, visitors }: Waiting): Promise<void> {
    const digests: ScanBatch['visitors'][number][] = []
    for (const { link, day: at, names } of visitors.values()) {
      const salt = await this.#saltOf(at)
      digests.push({ link, day: at, digests: Array.from(names, (name) => digestOf(salt, name)) })
    }
    await this.#store.recordScans({ scans: [...scans.values()], visitors: digests })
  }

  async #saltOf(at: Date): Promise<Uint8Array> {
    if (this.#salt?.day === at.getTime()) return this.#salt.bytes
    const bytes = await this.#store.saltOf(at, randomBytes(16))
    this.#salt = { day: at.getTime(), bytes }
    return bytes
  }

  #takeBack({ scans, visitors }: Waiting): void {
    for (const [key, scan] of scans) {
      const since = this.#waiting.scans.get(key)
      if (since) since.count += scan.count
      else this.#waiting.scans.set(key, scan)
    }
    for (const { link, day: at, names } of visitors.values()) {
      for (const name of names) this.#meet(link, at.getTime(), name)
    }
  }
}

function digestOf(salt: Uint8Array, name: string): number {
  return Buffer.from(hash('sha256', Buffer.concat([salt, Buffer.from(name)]), 'hex').slice(0, 8), 'hex').readUInt32BE(0)
}
