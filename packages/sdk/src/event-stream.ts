import type { components } from './api.js'
import { ApiError, EventsExpiredError, type ExpiredEvents, type Problem } from './errors.js'
import type { WebSocketConstructor, WebSocketLike } from './web-socket.js'

type GatewayEvent = components['schemas']['Event']

export interface StreamOptions {
  /** `all`: every instance that the key can see, those made later included. Or these, each from its `after` on or from now on. */
  readonly follow: 'all' | readonly { readonly instance: string; readonly after?: number }[]
  /** With `all`: from now on unless told, or from the start of what is kept. */
  readonly after?: 'now' | 'start'
  /** With `all`: the `cursors` of a stream that was read before. Instances that are not in it are read from their start. */
  readonly cursors?: ReadonlyMap<string, number>
  readonly kinds?: readonly GatewayEvent['kind'][]
  readonly signal?: AbortSignal | undefined
  /** Told of events that were asked for and are no longer kept. Where this is left out, they end the stream with an error. */
  readonly onExpired?: (expired: ExpiredEvents) => void
}

/** What the stream needs of its surroundings. */
export interface StreamParts {
  readonly url: string
  readonly protocols: readonly string[]
  readonly WebSocket: WebSocketConstructor
  /** Rejects with why a handshake would be refused. */
  readonly probe: () => Promise<unknown>
}

/** Exactly one of them. */
interface Frame {
  readonly event?: GatewayEvent
  readonly caughtUp?: { readonly instance: string; readonly seq: number }
  readonly expired?: ExpiredEvents
  readonly gone?: { readonly instance: string }
  readonly following?: number
  readonly heartbeat?: string
  readonly error?: Problem
}

/** In one message. */
const mostFollowed = 500
/** Frames that wait for a reader. With more the connection is given up, and made anew once they have been read. */
const mostWaiting = 1_000
/** The gateway says something every 15 s. */
const silence = 45_000
const [firstDelay, longestDelay] = [500, 30_000]
/** Refusals that no other attempt would change. */
const final: ReadonlySet<string> = new Set(['unauthorized', 'forbidden', 'bad-request'])

/** The events of any number of instances, over connections that are made again and again. To be iterated once. */
export class EventStream implements AsyncIterable<GatewayEvent> {
  /** Where to go on, by instance: past whatever has been dealt with, which is what was followed by a question for more. */
  readonly cursors = new Map<string, number>()
  readonly #options: StreamOptions
  readonly #parts: StreamParts
  /** Past whatever has arrived. */
  readonly #heard = new Map<string, number>()
  readonly #waiting: Frame[] = []
  #socket: WebSocketLike | undefined
  #opened = false
  /** Answers that are due until everything that is followed has said where it begins. */
  #unanswered = 0
  #established: boolean
  #failures = 0
  #failure: ApiError | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #wake: () => void = () => undefined

  constructor(options: StreamOptions, parts: StreamParts) {
    this.#options = options
    this.#parts = parts
    this.#established = options.cursors !== undefined
    for (const [instance, seq] of options.cursors ?? []) this.#note(instance, seq)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GatewayEvent> {
    const { signal } = this.#options
    const stop = () => {
      this.#wake()
    }
    signal?.addEventListener('abort', stop)
    try {
      while (signal?.aborted !== true) {
        const frame = this.#waiting.shift()
        if (frame !== undefined) {
          yield* this.#read(frame)
          if (this.#isOver()) return
          continue
        }
        if (this.#failure !== undefined) throw this.#failure
        if (this.#socket === undefined && this.#timer === undefined) this.#connect()
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#letGo()
    }
  }

  *#read({ event, caughtUp, expired, gone }: Frame): Generator<GatewayEvent> {
    if (event) {
      yield event
      this.cursors.set(event.instance, event.seq)
    } else if (caughtUp) {
      this.cursors.set(caughtUp.instance, Math.max(caughtUp.seq, this.cursors.get(caughtUp.instance) ?? 0))
    } else if (expired) {
      if (this.#options.onExpired === undefined) throw new EventsExpiredError(expired)
      this.#options.onExpired(expired)
      this.cursors.set(expired.instance, expired.to)
    } else if (gone) {
      this.cursors.delete(gone.instance)
    }
  }

  /** Nothing more can come when none is left of those that were named. */
  #isOver(): boolean {
    const { follow } = this.#options
    return follow !== 'all' && this.#established && this.#heard.size === 0 && this.#waiting.length === 0
  }

  #connect(): void {
    const { WebSocket, url, protocols } = this.#parts
    const socket = new WebSocket(url, [...protocols])
    const isCurrent = () => this.#socket === socket
    this.#socket = socket
    this.#opened = false
    this.#listen()
    socket.addEventListener('open', () => {
      if (!isCurrent()) return
      this.#opened = true
      for (const message of this.#wishes()) {
        this.#unanswered++
        socket.send(JSON.stringify(message))
      }
    })
    socket.addEventListener('message', ({ data }) => {
      if (isCurrent()) this.#take(JSON.parse(String(data)) as Frame)
    })
    // What follows an error is a close.
    socket.addEventListener('error', () => undefined)
    socket.addEventListener('close', () => {
      if (isCurrent()) this.#lost()
    })
  }

  /** What is said to a new connection, so that it goes on where the last one ended. */
  #wishes(): object[] {
    const { follow, after = 'now', kinds } = this.#options
    const named = follow === 'all' ? [] : follow.filter(({ instance }) => !this.#heard.has(instance))
    // Who is gone is not asked for again.
    const fresh = this.#established ? [] : named
    const known = [...this.#heard].map(([instance, seq]) => ({ instance, after: seq }))
    const all = [...known, ...fresh]
    const wishes: object[] = []
    for (let at = 0; at < all.length; at += mostFollowed) {
      wishes.push({ follow: all.slice(at, at + mostFollowed), kinds })
    }
    if (follow === 'all') wishes.push({ follow, after: this.#established ? 'start' : after, kinds })
    return wishes
  }

  #take(frame: Frame): void {
    this.#listen()
    const { event, caughtUp, expired, gone, following, heartbeat, error } = frame
    if (event) this.#note(event.instance, event.seq)
    else if (caughtUp) this.#note(caughtUp.instance, caughtUp.seq)
    else if (expired) this.#note(expired.instance, expired.to)
    else if (gone) this.#heard.delete(gone.instance)
    else if (following !== undefined && --this.#unanswered === 0) this.#established = true
    else if (error && final.has(error.code)) this.#failure = new ApiError(error)
    if (heartbeat === undefined) {
      this.#failures = 0
      this.#waiting.push(frame)
    }
    if (this.#waiting.length >= mostWaiting) this.#letGo()
    this.#wake()
  }

  #note(instance: string, seq: number): void {
    this.#heard.set(instance, Math.max(seq, this.#heard.get(instance) ?? 0))
  }

  /** Gives the connection up when it says nothing for too long: a close may never arrive. */
  #listen(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#lost()
    }, silence)
  }

  #lost(): void {
    const refused = !this.#opened
    this.#letGo()
    const delay = Math.min(firstDelay * 2 ** this.#failures++, longestDelay)
    // Between half and all of it, so that the clients of a gateway that was restarted do not come all at once.
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        if (refused) void this.#askWhy()
        this.#wake()
      },
      delay * (0.5 + Math.random() / 2),
    )
  }

  /** A WebSocket is not told why its handshake was refused; an ordinary request is. */
  async #askWhy(): Promise<void> {
    try {
      await this.#parts.probe()
    } catch (error) {
      const isFinal = error instanceof ApiError && error.status !== 426 && final.has(error.code)
      if (!isFinal) return
      this.#failure = error
      this.#letGo()
      this.#wake()
    }
  }

  #letGo(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const socket = this.#socket
    this.#socket = undefined
    this.#unanswered = 0
    socket?.close()
  }
}
