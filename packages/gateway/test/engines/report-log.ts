import type { EngineReport, Inbox, ProtocolStep } from '#gateway/core/ports/engine.js'
import type { MemoryCredentials } from './memory-credentials.js'
import { shop } from './memory-credentials.js'

/** An inbox that commits to memory and remembers what it was told. */
export class ReportLog implements Inbox {
  readonly reports: EngineReport[] = []
  readonly #credentials: MemoryCredentials
  readonly #waiting = new Set<() => void>()

  constructor(credentials: MemoryCredentials) {
    this.#credentials = credentials
  }

  async accept({ report, credentials }: ProtocolStep): Promise<void> {
    await this.#credentials.commit(shop, credentials)
    this.reports.push(report)
    for (const look of this.#waiting) look()
  }

  /** The first report of a kind, past or to come. */
  async first<Kind extends EngineReport['kind']>(kind: Kind): Promise<EngineReport & { kind: Kind }> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.reports.find((report): report is EngineReport & { kind: Kind } => report.kind === kind)
        if (!found) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }
}
