import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely'
import type { ChatChange, EventKind } from '../../core/events/event.js'
import { kindOfChat } from '../../core/chats/chat-address.js'
import { isEntryKind } from '../../core/journal/entry.js'
import type { InstanceId } from '../../core/ids.js'
import type { ChatsTable, Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import type { StoredData } from './addresses.js'

/** What an event changes about its chat, and its place in the chat's history. */
export async function followChat(
  { db, chats }: WriteTransaction,
  serial: number,
  event: { readonly kind: EventKind; readonly seq: number; readonly data: unknown; readonly isAct: boolean },
  at: number,
): Promise<void> {
  const { kind, seq } = event
  if (isEntryKind(kind)) {
    const data = event.data as StoredData<typeof kind>
    const sentAt = Date.parse(data.sentAt) || at
    const out = kind === 'message.sent' || kind === 'message.sent-from-phone' || ('fromMe' in data && data.fromMe)
    chats.enter(serial, {
      seq,
      chat: data.chat,
      kind,
      direction: out ? 'out' : 'in',
      message: data.id,
      sent_at: sentAt,
    })
    const unread = unreadAfter(kind, data.chat)
    if (unread !== undefined && !event.isAct) {
      chats.said(serial, { id: data.chat, kind: kindOfChat(data.chat) }, sentAt, unread)
    }
  } else if (kind === 'chat.changed') {
    const { chat, change } = event.data as StoredData<typeof kind>
    await changeChat(db, serial, chat, change)
  } else if (kind === 'group.changed') {
    const { group, change } = event.data as StoredData<typeof kind>
    if (change.what === 'created' || change.what === 'renamed') {
      await setChat(db, serial, group, { name: change.subject })
    } else if (change.what === 'disappearing') await setChat(db, serial, group, { expires_in: change.seconds })
  }
}

/** What is added to the unread ones; null: whoever wrote that has read the others. Undefined for what is no message. */
function unreadAfter(kind: EventKind, chat: string): number | null | undefined {
  switch (kind) {
    case 'message.received':
      return kindOfChat(chat) === 'status' ? 0 : 1
    case 'message.sent-from-phone':
      return null
    case 'message.sent':
      return 0
    default:
      return undefined
  }
}

async function changeChat(db: Kysely<Schema>, serial: number, chat: string, change: ChatChange): Promise<void> {
  switch (change.what) {
    case 'archived':
      return setChat(db, serial, chat, { archived: change.on ? 1 : 0 })
    case 'pinned':
      return setChat(db, serial, chat, { pinned: change.on ? 1 : 0 })
    case 'muted':
      return setChat(db, serial, chat, { muted_until: change.until })
    case 'disappearing':
      return setChat(db, serial, chat, { expires_in: change.seconds })
    case 'marked-unread':
      // WhatsApp tells in the same way that a chat was read on another device.
      return setChat(db, serial, chat, { unread: change.on ? sql<number>`max(unread, 1)` : 0 }, change.on ? 1 : 0)
    case 'cleared':
      return setChat(db, serial, chat, { unread: 0 })
    case 'deleted':
      await db.deleteFrom('chats').where('instance', '=', serial).where('id', '=', chat).execute()
  }
}

type ChatSettings = Partial<Pick<Selectable<ChatsTable>, 'name' | 'archived' | 'pinned' | 'muted_until' | 'expires_in'>>

/** Makes it if there is none; what is set then stands for itself. */
async function setChat(
  db: Kysely<Schema>,
  serial: number,
  id: string,
  changes: ChatSettings & { readonly unread?: number | RawBuilder<number> },
  unread = 0,
): Promise<void> {
  const fresh = { archived: 0, pinned: 0, muted_until: null, expires_in: 0, name: null, ...changes, unread }
  await db
    .insertInto('chats')
    .values({ instance: serial, id, kind: kindOfChat(id), last_message_at: 0, ...fresh })
    .onConflict((conflict) => conflict.columns(['instance', 'id']).doUpdateSet(changes))
    .execute()
}

/** Two people turned out to be one: what one of their chats has is added to the other, and the rest is as there. */
export async function mergeChats(db: Kysely<Schema>, serial: number, from: string, into: string): Promise<void> {
  const given = await db
    .deleteFrom('chats')
    .where('instance', '=', serial)
    .where('id', '=', from)
    .returningAll()
    .executeTakeFirst()
  if (given === undefined) return
  const { unread, last_message_at } = given
  await db
    .insertInto('chats')
    .values({ ...given, id: into })
    .onConflict((conflict) =>
      conflict.columns(['instance', 'id']).doUpdateSet((chat) => ({
        unread: chat('chats.unread', '+', unread),
        last_message_at: sql<number>`max(chats.last_message_at, ${last_message_at})`,
      })),
    )
    .execute()
  await db.updateTable('entries').set({ chat: into }).where('instance', '=', serial).where('chat', '=', from).execute()
}

export interface ReadChat {
  readonly instance: InstanceId
  readonly chat: string
  /** Up to this event. */
  readonly through: number
}

/** What came after stays unread. */
export async function readChat({ db }: WriteTransaction, { instance, chat, through }: ReadChat): Promise<void> {
  const owner = await serialOf(db, instance)
  if (owner === undefined) return
  const { later } = await db
    .selectFrom('entries')
    .select((entries) => entries.fn.countAll<number>().as('later'))
    .where('instance', '=', owner)
    .where('chat', '=', chat)
    .where('direction', '=', 'in')
    .where('kind', '=', 'message.received')
    .where('seq', '>', through)
    .executeTakeFirstOrThrow()
  await db
    .updateTable('chats')
    .set({ unread: sql<number>`min(unread, ${later})` })
    .where('instance', '=', owner)
    .where('id', '=', chat)
    .execute()
}

export interface NameChats {
  readonly instance: InstanceId
  readonly names: readonly { readonly id: string; readonly name: string }[]
}

/** Of those that there are. */
export async function nameChats({ db }: WriteTransaction, { instance, names }: NameChats): Promise<void> {
  const owner = await serialOf(db, instance)
  if (owner === undefined) return
  for (const { id, name } of names) {
    await db.updateTable('chats').set({ name }).where('instance', '=', owner).where('id', '=', id).execute()
  }
}

async function serialOf(db: Kysely<Schema>, instance: InstanceId): Promise<number | undefined> {
  const row = await db.selectFrom('instances').select('serial').where('id', '=', instance).executeTakeFirst()
  return row?.serial
}
