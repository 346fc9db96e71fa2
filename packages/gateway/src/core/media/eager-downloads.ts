import type { EventFeed } from '../events/event-feed.js'
import type { GatewayEvent } from '../events/event.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { InstanceId } from '../ids.js'
import type { Roster } from '../instances/roster.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { MediaStore, StoredMedia } from '../ports/media-store.js'
import type { Downloads } from './downloads.js'
import { filesOf } from './files-of.js'

/** Fewer than an account may have: whoever asks for a file never waits for those that nobody has asked for. */
const atOnce = 2
/** An account that is away fails every time: then there is no use in trying the rest. */
const mostFailures = 10
const firstPause = 30_000
const longestPause = 1_800_000

interface EagerParts {
  readonly feed: EventFeed
  readonly roster: Roster
  readonly store: MediaStore
  readonly downloads: Downloads
  readonly clock: Clock
  readonly log: Log
}

/** Brings files here as they arrive, for the instances that are set so. What is still to do stands in the store alone. */
export class EagerDownloads {
  readonly #parts: EagerParts
  readonly #running = new Map<InstanceId, { again: boolean }>()
  readonly #pauses = new Map<InstanceId, { length: number; cancel: () => void }>()
  readonly #stop: () => void
  #closed = false

  constructor(parts: EagerParts) {
    this.#parts = parts
    this.#stop = parts.feed.listen((instance, events) => {
      if (events.some(isCall)) this.#call(instance)
    })
  }

  close(): void {
    this.#closed = true
    this.#stop()
    for (const { cancel } of this.#pauses.values()) cancel()
  }

  #call(instance: InstanceId): void {
    if (this.#closed || this.#parts.roster.record(instance)?.options.files !== 'eager') return
    const running = this.#running.get(instance)
    if (running) {
      running.again = true
      return
    }
    void this.#run(instance)
  }

  async #run(instance: InstanceId): Promise<void> {
    const run = { again: true }
    this.#running.set(instance, run)
    try {
      while (run.again && !this.#closed) {
        run.again = false
        await this.#bringAll(instance)
      }
    } catch (error) {
      this.#parts.log.warn({ instance, error: codeOf(error) }, 'files that arrived could not be looked for')
    } finally {
      this.#running.delete(instance)
    }
  }

  /** One that fails holds up none of the others; all that failed are tried again later. */
  async #bringAll(instance: InstanceId): Promise<void> {
    const failed = new Set<string>()
    while (failed.size < mostFailures && !this.#closed) {
      const absent = await this.#parts.store.absent(instance, atOnce + failed.size)
      const files = absent.filter(({ key }) => !failed.has(key))
      if (files.length === 0) break
      await Promise.all(
        files.map(async (file) => {
          if (!(await this.#bring(file))) failed.add(file.key)
        }),
      )
    }
    if (failed.size > 0) this.#pause(instance)
    else this.#pauses.delete(instance)
  }

  /** False when it has to be tried again. That it cannot be had at all is remembered where it is asked for. */
  async #bring(file: StoredMedia): Promise<boolean> {
    try {
      await this.#parts.downloads.bring(file)
      return true
    } catch (error) {
      const code = codeOf(error)
      if (code === 'media-unavailable') return true
      this.#parts.log.debug({ instance: file.instance, error: code }, 'a file was not brought here yet')
      return false
    }
  }

  /** Ended early by the account being linked again, or by the next file. */
  #pause(instance: InstanceId): void {
    const before = this.#pauses.get(instance)
    before?.cancel()
    const length = before ? Math.min(2 * before.length, longestPause) : firstPause
    const cancel = this.#parts.clock.after(length, () => {
      this.#call(instance)
    })
    this.#pauses.set(instance, { length, cancel })
  }
}

/** What may mean that there is something to do. */
function isCall(event: GatewayEvent): boolean {
  if (event.kind === 'instance.state') return event.data.state === 'linked'
  return filesOf(event).some(({ handle }) => handle !== undefined)
}

function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.code : 'internal-error'
}
