import type { Failure, PageStep, StartRefusal, StartWish } from './wire.js'

export interface Listener {
  step(step: PageStep): void
  /** The connection is lost and being restored, or is there again. */
  lost(lost: boolean): void
}

const shortestPause = 1_000
const longestPause = 15_000

/** The page's way to the server: the steps as they come, and the asking for a start. */
export class Connection {
  readonly #path = location.pathname.replace(/\/$/, '')
  readonly #listener: Listener
  #source: EventSource | undefined
  #attempt = new URLSearchParams(location.search).get('attempt') ?? ''
  #pause = shortestPause
  #retry: number | undefined

  constructor(listener: Listener) {
    this.#listener = listener
    // A phone that comes back from WhatsApp has often lost the connection, and need not wait out a pause.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && this.#retry !== undefined) this.open()
    })
  }

  open(): void {
    this.close()
    const source = new EventSource(`${this.#path}/steps${this.#followed()}`)
    this.#source = source
    source.addEventListener('open', () => {
      this.#pause = shortestPause
      this.#listener.lost(false)
    })
    source.addEventListener('step', (event: MessageEvent<string>) => {
      this.#follow(event.lastEventId)
      this.#listener.step(JSON.parse(event.data) as PageStep)
    })
    source.addEventListener('error', () => {
      this.#listener.lost(true)
      // Closed for good: the server answered with something else than steps.
      if (source.readyState === EventSource.CLOSED) void this.#look()
    })
  }

  close(): void {
    clearTimeout(this.#retry)
    this.#retry = undefined
    this.#source?.close()
  }

  /** Undefined when it was accepted: what comes of it are steps. */
  async start(wish: StartWish): Promise<Failure | 'phone' | undefined> {
    try {
      const answer = await fetch(`${this.#path}/start`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(wish),
      })
      if (answer.ok) return undefined
      if (answer.status === 404) {
        this.#reload()
        return undefined
      }
      const refusal = (await answer.json()) as Partial<StartRefusal>
      return refusal.failure ?? 'trouble'
    } catch {
      return 'trouble'
    }
  }

  /** The page itself says whether it still exists; anything else is an outage, and passes. */
  async #look(): Promise<void> {
    const answer = await fetch(`${this.#path}${this.#followed()}`, { method: 'HEAD' }).catch(() => undefined)
    if (answer?.status === 404) {
      this.#reload()
      return
    }
    this.#retry = setTimeout(() => {
      this.open()
    }, this.#pause)
    this.#pause = Math.min(this.#pause * 2, longestPause)
  }

  /** Kept in the address, so that a reload after the end still finds out how this attempt ended. */
  #follow(attempt: string): void {
    if (attempt === '' || attempt === this.#attempt) return
    this.#attempt = attempt
    history.replaceState(null, '', this.#followed())
  }

  #followed(): string {
    return this.#attempt === '' ? '' : `?attempt=${encodeURIComponent(this.#attempt)}`
  }

  #reload(): void {
    this.close()
    location.reload()
  }
}
