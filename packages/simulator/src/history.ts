import type { HistoryEntry } from './api.js'

type WithoutTime<Entry> = Entry extends unknown ? Omit<Entry, 'at'> : never

/** Append-only. Monotonic, so that entries can be compared with the marks of a test in the same process. */
export class History {
  readonly #entries: HistoryEntry[] = []

  add(entry: WithoutTime<HistoryEntry>): void {
    this.#entries.push({ at: performance.now(), ...entry })
  }

  entries(): readonly HistoryEntry[] {
    return this.#entries.slice()
  }
}
