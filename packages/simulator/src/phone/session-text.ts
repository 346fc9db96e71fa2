interface SessionEntries {
  readonly _sessions: Record<string, { readonly indexInfo: { closed: number } }>
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
