import type { Caller } from '#gateway/core/access/access.js'
import type { Chat, Contact } from '#gateway/core/chats/chat.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { Chats, Contacts, Groups } from '#gateway/core/gateway.js'
import type { Group, ParticipantOutcome } from '#gateway/core/groups/group.js'
import type { InstanceId } from '#gateway/core/ids.js'

/** What the core was asked to do, by the name of the question. */
export interface Asked {
  readonly what: string
  readonly of?: string
  readonly how?: unknown
}

export interface FakePeople {
  readonly chats: Chats
  readonly contacts: Contacts
  readonly groups: Groups
  readonly asked: readonly Asked[]
}

export const ana = { id: '4915112345678@s.whatsapp.net', phone: '4915112345678', lid: '77700@lid' } as const
export const team = '12345678901@g.us'

/** One contact, one chat and one group, as the native API sees them. */
export function fakePeople(own: (caller: Caller, instance: InstanceId) => unknown, time: Date): FakePeople {
  const asked: Asked[] = []
  let chat: Chat = {
    chat: ana.id,
    chatPhone: ana.phone,
    chatLid: ana.lid,
    kind: 'person',
    name: 'Ana',
    lastMessageAt: time,
    unread: 1,
    archived: false,
    pinned: false,
    mutedUntil: null,
    expiresIn: 0,
  }
  const contact: Contact = { ...ana, chat: ana.id, name: 'Ana', savedName: null, blocked: false }
  const group: Group = {
    id: team,
    subject: 'Team',
    subjectChangedAt: time,
    subjectChangedBy: ana.id,
    description: null,
    owner: null,
    createdAt: null,
    participants: [{ ...ana, role: 'owner' }],
    adminsWrite: false,
    adminsEdit: true,
    expiresIn: 0,
    joinApproval: false,
  }
  const outcome: ParticipantOutcome = { ...ana, outcome: 'invite-needed' }

  function ask(caller: Caller, id: InstanceId, question: Asked): void {
    own(caller, id)
    asked.push(question)
  }

  function only<Thing>(thing: Thing, wanted: string, is: string, code: GatewayError['code']): Thing {
    if (wanted !== is) throw new GatewayError(code, `no ${wanted}`)
    return thing
  }

  return {
    asked,
    chats: {
      async list(caller, id, page) {
        ask(caller, id, { what: 'chats', how: page })
        return [chat, { ...chat, chat: team }].slice(0, page.limit)
      },
      async get(caller, id, of) {
        own(caller, id)
        return only(chat, of, ana.id, 'chat-not-found')
      },
      async read(caller, id, of, upTo) {
        ask(caller, id, { what: 'read', of, how: upTo })
      },
      async edit(caller, id, of, changes) {
        ask(caller, id, { what: 'edit', of, how: changes })
        chat = { ...only(chat, of, ana.id, 'chat-not-found'), ...changes }
        return chat
      },
      hide: async () => undefined,
      async showPresence(caller, id, of, presence) {
        ask(caller, id, { what: 'show', of, how: presence })
      },
      async subscribePresence(caller, id, of) {
        ask(caller, id, { what: 'follow', of })
      },
    },
    contacts: {
      async list(caller, id, page) {
        ask(caller, id, { what: 'contacts', how: page })
        return [contact, { ...contact, id: ana.lid }].slice(0, page.limit)
      },
      async get(caller, id, of) {
        own(caller, id)
        return only(contact, of, ana.id, 'contact-not-found')
      },
      async save(caller, id, of, names) {
        ask(caller, id, { what: 'save', of, how: names })
        return { ...contact, savedName: names.firstName }
      },
      savedNames: async () => new Map(),
      async remove(caller, id, of) {
        ask(caller, id, { what: 'remove', of })
      },
      async block(caller, id, of, on) {
        ask(caller, id, { what: 'block', of, how: on })
      },
      async check(caller, id, phones) {
        ask(caller, id, { what: 'check', how: phones })
        return phones.map((phone) => ({ phone, exists: false, chat: null, lid: null }))
      },
      async profile(caller, id, of) {
        ask(caller, id, { what: 'profile', of })
        const business = {
          category: 'Shop',
          description: null,
          email: null,
          address: null,
          websites: ['https://a.example'],
        }
        return { ...ana, picture: 'https://pps.example/1', about: 'busy', business }
      },
      // No route of this API asks for these by themselves.
      picture: () => Promise.reject(new Error('not asked for here')),
      business: () => Promise.reject(new Error('not asked for here')),
      async setProfile(caller, id, changes) {
        ask(caller, id, { what: 'profile', how: changes })
      },
      async setPresence(caller, id, presence) {
        ask(caller, id, { what: 'presence', how: presence })
      },
    },
    groups: {
      async list(caller, id) {
        own(caller, id)
        return [group]
      },
      async get(caller, id, of) {
        own(caller, id)
        return only(group, of, team, 'group-not-found')
      },
      async create(caller, id, wish) {
        ask(caller, id, { what: 'create', how: wish })
        return { group, outcomes: [outcome] }
      },
      async edit(caller, id, of, changes) {
        ask(caller, id, { what: 'edit', of, how: changes })
        return group
      },
      async setPicture(caller, id, of, media) {
        ask(caller, id, { what: 'picture', of, how: media })
      },
      async change(caller, id, of, change, participants) {
        ask(caller, id, { what: change, of, how: participants })
        return [outcome]
      },
      async invite(caller, id) {
        own(caller, id)
        return 'https://chat.whatsapp.com/AbCdEfGhIj'
      },
      async revokeInvite(caller, id, of) {
        ask(caller, id, { what: 'revoke', of })
        return 'https://chat.whatsapp.com/KlMnOpQrSt'
      },
      async join(caller, id, invite) {
        ask(caller, id, { what: 'join', how: invite })
        return team
      },
      async leave(caller, id, of) {
        ask(caller, id, { what: 'leave', of })
      },
    },
  }
}
