import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { mailboxName } from '../accounts/device.js'
import { isBlocked, maySee, privacyOf } from '../accounts/privacy.js'
import type { Availability, Typing, TypingState } from '../attention.js'
import { addressIn } from '../chat.js'
import { Group } from '../groups/group.js'
import { membersOf } from '../groups/notices.js'
import type { Network } from '../network.js'
import { element, unixSeconds } from '../wire/nodes.js'
import { TypingBoard } from './typing-board.js'

/** Who looks at WhatsApp, and who writes to whom at this moment. None of it outlives a connection, let alone the server. */
export class PresenceExchange {
  readonly #network: Network
  /** Devices. */
  readonly #available = new Set<string>()
  readonly #lastSeen = new Map<string, Date>()
  /** By device: the numbers it wants to hear of, and the address under which it asked for each. */
  readonly #subscriptions = new Map<string, Map<string, string>>()
  readonly #board = new TypingBoard()

  constructor(network: Network) {
    this.#network = network
  }

  /** A device shows itself or hides. */
  announce(account: Account, device: number, available: boolean): void {
    const before = this.of(account).available
    const name = mailboxName(account.number, device)
    this.#note(name, 'presence', available ? 'available' : 'unavailable')
    if (available) this.#available.add(name)
    else this.#available.delete(name)
    this.#tellOfChange(account, before)
  }

  subscribe(account: Account, device: number, to: string): void {
    const name = mailboxName(account.number, device)
    this.#note(name, 'presence', 'subscribe', to)
    const other = this.#network.directory.byJid(to)
    if (other === undefined) return
    const subscriptions = this.#subscriptions.get(name) ?? new Map<string, string>()
    this.#subscriptions.set(name, subscriptions.set(other.number, to))
    this.#network.live.get(name)?.tell(this.#presenceOf(other, to, account))
  }

  /** A device has nobody to show anything to any more, and sees nothing. */
  gone(account: Account, device: number): void {
    const before = this.of(account).available
    const name = mailboxName(account.number, device)
    this.#subscriptions.delete(name)
    this.#available.delete(name)
    this.#tellOfChange(account, before)
  }

  type(account: Account, device: number, to: string, state: TypingState): void {
    this.#note(mailboxName(account.number, device), 'chatstate', state, to)
    const chat = this.#network.groups.byJid(to) ?? this.#network.directory.byJid(to)
    if (chat instanceof Group && chat.roleOf(account) === undefined) return
    const readers = chat instanceof Group ? membersOf(this.#network, chat) : chat ? [chat] : []
    for (const reader of readers) {
      if (reader === account) continue
      const place = chat instanceof Group ? chat.jid : account.number
      if (reader.record.online) this.#board.set(reader.number, { from: account.number, chat: place }, state)
      this.#tellOfTyping(account, reader, chat instanceof Group ? chat : undefined, state)
    }
  }

  /** A message has come of it. */
  wrote(from: Account, reader: Account, chat: string): void {
    this.#board.set(reader.number, { from: from.number, chat }, 'paused')
  }

  typingAt(reader: Account): readonly Typing[] {
    return this.#board.at(reader.number)
  }

  of(account: Account): Availability {
    const available = account.deviceIds().some((device) => this.#available.has(mailboxName(account.number, device)))
    const lastSeen = this.#lastSeen.get(account.number)
    return { available, ...(lastSeen && { lastSeen }) }
  }

  #tellOfChange(account: Account, before: boolean): void {
    const { available } = this.of(account)
    if (available === before) return
    if (!available) this.#lastSeen.set(account.number, new Date())
    for (const [device, subscriptions] of this.#subscriptions) {
      const address = subscriptions.get(account.number)
      const viewer = this.#network.directory.byNumber(device.replace(/:.*/, ''))
      if (address === undefined || viewer === undefined) continue
      this.#network.live.get(device)?.tell(this.#presenceOf(account, address, viewer))
    }
  }

  /**
   * WhatsApp tells devices that show themselves; those that only subscribed are told here as well, since nothing
   * published says that they are not.
   */
  #tellOfTyping(from: Account, reader: Account, group: Group | undefined, state: TypingState): void {
    for (const { name } of reader.devices.values()) {
      const asked = this.#subscriptions.get(name)?.get(from.number)
      if (asked === undefined && !this.#available.has(name)) continue
      const where = group
        ? { from: group.jid, participant: group.addressOf(from) }
        : { from: asked ?? addressIn(from, from) }
      this.#network.live.get(name)?.tell(element('chatstate', where, [stateElement(state)]))
    }
  }

  /** As far as the viewer may see it: `deny` stands where a time is kept back (`handlePresenceUpdate`). */
  #presenceOf(account: Account, address: string, viewer: Account): BinaryNode {
    const { available, lastSeen } = this.of(account)
    const open = maySee(this.#network, account, viewer, 'last')
    const hides = isBlocked(account, viewer) || (!open && privacyOf(account).online === 'match_last_seen')
    if (available && !hides) return element('presence', { from: address })
    if (!open) return element('presence', { from: address, type: 'unavailable', last: 'deny' })
    const last = lastSeen && unixSeconds(lastSeen.getTime())
    return element('presence', { from: address, type: 'unavailable', last })
  }

  #note(device: string, tag: string, type: string, to?: string): void {
    this.#network.history.add({ event: 'received', device, id: '', tag, type, ...(to !== undefined && { to }) })
  }
}

/** As the library's `sendPresenceUpdate` writes it and its `handlePresenceUpdate` reads it. */
function stateElement(state: TypingState): BinaryNode {
  return state === 'recording' ? element('composing', { media: 'audio' }) : element(state)
}
