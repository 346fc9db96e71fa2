import { sql, type Kysely, type Selectable } from 'kysely'
import { chatAddress, namedBy, reachableJid } from '../core/chats/chat-address.js'
import type { Chat } from '../core/chats/chat.js'
import type { ChatAddress } from '../core/events/event.js'
import type { ChatId, InstanceId } from '../core/ids.js'
import type { ChatStore } from '../core/ports/store.js'
import { peopleAt, serialOf } from './people-queries.js'
import type { ChatsTable, Schema } from './schema.js'
import type { Write } from './write.js'

export class SqlChatStore implements ChatStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write

  constructor(db: Kysely<Schema>, write: Write) {
    this.#db = db
    this.#write = write
  }

  async list(instance: InstanceId, { before, limit }: { before?: string; limit: number }): Promise<Chat[]> {
    const chats = this.#chatsOf(instance).orderBy('chats.last_message_at', 'desc').orderBy('chats.id', 'desc')
    if (before === undefined) return (await chats.limit(limit).execute()).map(readChat)
    const place = await this.#row(instance, before)
    if (place === undefined) return []
    const rows = await chats
      .where(sql<boolean>`(chats.last_message_at, chats.id) < (${place.last_message_at}, ${place.id})`)
      .limit(limit)
      .execute()
    return rows.map(readChat)
  }

  async find(instance: InstanceId, address: string): Promise<Chat | undefined> {
    const row = await this.#row(instance, address)
    return row && readChat(row)
  }

  async resolve(instance: InstanceId, address: string): Promise<ChatAddress> {
    const { phone, lid } = namedBy(address)
    if (phone === null && lid === null) return chatAddress(address)
    const [person] = await peopleAt(this.#db, instance, address).execute()
    return person ? { chat: person.id, chatPhone: person.phone, chatLid: person.lid } : chatAddress(address)
  }

  async reach(instance: InstanceId, chat: string): Promise<ChatId> {
    const person = await this.#db
      .selectFrom('people')
      .select(['phone', 'lid'])
      .where('instance', '=', serialOf(this.#db, instance))
      .where('id', '=', chat)
      .executeTakeFirst()
    return reachableJid(person ? { chat, chatPhone: person.phone, chatLid: person.lid } : chatAddress(chat))
  }

  async read(instance: InstanceId, chat: string, through: number): Promise<void> {
    await this.#write('readChat', { instance, chat, through })
  }

  async name(instance: InstanceId, names: readonly { readonly id: string; readonly name: string }[]): Promise<void> {
    if (names.length > 0) await this.#write('nameChats', { instance, names }, names.length)
  }

  async #row(instance: InstanceId, address: string) {
    const { chat } = await this.resolve(instance, address)
    return this.#chatsOf(instance).where('chats.id', '=', chat).executeTakeFirst()
  }

  #chatsOf(instance: InstanceId) {
    return this.#db
      .selectFrom('chats')
      .leftJoin('people', (join) =>
        join.onRef('people.instance', '=', 'chats.instance').onRef('people.id', '=', 'chats.id'),
      )
      .selectAll('chats')
      .select(['people.phone', 'people.lid'])
      .select((row) => row.fn.coalesce('chats.name', 'people.saved_name', 'people.name').as('title'))
      .where('chats.instance', '=', serialOf(this.#db, instance))
  }
}

type ChatRow = Selectable<ChatsTable> & {
  readonly phone: string | null
  readonly lid: string | null
  readonly title: string | null
}

function readChat(row: ChatRow): Chat {
  const itself = chatAddress(row.id)
  return {
    chat: row.id,
    chatPhone: row.phone ?? (row.lid === null ? itself.chatPhone : null),
    chatLid: row.lid ?? itself.chatLid,
    kind: row.kind,
    name: row.title,
    lastMessageAt: row.last_message_at === 0 ? null : new Date(row.last_message_at),
    unread: row.unread,
    archived: row.archived === 1,
    pinned: row.pinned === 1,
    mutedUntil: row.muted_until === null || row.muted_until === 'always' ? row.muted_until : new Date(row.muted_until),
    expiresIn: row.expires_in,
  }
}
