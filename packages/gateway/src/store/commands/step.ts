import type { Updateable } from 'kysely'
import type { EventKind } from '../../core/events/event.js'
import type { EventId, MessageId } from '../../core/ids.js'
import type { InstanceRef } from '../../core/instances/instance.js'
import { instanceColumns, type InstanceRow } from '../rows.js'
import type { InstancesTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { applyChanges, outOfDate, type SealedChanges } from './credentials.js'
import { withConversations, type StepClue, type ToldConversation } from './conversations.js'
import { useUpLinkPages } from './link-pages.js'
import { stillToTell } from './received.js'
import { addressed } from './addresses.js'
import { followChat, mergeChats } from './chats.js'
import { noteReceived, type SealedMedia } from './media.js'
import { moveMessage, type MessageMoved, type MoveMessage } from './messages.js'
import { StepPeople } from './people.js'

export interface CommitStep {
  readonly instance: InstanceRef
  readonly at: number
  readonly changes: Updateable<InstancesTable>
  readonly events: readonly StepEvent[]
  readonly statuses: readonly MoveMessage[]
  readonly credentials: SealedChanges | null
  /** Which of the events may have come by a message link. */
  readonly clues: readonly StepClue[]
}

export interface StepEvent {
  readonly id: EventId
  readonly kind: EventKind
  readonly data: string
  /** Sealed. */
  readonly content: Uint8Array | null
  /** What it tells is something done to a message rather than said. */
  readonly isAct: boolean
  /** What it says came with these, at WhatsApp still. */
  readonly files: readonly SealedMedia[]
}

export interface CommittedStep {
  readonly row: InstanceRow
  readonly firstSeq: number
  /**
   * Those of the events that were written, and of the conversations; they have the numbers from `firstSeq` on. `data`: where
   * it became another.
   */
  readonly written: readonly { readonly id: EventId; readonly data?: string }[]
  readonly conversations: readonly ToldConversation[]
}

/**
 * What was told before is left out: `message.status` where the message did not move, and `message.sent` where it was out
 * of the queue already.
 */
export async function commitStep(tx: WriteTransaction, step: CommitStep): Promise<CommittedStep> {
  const { db } = tx
  const place = await tx.credentials.place(step.instance.id)
  if (place?.epoch !== step.instance.epoch) throw outOfDate(place)
  const { serial } = place
  const moved = new Map<MessageId, MessageMoved>()
  for (const move of step.statuses) moved.set(move.id, await moveMessage(tx, serial, move, step.at))
  const people = new StepPeople(tx.chats, serial, step.at)
  const news = stillToTell(tx.received, people, place, step.credentials?.changes ?? [], step.events.map(read))
  const told = news.filter((event) => isNewsOf(event, moved)).map((event) => placed(people, event, moved))
  const { events, conversations } = withConversations(tx.received, place, step, told)
  const updated = await db
    .updateTable('instances')
    .set((instance) => ({ ...step.changes, last_seq: instance('last_seq', '+', events.length) }))
    .where('id', '=', step.instance.id)
    .where('epoch', '=', step.instance.epoch)
    .returning([...instanceColumns, 'last_seq', 'generation', 'identity'])
    .executeTakeFirst()
  if (updated === undefined) throw outOfDate(place)
  const { last_seq, generation, identity, ...row } = updated
  const firstSeq = last_seq - events.length + 1
  for (const { from, into } of people.merged) await mergeChats(db, serial, from.id, into)
  for (const [at, { event, data }] of events.entries()) {
    tx.received.append(serial, firstSeq + at, event, step.at)
    await followChat(tx, serial, { kind: event.kind, seq: firstSeq + at, data, isAct: event.isAct }, step.at)
    await noteReceived(db, serial, event.files, step.at)
  }
  await useUpLinkPages(
    tx,
    serial,
    events.map(({ event }) => event),
    step.at,
  )
  if (step.credentials !== null) {
    await applyChanges(tx, { serial, generation, identity }, step.credentials, step.at)
  }
  const written = events.map(({ event: { id, data }, isNew }) => (isNew ? { id, data } : { id }))
  return { row, firstSeq, written, conversations }
}

/** An event with its data as an object. */
export interface ReadEvent {
  readonly event: StepEvent
  readonly data: object
  /** Whether it says more than what was handed in. */
  readonly isNew: boolean
}

function read(event: StepEvent): ReadEvent {
  return { event, data: JSON.parse(event.data) as object, isNew: false }
}

/** With the chat and the people in it as they are known here. */
function placed(people: StepPeople, read: ReadEvent, moved: ReadonlyMap<MessageId, MessageMoved>): ReadEvent {
  const { event } = read
  const chat = event.kind === 'message.status' ? moved.get(idOf(read))?.chat : undefined
  const data = addressed(people, event.kind, read.data, chat)
  return data === read.data ? read : { event: { ...event, data: JSON.stringify(data) }, data, isNew: true }
}

/** Of a step that tells nothing of statuses, everything is. */
function isNewsOf(read: ReadEvent, moved: ReadonlyMap<MessageId, MessageMoved>): boolean {
  const { kind } = read.event
  if (moved.size === 0 || (kind !== 'message.sent' && kind !== 'message.status')) return true
  const { from } = moved.get(idOf(read)) ?? {}
  if (kind === 'message.sent') return from === 'queued' || from === 'sent'
  return from !== undefined
}

function idOf({ data }: ReadEvent): MessageId {
  return (data as { readonly id: MessageId }).id
}
