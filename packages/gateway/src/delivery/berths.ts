/** Requests under way at the same time, over all endpoints. */
const most = 512
/** Of these, at most so many to endpoints that did not take what they were sent last. */
const mostSick = 256
/** To one endpoint. */
const mostEach = 8

/** A request's place among those under way; `sick` counts against the half of those that fail. */
export type Place = 'well' | 'sick'

/** What one endpoint has of the berths. It starts with one request at a time and earns more by accepting. */
export class Berth {
  readonly #berths: Berths
  readonly #waiting: ((place: Place | undefined) => void)[] = []
  #width = 1
  #taken = 0
  #place: Place = 'well'

  constructor(berths: Berths) {
    this.#berths = berths
  }

  get place(): Place {
    return this.#place
  }

  /** Whether somebody waits here whom this endpoint's own share would let begin. */
  get waits(): boolean {
    return this.#waiting.length > 0 && this.#taken < this.#width
  }

  /** A place when a request may begin now; given back by `leave`. */
  tryEnter(): Place | undefined {
    if (this.#waiting.length > 0 || this.#taken >= this.#width || !this.#berths.take(this.#place)) return undefined
    this.#taken++
    return this.#place
  }

  /** Resolves when a request may begin, or without a place when all are sent away. First come, first served here. */
  enter(): Promise<Place | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#berths.line(this)
      this.#berths.admit()
    })
  }

  /** Nobody waits any more. */
  sendAway(): void {
    for (const wait of this.#waiting.splice(0)) wait(undefined)
  }

  leave(place: Place): void {
    this.#taken--
    this.#berths.give(place)
    this.#berths.line(this)
    this.#berths.admit()
  }

  /** An endpoint that hangs or refuses has one request at a time, until it accepts again. */
  fared(accepted: boolean): void {
    this.#place = accepted ? 'well' : 'sick'
    this.#width = accepted ? Math.min(this.#width + 1, mostEach) : 1
  }

  /** The first of those that wait begins, on a place that was taken for it. */
  admitFirst(): void {
    this.#taken++
    this.#waiting.shift()?.(this.#place)
  }
}

/**
 * Bounds what is under way, so that one endpoint that is slow, dead or hostile holds up nobody else: each has a share of its
 * own, those that fail have half of the house at most, and whoever waits for room is admitted in turn, one endpoint after
 * the other.
 */
export class Berths {
  #taken = 0
  #sick = 0
  readonly #lines: Readonly<Record<Place, Set<Berth>>> = { well: new Set(), sick: new Set() }

  get taken(): number {
    return this.#taken
  }

  take(place: Place): boolean {
    if (this.#taken >= most || (place === 'sick' && this.#sick >= mostSick)) return false
    this.#taken++
    if (place === 'sick') this.#sick++
    return true
  }

  give(place: Place): void {
    this.#taken--
    if (place === 'sick') this.#sick--
  }

  /** Puts an endpoint into line, if somebody waits there. */
  line(berth: Berth): void {
    if (berth.waits) this.#lines[berth.place].add(berth)
  }

  admit(): void {
    this.#admit('well')
    this.#admit('sick')
  }

  #admit(place: Place): void {
    const line = this.#lines[place]
    for (const berth of line) {
      const waits = berth.place === place && berth.waits
      if (waits && !this.take(place)) return
      line.delete(berth)
      if (waits) berth.admitFirst()
      // Behind the others; or in the other line, where it has fallen ill or recovered meanwhile.
      this.line(berth)
    }
  }
}
