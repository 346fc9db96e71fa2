import { hash, randomBytes } from 'node:crypto'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { MessageLinkStore } from '../ports/message-link-store.js'
import type { Visitor } from './message-links.js'
import { VisitorDigests } from './visitor-digests.js'

/** From a scan to the write that holds it, in ms: what a crash may cost. Under load, as long as several writes take. */
const pause = { least: 50, most: 500, writes: 8 }
/** After a write that failed, in ms. */
const retryPause = 1_000
/** People of today who were written down and need not be again; beyond these, all begin anew. */
const mostKnown = 200_000
/** While the disk fails, scans go on being counted and people beyond this many are not told apart. */
const mostVisitors = 100_000
const hour = 3_600_000
const day = 24 * hour

interface Waiting {
  /** By hour and link. */
  readonly scans: Map<number, Map<number, number>>
  /** By day. */
  readonly visitors: Map<number, VisitorDigests>
  /** Those who came before the salt of their day was read. */
  readonly named: Map<string, { readonly link: number; readonly day: number; readonly name: string }>
}

const nothing = (): Waiting => ({ scans: new Map(), visitors: new Map(), named: new Map() })

/**
 * Counts who opens links without making them wait for the disk: all scans of a moment are one write. Of a person there is a
 * digest under a salt of the day, kept only in a sketch. It is made at once, so that the address is forgotten at once; only
 * for the first scans of a day, whose salt has still to be read, it waits for the write.
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
  readonly #known = new VisitorDigests()
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
    let scans = this.#waiting.scans.get(thisHour)
    if (!scans) this.#waiting.scans.set(thisHour, (scans = new Map<number, number>()))
    scans.set(link, (scans.get(link) ?? 0) + count)
  }

  #meet(link: number, thisDay: number, name: string): void {
    const { named } = this.#waiting
    const met = this.#metOn(thisDay)
    if (named.size + met.size >= mostVisitors) return
    if (this.#salt?.day !== thisDay) {
      named.set(`${link} ${thisDay} ${name}`, { link, day: thisDay, name })
      return
    }
    const digest = digestOf(this.#salt.text, name)
    if (!this.#known.has(link, digest)) met.add(link, digest)
  }

  #metOn(thisDay: number): VisitorDigests {
    let met = this.#waiting.visitors.get(thisDay)
    if (!met) this.#waiting.visitors.set(thisDay, (met = new VisitorDigests()))
    return met
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

  async #record({ scans, visitors, named }: Waiting): Promise<void> {
    for (const [key, { link, day: at, name }] of named) {
      const digest = digestOf(await this.#saltOf(at), name)
      const met = visitors.get(at)
      if (!this.#known.has(link, digest)) met?.add(link, digest)
      named.delete(key)
    }
    await this.#store.recordScans({ scans: [...scans].flatMap(scansOf), visitors: [...visitors].flatMap(visitorsOf) })
    for (const met of visitors.values()) this.#keep(met)
  }

  #keep(met: VisitorDigests): void {
    if (this.#known.size + met.size > mostKnown) this.#known.clear()
    this.#known.addAll(met)
  }

  async #saltOf(at: number): Promise<string> {
    if (this.#salt?.day === at) return this.#salt.text
    const text = Buffer.from(await this.#store.saltOf(new Date(at), randomBytes(16))).toString('base64')
    this.#salt = { day: at, text }
    this.#known.clear()
    return text
  }

  #takeBack({ scans, visitors, named }: Waiting): void {
    for (const [at, counts] of scans) for (const [link, count] of counts) this.#add(link, at, count)
    for (const [at, met] of visitors) this.#metOn(at).addAll(met)
    for (const { link, day: at, name } of named.values()) this.#meet(link, at, name)
  }
}

function scansOf([at, counts]: [number, Map<number, number>]) {
  return Array.from(counts, ([link, count]) => ({ link, hour: new Date(at), count }))
}

function visitorsOf([at, met]: [number, VisitorDigests]) {
  return met.list().map((each) => ({ ...each, day: new Date(at) }))
}

function digestOf(salt: string, name: string): number {
  // As text, since a buffer would take longer to make than the digest.
  return Number.parseInt(hash('sha256', `${salt} ${name}`, 'hex').slice(0, 8), 16) | 0
}
