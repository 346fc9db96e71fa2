import { GatewayError } from '../errors/gateway-error.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { MessageLinkStore, NewMessageLinkRecord, OpenLinkImport } from '../ports/message-link-store.js'
import type { LinkImportFailure, LinkImportRow } from './link-import.js'
import type { LinkMaker } from './link-maker.js'

/** Rows in one transaction, so that their progress shows and nobody waits long behind it. */
const rowsAtOnce = 100
/** After a failure that is not a row's own, in ms. */
const retryPause = 60_000

/** Makes the links of imports one after the other, and goes on after a restart where they were. */
export class ImportRunner {
  readonly #store: MessageLinkStore
  readonly #maker: LinkMaker
  readonly #clock: Clock
  readonly #log: Log
  #running: Promise<void> | undefined
  #again = false
  #closed = false
  #stopAlarm: (() => void) | undefined

  constructor(store: MessageLinkStore, maker: LinkMaker, clock: Clock, log: Log) {
    this.#store = store
    this.#maker = maker
    this.#clock = clock
    this.#log = log
  }

  /** There is something to do, or may be. */
  wake(): void {
    this.#again = true
    if (this.#closed) return
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#again) this.wake()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopAlarm?.()
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false
        for (const open of await this.#store.openImports()) await this.#finish(open)
      }
    } catch (err) {
      this.#again = false
      this.#log.error({ err }, 'an import of message links was held up')
      this.#stopAlarm = this.#clock.after(retryPause, () => {
        this.wake()
      })
    }
  }

  async #finish(open: OpenLinkImport): Promise<void> {
    for (let at = 0; at < open.rows.length && !this.#closed; at += rowsAtOnce) {
      const rows = open.rows.slice(at, at + rowsAtOnce)
      try {
        await this.#step(open, rows)
      } catch (error) {
        if (!isFull(error)) throw error
        // Some of them still find room.
        for (const row of rows) await this.#single(open, row)
      }
    }
  }

  async #single(open: OpenLinkImport, row: LinkImportRow): Promise<void> {
    try {
      await this.#step(open, [row])
    } catch (error) {
      if (!isFull(error)) throw error
      const failures = [{ row: row.row, why: error.message }]
      await this.#store.advanceImport(open.job.id, { links: [], failures, rows: 1 })
    }
  }

  async #step({ job, workspace, network }: OpenLinkImport, rows: readonly LinkImportRow[]): Promise<void> {
    const failures: LinkImportFailure[] = []
    let links: NewMessageLinkRecord[] = []
    for (const { row, wish } of rows) {
      try {
        links.push(await this.#maker.make(workspace, network, wish))
      } catch (error) {
        if (!(error instanceof GatewayError) || error.code.startsWith('storage-')) throw error
        failures.push({ row, why: error.field === undefined ? error.message : `${error.field}: ${error.message}` })
      }
    }
    const step = () => this.#store.advanceImport(job.id, { links, failures, rows: rows.length })
    while ((await step()) === undefined) links = links.map((link) => this.#maker.redraw(link))
  }
}

function isFull(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'message-links-full'
}
