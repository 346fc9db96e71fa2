import { proto } from 'baileys'
import type {
  HistoryEntry,
  LinkedDevice,
  PhoneMessage,
  Simulator,
  VirtualChat,
  VirtualGroup,
  VirtualPhone,
  VirtualPrivacy,
} from '../api.js'

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

export function messageJson({ content, receipts, timestamp, ...message }: PhoneMessage) {
  return {
    ...message,
    // Bytes become base64, and numbers that JSON cannot hold become texts.
    content: proto.Message.fromObject(content).toJSON() as unknown,
    receipts: receipts.map(({ by, kind, at }) => ({ by, kind, at: at.toISOString() })),
    timestamp: timestamp.toISOString(),
  }
}

export function groupJson(group: VirtualGroup) {
  const { id, addressing, subject, description, announcement, locked, expiration, membersMayAdd, approval } = group
  const settings = { announcement, locked, expiration, membersMayAdd, approval }
  return { id, addressing, subject, description, ...settings, participants: group.participants() }
}

export function chatJson(chat: VirtualChat) {
  const { id, archived, pinned, muteUntil, markedUnread, clearedAt, deletedAt } = chat
  const [starred, hidden, labels] = [chat.starred(), chat.hidden(), chat.labels()]
  const times = { clearedAt: clearedAt?.toISOString(), deletedAt: deletedAt?.toISOString() }
  return { id, archived, pinned, muteUntil, markedUnread, ...times, starred, hidden, labels }
}

export function profileJson({ name, profile }: VirtualPhone) {
  const picture = profile.picture()
  const { about, business } = profile
  return { name, about, business, picture: picture && Buffer.from(picture).toString('base64') }
}

export function privacyJson(privacy: VirtualPrivacy) {
  const { numberHidden, defaultExpiration } = privacy
  return { settings: privacy.settings(), blocked: privacy.blocked(), numberHidden, defaultExpiration }
}

/** Entries that come after the first `after` of the history, numbered from 1, and the number to ask with next time. */
export function historyJson(entries: readonly HistoryEntry[], after: number) {
  const items = entries.map((entry, index) => ({ seq: after + index + 1, ...entry }))
  return { items, next: items.at(-1)?.seq ?? after }
}
