import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Caller } from '#gateway/core/access/access.js'
import type { Chat, Contact, NumberCheck, Profile } from '#gateway/core/chats/chat.js'
import { GatewayError, type ErrorCode } from '#gateway/core/errors/gateway-error.js'
import type {
  Chats,
  Contacts,
  Groups,
  MediaFiles,
  MessageReceipt,
  Messages,
  MessageWish,
} from '#gateway/core/gateway.js'
import type { Group, ParticipantOutcome } from '#gateway/core/groups/group.js'
import type { ChatId, InstanceId, MediaId, MessageId } from '#gateway/core/ids.js'
import type { Instance } from '#gateway/core/instances/instance.js'
import type { JournalItem, JournalQuery } from '#gateway/core/journal/entry.js'
import { largestFile, type MediaFile } from '#gateway/core/media/media-file.js'
import type { OutgoingContent } from '#gateway/core/messages/act.js'
import type { OutgoingMessage } from '#gateway/core/messages/message.js'

/** What a dialect asked of the core: which call, and what it said. */
export type Asked = readonly [call: string, ...said: unknown[]]

/** The part of the core that carries messages, in memory: it notes what it is asked and answers what a test has put there. */
export interface FakeCore {
  readonly messages: Messages
  readonly media: MediaFiles
  readonly chats: Chats
  readonly contacts: Contacts
  readonly groups: Groups
  readonly asked: Asked[]
  /** Files by id, with their bytes. */
  readonly files: Map<string, { readonly file: MediaFile; readonly bytes: Buffer; readonly owner: InstanceId }>
  /** What is at an address of somebody else's. */
  readonly web: Map<string, Buffer>
  readonly queue: OutgoingMessage[]
  readonly journal: JournalItem[]
  readonly receipts: MessageReceipt[]
  /** Ids of messages that can be answered, edited, forwarded … */
  readonly known: Set<string>
  readonly chatList: Chat[]
  readonly people: Contact[]
  readonly checks: Map<string, NumberCheck>
  readonly profiles: Map<string, Profile>
  readonly groupList: Map<string, Group>
  /** What happens to participants; `done` unless told. */
  readonly outcomes: Map<string, ParticipantOutcome['outcome']>
  /** Rejects calls of this name, as `messages.send`. */
  readonly refusals: Map<string, ErrorCode>
}

const queuedAt = new Date('2026-01-02T03:04:05.678Z')

export function fakeCore(find: (caller: Caller, id: InstanceId) => Promise<Instance>): FakeCore {
  const asked: Asked[] = []
  const files: FakeCore['files'] = new Map()
  const web = new Map<string, Buffer>()
  const queue: OutgoingMessage[] = []
  const journal: JournalItem[] = []
  const receipts: MessageReceipt[] = []
  const known = new Set<string>()
  const chatList: Chat[] = []
  const people: Contact[] = []
  const checks = new Map<string, NumberCheck>()
  const profiles = new Map<string, Profile>()
  const groupList = new Map<string, Group>()
  const outcomes: FakeCore['outcomes'] = new Map()
  const refusals: FakeCore['refusals'] = new Map()
  let count = 0

  async function ask(caller: Caller, id: InstanceId, call: string, ...said: unknown[]): Promise<Instance> {
    const instance = await find(caller, id)
    asked.push([call, ...said])
    const refusal = refusals.get(call)
    if (refusal !== undefined) throw new GatewayError(refusal, 'said by the core')
    return instance
  }

  function requireKnown(...ids: readonly (string | undefined)[]): void {
    for (const id of ids) {
      if (id !== undefined && !known.has(id)) throw new GatewayError('message-not-found', 'There is no such message.')
    }
  }

  function enqueue(instance: InstanceId, wish: MessageWish, content: OutgoingContent): OutgoingMessage {
    const message: OutgoingMessage = {
      instance,
      id: `3EB0${String(++count).padStart(18, '0')}` as MessageId,
      account: null,
      chat: wish.to as ChatId,
      content,
      audience: wish.audience ?? null,
      typing: wish.typing ?? null,
      notBefore: null,
      status: 'queued',
      failure: null,
      createdAt: queuedAt,
      statusAt: queuedAt,
    }
    queue.push(message)
    return message
  }

  async function keep(owner: InstanceId, body: AsyncIterable<Uint8Array>, name: string | null, type: string | null) {
    const read: Uint8Array[] = []
    let size = 0
    for await (const chunk of body) {
      size += chunk.length
      if (size > largestFile) throw new GatewayError('content-too-large', 'The file is too large.')
      read.push(chunk)
    }
    if (size === 0) throw new GatewayError('bad-request', 'The file is empty.')
    const bytes = Buffer.concat(read)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const id = `file${files.size}${'x'.repeat(38)}` as MediaId
    const file = { id, name, mimetype: type ?? 'application/octet-stream', size, sha256 }
    files.set(id, { file, bytes, owner })
    return file
  }

  function fileOf(id: string): { file: MediaFile; bytes: Buffer; owner: InstanceId } {
    const found = files.get(id)
    if (!found) throw new GatewayError('media-not-found', 'There is no such file.')
    return found
  }

  function groupOf(id: string): Group {
    const group = groupList.get(id)
    if (!group) throw new GatewayError('group-not-found', 'There is no such group.')
    return group
  }

  const url = (id: MediaId): string => `http://gateway.test/media/${id}`
  const outcomesOf = (jids: readonly string[]): ParticipantOutcome[] =>
    jids.map((id) => ({ id, phone: id.split('@')[0] ?? null, lid: null, outcome: outcomes.get(id) ?? 'done' }))

  return {
    asked,
    files,
    web,
    queue,
    journal,
    receipts,
    known,
    chatList,
    people,
    checks,
    profiles,
    groupList,
    outcomes,
    refusals,
    messages: {
      async send(caller, id, wish) {
        await ask(caller, id, 'messages.send', wish)
        const { content } = wish
        requireKnown(wish.replyTo, 'target' in content ? content.target : undefined)
        return enqueue(
          id,
          wish,
          contentOf(wish, (media) => fileOf(media).file),
        )
      },
      async get(caller, id, message) {
        await find(caller, id)
        const found = queue.find((one) => one.id === message)
        if (!found) throw new GatewayError('message-not-found', 'There is no such message.')
        return found
      },
      async settled(caller, id, message) {
        return this.get(caller, id, message)
      },
      async queued(caller, id, limit) {
        await ask(caller, id, 'messages.queued', limit)
        return queue.filter(({ status }) => status === 'queued').slice(0, limit)
      },
      async clear(caller, id) {
        await ask(caller, id, 'messages.clear')
        return queue.splice(0).length
      },
      async journal(caller, id, query) {
        await ask(caller, id, 'messages.journal', query)
        return journal.filter((item) => isAsked(item, query)).slice(0, query.limit)
      },
      async entry(caller, id, chat, message) {
        await ask(caller, id, 'messages.entry', chat, message)
        const found = journal.find(
          ({ entry }) => entry.data.id === message && (chat ?? entry.data.chat) === entry.data.chat,
        )
        if (!found) throw new GatewayError('message-not-found', 'There is no such message.')
        return found
      },
      async forward(caller, id, wish) {
        await ask(caller, id, 'messages.forward', wish)
        requireKnown(...wish.messages)
        const content = { kind: 'text', text: 'as it was' } as const
        return wish.messages.map(() => enqueue(id, { to: wish.to, content }, content))
      },
      async receipts(caller, id, message) {
        await ask(caller, id, 'messages.receipts', message)
        requireKnown(message)
        return receipts
      },
    },
    media: {
      url,
      async upload(caller, id, body, { name, mimetype }) {
        await ask(caller, id, 'media.upload', { name, mimetype })
        return keep(id, body, name, mimetype)
      },
      async fetch(caller, id, from, { name, mimetype }) {
        await ask(caller, id, 'media.fetch', from, { name, mimetype })
        const bytes = web.get(from)
        if (!bytes) throw new GatewayError('file-unreachable', 'Nothing is there.')
        return keep(id, Readable.from([bytes]), name, mimetype)
      },
      async get(caller, id, media) {
        await ask(caller, id, 'media.get', media)
        const { file, owner } = fileOf(media)
        if (owner !== id) throw new GatewayError('media-not-found', 'There is no such file.')
        return file
      },
      async thumbnail(caller, id, media) {
        await ask(caller, id, 'media.thumbnail', media)
        return `small ${fileOf(media).file.id}`
      },
      async ofMessage(caller, id, chat, message) {
        await ask(caller, id, 'media.ofMessage', chat, message)
        requireKnown(message)
        return [...files.values()][0]?.file ?? fileOf('none').file
      },
      async open(media) {
        const { file, bytes } = fileOf(media)
        const [size, sha256] = [bytes.length, file.sha256 ?? '']
        return { file: { ...file, size, sha256 }, from: 0, to: size - 1, bytes: Readable.from([bytes]) }
      },
      usage: () => Promise.reject(new Error('this vendor has no word for it')),
      clear: () => Promise.reject(new Error('this vendor has no word for it')),
      retention: () => Promise.reject(new Error('this vendor has no word for it')),
      setRetention: () => Promise.reject(new Error('this vendor has no word for it')),
    },
    chats: {
      async list(caller, id, { before, limit }) {
        await ask(caller, id, 'chats.list', { before, limit })
        const from = before === undefined ? 0 : chatList.findIndex(({ chat }) => chat === before) + 1
        return chatList.slice(from, from + limit)
      },
      async get(caller, id, chat) {
        await ask(caller, id, 'chats.get', chat)
        const found = chatList.find((one) => one.chat === chat)
        if (!found) throw new GatewayError('chat-not-found', 'There is no such chat.')
        return found
      },
      async read(caller, id, chat, upTo) {
        await ask(caller, id, 'chats.read', chat, upTo)
        requireKnown(upTo)
      },
      async edit(caller, id, chat, changes) {
        await ask(caller, id, 'chats.edit', chat, changes)
        const found = chatList.findIndex((one) => one.chat === chat)
        const before = chatList[found]
        if (!before) throw new GatewayError('chat-not-found', 'There is no such chat.')
        const { archived = before.archived, expiresIn = before.expiresIn } = changes
        return (chatList[found] = { ...before, archived, expiresIn })
      },
      async hide(caller, id, chat, message) {
        await ask(caller, id, 'chats.hide', chat, message)
        requireKnown(message)
      },
      async showPresence(caller, id, chat, presence) {
        await ask(caller, id, 'chats.showPresence', chat, presence)
      },
      async subscribePresence(caller, id, chat) {
        await ask(caller, id, 'chats.subscribePresence', chat)
      },
    },
    contacts: {
      async list(caller, id, { after, limit }) {
        await ask(caller, id, 'contacts.list', { after, limit })
        const from = after === undefined ? 0 : people.findIndex((one) => one.id === after) + 1
        return people.slice(from, from + limit)
      },
      async get(caller, id, contact) {
        await ask(caller, id, 'contacts.get', contact)
        const found = people.find((one) => one.id === contact)
        if (!found) throw new GatewayError('contact-not-found', 'Nobody is known by this id.')
        return found
      },
      async savedNames(caller, id, jids) {
        await ask(caller, id, 'contacts.savedNames', jids)
        const saved = people.flatMap((one) =>
          one.savedName === null
            ? []
            : [
                [one.lid, one.savedName],
                [one.id, one.savedName],
              ],
        )
        return new Map(saved.filter((one): one is [string, string] => one[0] !== null && jids.includes(one[0] ?? '')))
      },
      async save(caller, id, contact, names) {
        await ask(caller, id, 'contacts.save', contact, names)
        return contactOf(contact, names.firstName)
      },
      async remove(caller, id, contact) {
        await ask(caller, id, 'contacts.remove', contact)
      },
      async block(caller, id, contact, on) {
        await ask(caller, id, 'contacts.block', contact, on)
      },
      async check(caller, id, phones) {
        await ask(caller, id, 'contacts.check', phones)
        return phones.map((phone) => checks.get(phone) ?? { phone, exists: false, chat: null, lid: null })
      },
      async profile(caller, id, of) {
        await ask(caller, id, 'contacts.profile', of)
        return profiles.get(of) ?? { id: of, phone: null, lid: null, picture: null, about: null, business: null }
      },
      async picture(caller, id, of) {
        await ask(caller, id, 'contacts.picture', of)
        return profiles.get(of)?.picture ?? null
      },
      async business(caller, id, of) {
        await ask(caller, id, 'contacts.business', of)
        return profiles.get(of)?.business ?? null
      },
      async setProfile(caller, id, changes) {
        await ask(caller, id, 'contacts.setProfile', changes)
      },
      async setPresence(caller, id, presence) {
        await ask(caller, id, 'contacts.setPresence', presence)
      },
    },
    groups: {
      async list(caller, id) {
        await ask(caller, id, 'groups.list')
        return [...groupList.values()]
      },
      async get(caller, id, group) {
        await ask(caller, id, 'groups.get', group)
        return groupOf(group)
      },
      async create(caller, id, wish) {
        await ask(caller, id, 'groups.create', wish)
        const group = groupNamed('120363000000000001@g.us', wish.subject, wish.participants)
        groupList.set(group.id, group)
        return { group, outcomes: outcomesOf(wish.participants) }
      },
      async edit(caller, id, group, changes) {
        await ask(caller, id, 'groups.edit', group, changes)
        return groupOf(group)
      },
      async setPicture(caller, id, group, media) {
        await ask(caller, id, 'groups.setPicture', group, media)
        groupOf(group)
      },
      async change(caller, id, group, change, participants) {
        await ask(caller, id, 'groups.change', group, change, participants)
        groupOf(group)
        return outcomesOf(participants)
      },
      async invite(caller, id, group) {
        await ask(caller, id, 'groups.invite', group)
        return 'https://chat.whatsapp.com/ABCDEF'
      },
      async revokeInvite(caller, id, group) {
        await ask(caller, id, 'groups.revokeInvite', group)
        return 'https://chat.whatsapp.com/GHIJKL'
      },
      async join(caller, id, invite) {
        await ask(caller, id, 'groups.join', invite)
        return '120363000000000001@g.us'
      },
      async leave(caller, id, group) {
        await ask(caller, id, 'groups.leave', group)
        groupOf(group)
      },
    },
  }
}

/** What goes out for a wish, as far as a queue tells of it. */
function contentOf({ content }: MessageWish, fileOf: (id: MediaId) => MediaFile): OutgoingContent {
  if ('media' in content) {
    const kind = content.kind === 'auto' ? 'image' : content.kind
    const file = { ...fileOf(content.media), ...(content.name !== undefined && { name: content.name }) }
    return { kind, file, ...(content.caption !== undefined && { caption: content.caption }) }
  }
  if (content.kind === 'text') {
    const { preview, ...rest } = content
    return { ...rest, ...(typeof preview === 'object' && { preview }) }
  }
  if (content.kind === 'buttons') return { ...content, style: 'interactive' }
  if (content.kind === 'edit') {
    return { kind: 'edit', target: { id: content.target, sender: null }, content: { kind: 'text', text: content.text } }
  }
  if (content.kind === 'delete') return { kind: 'delete', target: { id: content.target, sender: null } }
  if (content.kind === 'poll' || content.kind === 'location' || content.kind === 'contacts') return content
  throw new Error(`this vendor sends no ${content.kind}`)
}

function isAsked({ entry }: JournalItem, query: JournalQuery): boolean {
  const { data } = entry
  const goesOut = entry.kind === 'message.sent' || ('fromMe' in data && data.fromMe)
  const sentAt = new Date(data.sentAt)
  return (
    (query.chat === undefined || data.chat === query.chat) &&
    (query.direction === undefined || goesOut === (query.direction === 'out')) &&
    (query.kinds === undefined || query.kinds.includes(entry.kind)) &&
    (query.from === undefined || sentAt >= query.from) &&
    (query.before === undefined || entry.seq < query.before)
  )
}

export function contactOf(id: string, savedName: string | null, name: string | null = null): Contact {
  const [user = '', server] = id.split('@')
  const phone = server === 'lid' ? null : user
  return { id, phone, lid: server === 'lid' ? id : null, chat: id, name, savedName, blocked: false }
}

export function groupNamed(id: string, subject: string, participants: readonly string[]): Group {
  const at = new Date('2026-01-02T03:00:00.000Z')
  const owner = '79001234567@s.whatsapp.net'
  return {
    id,
    subject,
    subjectChangedAt: at,
    subjectChangedBy: owner,
    description: null,
    owner,
    createdAt: at,
    participants: [
      { id: owner, phone: '79001234567', lid: null, role: 'owner' },
      ...participants.map((one) => ({ id: one, phone: one.split('@')[0] ?? null, lid: null, role: 'member' as const })),
    ],
    adminsWrite: false,
    adminsEdit: false,
    expiresIn: 0,
    joinApproval: false,
  }
}
