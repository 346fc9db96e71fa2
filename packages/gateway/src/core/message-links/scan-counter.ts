import { hash, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { MessageLinkStore, ScanBatch } from '../ports/message-link-store.js'
import type { Visitor } from './message-links.js'

/** From a scan to the write that holds it, in ms: what a crash may cost. Under load, as long as several writes take. */
const pause = { least: 50, most: 500, writes: 8 }
/** After a write that failed, in ms. */
const retryPause = 1_000
/** People of today who were written down and need not be again. */
const mostKnown = 200_000
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
 * Counts who opens links without making them wait for the disk: all scans of a moment are one write. Of a person there is a
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
  #pause = pause.least
  readonly #known = new LRUCache<string, true>({ max: mostKnown })
  #salt: { readonly day: number; readonly text: string } | undefined

  constructor(store: Pick<MessageLinkStore, 'recordScans' | 'saltOf'>, clock: Clock, log: Log) {
    this.#store = store
    this.#clock = clock
    this.#log = log
  }

  count(link: number, { address, agent }: Visitor): void {
    const now = this.#clock.now().getTime()
    this.#add(link, now - (now % hour), 1)
    this.#meet(link, now - (now % day), `${address} ${agent}`)
    this.#soon(this.#failed ? retryPause : this.#pause)
  }

  /** Resolves when what was counted before is stored, or was tried. */
  async close(): Promise<void> {
    this.#stopAlarm?.()
    await this.#writing
    await this.#write()
  }

  #add(link: number, thisHour: number, count: number): void {
    const key = `${link} ${thisHour}`
    const scans = this.#waiting.scans.get(key)
    if (scans) scans.count += count
    else this.#waiting.scans.set(key, { link, hour: new Date(thisHour), count })
  }

  #meet(link: number, thisDay: number, name: string): void {
    if (this.#waiting.people >= mostVisitors) return
    const key = `${link} ${thisDay}`
    let met = this.#waiting.visitors.get(key)
    if (!met) this.#waiting.visitors.set(key, (met = { link, day: new Date(thisDay), names: new Set() }))
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
    const started = this.#clock.monotonic()
    this.#writing = this.#record(batch).then(
      () => {
        this.#failed = false
        const took = this.#clock.monotonic() - started
        this.#pause = Math.min(pause.most, Math.max(pause.least, pause.writes * took))
      },
      (err: unknown) => {
        if (!this.#failed) this.#log.error({ err }, 'scans of message links were not stored')
        this.#failed = true
        this.#takeBack(batch)
      },
    )
    await this.#writing
    this.#writing = undefined
    if (this.#waiting.scans.size > 0) this.#soon(this.#failed ? retryPause : this.#pause)
  }

  async #record({ scans, visitors }: Waiting): Promise<void> {
    const fresh: ScanBatch['visitors'][number][] = []
    for (const { link, day: at, names } of visitors.values()) {
      const salt = await this.#saltOf(at)
      const digests = Array.from(names, (name) => digestOf(salt, name)).filter(
        (digest) => !this.#known.has(`${link} ${digest}`),
      )
      if (digests.length > 0) fresh.push({ link, day: at, digests })
    }
    await this.#store.recordScans({ scans: [...scans.values()], visitors: fresh })
    for (const { link, digests } of fresh) for (const digest of digests) this.#known.set(`${link} ${digest}`, true)
  }

  async #saltOf(at: Date): Promise<string> {
    if (this.#salt?.day === at.getTime()) return this.#salt.text
    const text = Buffer.from(await this.#store.saltOf(at, randomBytes(16))).toString('base64')
    this.#salt = { day: at.getTime(), text }
    return text
  }

  #takeBack({ scans, visitors }: Waiting): void {
    for (const { link, hour: at, count } of scans.values()) this.#add(link, at.getTime(), count)
    for (const { link, day: at, names } of visitors.values()) {
      for (const name of names) this.#meet(link, at.getTime(), name)
    }
  }
}

function digestOf(salt: string, name: string): number {
  return hash('sha256', `${salt} ${name}`, 'buffer').readUInt32BE(0)
}
