import type { EventBody, EventKind } from '../../core/events/event.js'
import { namedBy } from '../../core/chats/chat-address.js'
import type { PersonRow } from '../write.js'
import type { Named, StepPeople } from './people.js'

/** Of an event as it is stored: without what a message says. */
export type StoredData<Kind extends EventKind = EventKind> = Omit<
  (EventBody & { readonly kind: Kind })['data'],
  'content'
>

/** Fields that say where something happened and who did it, as far as a kind of event has them. */
interface Addressed {
  readonly chat?: string
  readonly chatPhone?: string | null
  readonly chatLid?: string | null
  readonly sender?: string
  readonly phone?: string | null
  readonly lid?: string | null
}

/** Whose doing these are is the account's own business; nobody new is met by them. */
const aboutOwn: ReadonlySet<EventKind> = new Set<EventKind>(['message.status', 'contact.presence'])

/**
 * The same with the chat under its one id, and with number and LID side by side, as far as both are known. What comes
 * back is the same object where there was nothing to add.
 * @param ownChat the chat of the message that a `message.status` is about
 */
export function addressed<Data extends object>(
  people: StepPeople,
  kind: EventKind,
  data: Data & Addressed,
  ownChat?: string,
): Data {
  const chat = chatOf(people, kind, data, ownChat)
  const person = { phone: data.phone, lid: data.lid }
  const known = isHalf(person) ? people.find(person) : undefined
  const isPlaced = chat === undefined || isSaid(chat, data)
  if (isPlaced && known === undefined) return data
  return { ...data, ...(chat && chatFields(chat)), ...(known && { phone: known.phone, lid: known.lid }) }
}

function chatOf(people: StepPeople, kind: EventKind, data: Addressed, ownChat?: string): PersonRow | undefined {
  if (ownChat !== undefined) return people.ofChat(ownChat)
  if (data.chat === undefined) return undefined
  // What is said through this API goes to a chat that was looked up when it was handed in.
  if (kind === 'message.sent') return people.ofChat(data.chat) ?? people.meet(namedBy(data.chat))
  const { phone, lid } = namedBy(data.chat)
  const named = { phone: data.chatPhone ?? phone, lid: data.chatLid ?? lid }
  return aboutOwn.has(kind) ? people.find(named) : people.meet(named)
}

function isSaid({ id, phone, lid }: PersonRow, data: Addressed): boolean {
  return data.chat === id && data.chatPhone === phone && data.chatLid === lid
}

function chatFields({ id, phone, lid }: PersonRow) {
  return { chat: id, chatPhone: phone, chatLid: lid }
}

/** One of the two is there, and the other one is asked for. */
function isHalf(person: { phone: string | null | undefined; lid: string | null | undefined }): person is Named {
  return (
    (person.phone === null && typeof person.lid === 'string') ||
    (person.lid === null && typeof person.phone === 'string')
  )
}
