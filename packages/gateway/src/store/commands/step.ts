import type { Updateable } from 'kysely'
import type { EventKind } from '../../core/events/event.js'
import type { EventId } from '../../core/ids.js'
import type { InstanceRef } from '../../core/instances/instance.js'
import type { MessageStatus } from '../../core/messages/message.js'
import { instanceColumns, type InstanceRow } from '../rows.js'
import type { InstancesTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { applyChanges, outOfDate, type SealedChanges } from './credentials.js'
import { useUpLinkPages } from './link-pages.js'
import { stillToTell } from './received.js'
import { moveMessage, type MoveMessage } from './messages.js'

export interface CommitStep {
  readonly instance: InstanceRef
  readonly at: number
  readonly changes: Updateable<InstancesTable>
  readonly events: readonly StepEvent[]
  readonly messageStatus: MoveMessage | null
  readonly credentials: SealedChanges | null
}

export interface StepEvent {
  readonly id: EventId
  readonly kind: EventKind
  readonly data: string
  /** Sealed. */
  readonly content: Uint8Array | null
}

export interface CommittedStep {
  readonly row: InstanceRow
  readonly firstSeq: number
  /** Those of the events that were written; they have the numbers from `firstSeq` on. */
  readonly written: readonly EventId[]
}

/**
 * What was told before is left out: `message.status` where the message did not move, and `message.sent` where it was out
 * of the queue already.
 */
export async function commitStep(tx: WriteTransaction, step: CommitStep): Promise<CommittedStep> {
  const { db } = tx
  const from = step.messageStatus && (await moveMessage(tx, step.instance.id, step.messageStatus, step.at))
  const place = await tx.credentials.place(step.instance.id)
  if (place?.epoch !== step.instance.epoch) throw outOfDate(place)
  const news = stillToTell(tx.received, place, step.credentials?.changes ?? [], step.events)
  const events = from === null ? news : news.filter(({ kind }) => isNewsOf(kind, from))
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
  for (const [at, event] of events.entries()) tx.received.append(row.serial, firstSeq + at, event, step.at)
  await useUpLinkPages(tx, row.serial, events, step.at)
  if (step.credentials !== null) {
    await applyChanges(tx, { serial: row.serial, generation, identity }, step.credentials, step.at)
  }
  return { row, firstSeq, written: events.map((event) => event.id) }
}

/** Of a message that had this status before the step; undefined: it did not move. */
function isNewsOf(kind: EventKind, from: MessageStatus | undefined): boolean {
  if (kind === 'message.sent') return from === 'queued' || from === 'sent'
  return kind !== 'message.status' || from !== undefined
}
