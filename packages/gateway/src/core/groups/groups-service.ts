import type { Caller } from '../access/access.js'
import { groupJid, inviteCode, inviteLink, personJids } from '../chats/addressing.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { Groups } from '../gateway.js'
import type { InstanceId, MediaId } from '../ids.js'
import type { InstanceActor } from '../instances/instance-actor.js'
import type { Roster } from '../instances/roster.js'
import type { ChatStore } from '../ports/store.js'
import type { Avatars } from '../profiles/avatars.js'
import { requireAtMost, requireLength } from '../text-limit.js'
import type { Group, GroupEdit, NewGroup, ParticipantOutcome } from './group.js'

/** As WhatsApp's own clients have it. */
const most = { subject: 100, description: 2048, participants: 1023 } as const
/** What WhatsApp lets disappear after: never, a day, a week, 90 days. */
const expiries: readonly number[] = [0, 86_400, 604_800, 7_776_000]

export class GroupsService implements Groups {
  readonly #roster: Roster
  readonly #chats: ChatStore
  readonly #avatars: Pick<Avatars, 'jpeg'>

  constructor(roster: Roster, chats: ChatStore, avatars: Pick<Avatars, 'jpeg'>) {
    this.#roster = roster
    this.#chats = chats
    this.#avatars = avatars
  }

  async list(caller: Caller, id: InstanceId): Promise<Group[]> {
    const actor = this.#roster.find(caller, 'messages:read', id)
    const groups = await actor.perform('group.list', null)
    await this.#learnNames(id, groups)
    return [...groups]
  }

  async get(caller: Caller, id: InstanceId, group: string): Promise<Group> {
    const actor = this.#roster.find(caller, 'messages:read', id)
    return this.#read(actor, id, groupJid(group, 'group'))
  }

  async create(
    caller: Caller,
    id: InstanceId,
    { subject, participants }: NewGroup,
  ): Promise<{ group: Group; outcomes: readonly ParticipantOutcome[] }> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    requireLength(subject, most.subject, 'subject')
    const wish = { subject, participants: requireParticipants(participants) }
    return actor.perform('group.create', wish)
  }

  async edit(caller: Caller, id: InstanceId, group: string, changes: GroupEdit): Promise<Group> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const jid = groupJid(group, 'group')
    requireValid(changes)
    if (Object.keys(changes).length > 0) await actor.perform('group.edit', { group: jid, changes })
    return this.#read(actor, id, jid)
  }

  async setPicture(caller: Caller, id: InstanceId, group: string, media: MediaId | null): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const jid = groupJid(group, 'group')
    const jpeg = media === null ? null : await this.#avatars.jpeg(caller, id, media)
    await actor.perform('profile.set-picture', { jid, jpeg })
  }

  async change(
    caller: Caller,
    id: InstanceId,
    group: string,
    change: 'add' | 'remove' | 'promote' | 'demote',
    participants: readonly string[],
  ): Promise<readonly ParticipantOutcome[]> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    const jid = groupJid(group, 'group')
    if (participants.length === 0) {
      throw new GatewayError('bad-request', "'participants' is empty.", { field: 'participants' })
    }
    return actor.perform('group.participants', { group: jid, change, participants: requireParticipants(participants) })
  }

  async invite(caller: Caller, id: InstanceId, group: string): Promise<string> {
    const actor = this.#roster.find(caller, 'messages:read', id)
    return inviteLink(await actor.perform('group.invite', { group: groupJid(group, 'group') }))
  }

  async revokeInvite(caller: Caller, id: InstanceId, group: string): Promise<string> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    return inviteLink(await actor.perform('group.revoke-invite', { group: groupJid(group, 'group') }))
  }

  async join(caller: Caller, id: InstanceId, invite: string): Promise<string> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    return actor.perform('group.join', { code: inviteCode(invite, 'invite') })
  }

  async leave(caller: Caller, id: InstanceId, group: string): Promise<void> {
    const actor = this.#roster.find(caller, 'messages:write', id)
    await actor.perform('group.leave', { group: groupJid(group, 'group') })
  }

  async #read(actor: InstanceActor, id: InstanceId, group: string): Promise<Group> {
    const found = await actor.perform('group.get', { group })
    await this.#learnNames(id, [found])
    return found
  }

  /** The list of chats shows what groups are called. */
  async #learnNames(id: InstanceId, groups: readonly Group[]): Promise<void> {
    await this.#chats.name(
      id,
      groups.map(({ id: group, subject }) => ({ id: group, name: subject })),
    )
  }
}

function requireParticipants(participants: readonly string[]): readonly string[] {
  if (participants.length <= most.participants) return personJids(participants, 'participants')
  throw new GatewayError('bad-request', `A group has at most ${most.participants} others in it.`, {
    field: 'participants',
  })
}

function requireValid({ subject, description, expiresIn }: GroupEdit): void {
  if (subject !== undefined) requireLength(subject, most.subject, 'subject')
  if (description != null) requireAtMost(description, most.description, 'description')
  if (expiresIn === undefined || expiries.includes(expiresIn)) return
  throw new GatewayError('bad-request', `'expiresIn' is one of ${expiries.join(', ')} seconds.`, { field: 'expiresIn' })
}
