interface SessionEntries {
  readonly _sessions: Record<string, SessionEntry>
}

interface SessionEntry {
  readonly indexInfo: { closed: number; readonly used?: number }
  readonly _chains: Record<string, unknown>
}

const stillOpen = -1
const closedSessionsKept = 8

/**
 * Closes the open session of a record before another takes its place. libsignal would do the same, but it prints the
 * whole session, keys included, when it does; and it keeps forty closed ones.
 *
 * Nothing changes when the session with this base key is in the record already: then no other is about to be opened.
 */
export function silenceOpenSession(text: string, opening?: Buffer): string {
  const record = JSON.parse(text) as SessionEntries
  if (opening && opening.toString('base64') in record._sessions) return text
  for (const { indexInfo } of Object.values(record._sessions)) {
    if (indexInfo.closed === stillOpen) indexInfo.closed = Date.now()
  }
  const latest = Object.entries(record._sessions).sort(([, a], [, b]) => b.indexInfo.closed - a.indexInfo.closed)
  return JSON.stringify({ ...record, _sessions: Object.fromEntries(latest.slice(0, closedSessionsKept)) })
}

/**
 * The sessions of a record, by base key, that a message may belong to: the one that knows its ratchet key already, or if
 * there is none all of them, with those that were used last first.
 */
export function sessionsFor(text: string, ratchetKey: string | undefined): string[] {
  const sessions = Object.entries((JSON.parse(text) as SessionEntries)._sessions)
  const knowing = sessions.filter(([, { _chains: chains }]) => ratchetKey !== undefined && ratchetKey in chains)
  return (knowing.length > 0 ? knowing : sessions)
    .sort(([, { indexInfo: one }], [, { indexInfo: other }]) => (other.used ?? 0) - (one.used ?? 0))
    .map(([baseKey]) => baseKey)
}

/** The record with this session alone. */
export function singleSession(text: string, baseKey: string): string {
  const record = JSON.parse(text) as SessionEntries
  const session = record._sessions[baseKey]
  return JSON.stringify({ ...record, _sessions: session ? { [baseKey]: session } : {} })
}

/** The record with what became of one of its sessions. */
export function withSession(text: string, changed: string): string {
  const record = JSON.parse(text) as SessionEntries
  return JSON.stringify({
    ...record,
    _sessions: { ...record._sessions, ...(JSON.parse(changed) as SessionEntries)._sessions },
  })
}
