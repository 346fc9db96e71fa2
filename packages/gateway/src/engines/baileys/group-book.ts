import type { GroupMetadata } from 'baileys'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { AddressBook } from './address-book.js'
import { asRefusal, refusalCode } from './refusals.js'
import type { CacheView } from './shared-cache.js'
import type { Socket } from './socket.js'

/** Of every group that was sent to lately, who is in it and what its members may do. */
export class GroupBook {
  readonly #remembered: CacheView
  readonly #people: AddressBook

  constructor(remembered: CacheView, people: AddressBook) {
    this.#remembered = remembered
    this.#people = people
    // What changed while this account was away is not known here.
    remembered.flushAll()
  }

  remembered(group: string): GroupMetadata | undefined {
    return this.#remembered.get(group) as GroupMetadata | undefined
  }

  /** After anything about it changed. */
  forget(group: string): void {
    this.#remembered.del(group)
  }

  /** Rejects with `group-not-found` and `not-in-group`. */
  async get(socket: Socket, group: string): Promise<GroupMetadata> {
    return this.remembered(group) ?? this.ask(socket, group)
  }

  /** The same as it is now. */
  async ask(socket: Socket, group: string): Promise<GroupMetadata> {
    let found: GroupMetadata
    try {
      found = await socket.groupMetadata(group)
    } catch (error) {
      throw groupRefusal(error)
    }
    for (const { id, phoneNumber, lid } of found.participants) this.#people.introduce(id, phoneNumber ?? lid)
    this.#remembered.set(group, found)
    return found
  }
}

/** How many participants a group has: what remembering it weighs. */
export function weightOf(group: unknown): number {
  return (group as GroupMetadata).participants.length
}

/** What a refused question about a group means. */
function groupRefusal(error: unknown): GatewayError {
  switch (refusalCode(error)) {
    case 401:
    case 403:
      return notInGroup(error)
    case 404:
    case 406:
    case 410:
      return new GatewayError('group-not-found', 'There is no such group.', { cause: error })
    default:
      return asRefusal(error)
  }
}

export function notInGroup(cause?: unknown): GatewayError {
  return new GatewayError('not-in-group', 'This account is not in the group.', { cause })
}
