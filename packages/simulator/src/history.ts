import type { Delivery, HistoryEntry } from './api.js'

type WithoutTime<Entry> = Entry extends unknown ? Omit<Entry, 'at'> : never

/** Append-only. Monotonic, so that entries can be compared with the marks of a test in the same process. */
export class History {
  readonly #entries: HistoryEntry[] = []

  add(entry: WithoutTime<HistoryEntry>): void {
    this.#entries.push({ at: performance.now(), ...entry })
  }

  entries(after = 0): readonly HistoryEntry[] {
    return this.#entries.slice(after)
  }

  /** The same from the side of the stanzas: one for each that was pushed to this device, or to any. */
  deliveries(device?: string): readonly Delivery[] {
    const found = new Map<number, Delivery>()
    for (const entry of this.#entries) {
      if (entry.device === undefined || (device !== undefined && entry.device !== device)) continue
      if (entry.event === 'pushed') {
        const { at, stanza, id, tag, encryption = [] } = entry
        const pushedAt = [...(found.get(stanza)?.pushedAt ?? []), at]
        found.set(stanza, { ...found.get(stanza), stanza, device: entry.device, id, tag, encryption, pushedAt })
      } else if (entry.event === 'acked') {
        const {
          at,
          stanza,
          event: _event,
          id: _id,
          tag: _tag,
          device: _device,
          connection: _connection,
          ...how
        } = entry
        const delivery = found.get(stanza)
        if (delivery) found.set(stanza, { ...delivery, acked: { at, ...how } })
      }
    }
    return [...found.values()]
  }
}
