import Type, { type Static, type TSchema } from 'typebox'
import type { Chat, Contact, NumberCheck, Profile } from '../../core/chats/chat.js'
import type { JournalItem } from '../../core/journal/entry.js'
import { messageStatuses } from '../../core/messages/message.js'
import { list, type MediaUrl } from './content-replies.js'
import { chatAddress, eventReply, EventReply } from './event-replies.js'
import { named, nullable, page, ref, time } from './replies.js'
import { word } from './word.js'

/** A page whose places are ids. */
export function pageById<const Id extends string, Item extends TSchema>(id: Id, item: Item, parameter: string) {
  return named(
    id,
    Type.Object({
      items: Type.Array(item),
      next: nullable(Type.String(), `Pass it as \`${parameter}\` for what follows; null when this was all.`),
    }),
  )
}

export const ChatReply = named(
  'Chat',
  Type.Object({
    ...chatAddress,
    kind: word(['person', 'group', 'status', 'channel']),
    name: nullable(Type.String(), 'Of the group, or of the person as saved, else as they call themselves.'),
    lastMessageAt: nullable(time('Of the newest message either way.'), 'Null where there was none yet.'),
    unread: Type.Integer({ description: 'Messages received since it was last read, here or on another device.' }),
    archived: Type.Boolean(),
    pinned: Type.Boolean(),
    mutedUntil: nullable(Type.String(), 'A time, `always`, or null while it is not muted.'),
    expiresIn: Type.Integer({ description: 'Seconds after which what is written there disappears; 0: it stays.' }),
  }),
)
export const ChatPage = pageById('ChatPage', ref(ChatReply), 'before')

export const HistoryItemReply = named(
  'HistoryItem',
  Type.Object({
    event: ref(EventReply),
    status: nullable(word(messageStatuses), 'Of what this gateway sent; null for all else.'),
  }),
)
export const HistoryPage = named(
  'HistoryPage',
  Type.Object({
    items: Type.Array(ref(HistoryItemReply)),
    next: nullable(Type.Integer(), 'Pass it as `before` for what is older; null when this was all.'),
  }),
)

const lid = nullable(Type.String(), 'Address that hides the number.')
const person = {
  id: Type.String({ description: 'JID, by number where it is known.' }),
  phone: nullable(Type.String(), 'Number, where known.'),
  lid,
}

export const ContactReply = named(
  'Contact',
  Type.Object({
    ...person,
    chat: Type.String({ description: 'Id of the chat with them.' }),
    name: nullable(Type.String(), 'As they call themselves.'),
    savedName: nullable(Type.String(), "As the account's owner has saved them."),
    blocked: Type.Boolean(),
  }),
)
export const ContactPage = pageById('ContactPage', ref(ContactReply), 'after')

export const ProfileReply = named(
  'Profile',
  Type.Object({
    ...person,
    picture: nullable(Type.String(), 'URL at WhatsApp; null where there is none to be seen.'),
    about: nullable(Type.String(), 'Null where it is hidden, and for groups.'),
    business: nullable(
      Type.Object({
        category: nullable(Type.String(), 'Null where it names none.'),
        description: nullable(Type.String(), 'Null where it names none.'),
        email: nullable(Type.String(), 'Null where it names none.'),
        address: nullable(Type.String(), 'Null where it names none.'),
        websites: list(Type.String()),
      }),
      'Null for whoever is no business.',
    ),
  }),
)

export const NumberPage = page(
  'NumberPage',
  Type.Object({
    phone: Type.String(),
    exists: Type.Boolean({ description: 'Whether it is on WhatsApp.' }),
    chat: nullable(Type.String(), 'Id of the chat with that number; null where it is not on WhatsApp.'),
    lid,
  }),
)

export function chatReply({ lastMessageAt, mutedUntil, ...chat }: Chat): Static<typeof ChatReply> {
  return {
    ...chat,
    lastMessageAt: lastMessageAt?.toISOString() ?? null,
    mutedUntil: mutedUntil instanceof Date ? mutedUntil.toISOString() : mutedUntil,
  }
}

export function historyItemReply({ entry, status }: JournalItem, url: MediaUrl): Static<typeof HistoryItemReply> {
  return { event: eventReply(entry, url), status }
}

/** @param limit how many were asked for; one more than that tells that another page follows */
export function historyReply(found: readonly JournalItem[], limit: number, url: MediaUrl): Static<typeof HistoryPage> {
  const items = found.slice(0, limit)
  return {
    items: items.map((item) => historyItemReply(item, url)),
    next: found.length > limit ? (items.at(-1)?.entry.seq ?? null) : null,
  }
}

export function contactReply({ id, phone, lid, chat, name, savedName, blocked }: Contact): Static<typeof ContactReply> {
  return { id, phone, lid, chat, name, savedName, blocked }
}

export function profileReply({ id, phone, lid, picture, about, business }: Profile): Static<typeof ProfileReply> {
  return { id, phone, lid, picture, about, business }
}

export function numberReply({ phone, exists, chat, lid }: NumberCheck): Static<typeof NumberPage>['items'][number] {
  return { phone, exists, chat, lid }
}
