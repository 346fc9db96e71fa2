import type { HistoryEntry, LinkedDevice, PhoneMessage, Simulator, VirtualPhone } from '../api.js'

export function simulatorJson(simulator: Simulator) {
  return {
    name: 'gangway-simulator',
    url: simulator.url,
    rootKey: Buffer.from(simulator.rootKey).toString('hex'),
    connections: simulator.connections(),
  }
}

export function phoneJson({ number, jid, lid, name, online }: VirtualPhone) {
  return { number, jid, lid, name, online }
}

export function deviceJson({ jid, platform, linkedAt, connected }: LinkedDevice) {
  return { jid, platform, linkedAt: linkedAt.toISOString(), connected }
}

export function messageJson({ id, from, to, text, status, timestamp }: PhoneMessage) {
  return { id, from, to, text, status, timestamp: timestamp.toISOString() }
}

/** The entries after the first `after`, numbered from 1, and the number to ask with next time. */
export function historyJson(history: readonly HistoryEntry[], after: number) {
  const items = history.slice(after).map((entry, index) => ({ seq: after + index + 1, ...entry }))
  return { items, next: items.at(-1)?.seq ?? after }
}
