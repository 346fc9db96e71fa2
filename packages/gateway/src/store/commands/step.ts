import type { Updateable } from 'kysely'
import type { EventKind } from '../../core/events/event.js'
import type { EventId } from '../../core/ids.js'
import type { InstanceRef } from '../../core/instances/instance.js'
import { instanceColumns, type InstanceRow } from '../rows.js'
import type { InstancesTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { applyChanges, outOfDate, type SealedChanges } from './credentials.js'
import { useUpLinkPages } from './link-pages.js'
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
}

export interface CommittedStep {
  readonly row: InstanceRow
  readonly firstSeq: number
  /** Those of the events that were written; they have the numbers from `firstSeq` on. */
  readonly written: readonly EventId[]
}

/** A `message.status` event is left out when the message did not move: it tells of something that did not happen. */
export async function commitStep(tx: WriteTransaction, step: CommitStep): Promise<CommittedStep> {
  const { db } = tx
  const moved = step.messageStatus === null || (await moveMessage(tx, step.instance.id, step.messageStatus, step.at))
  const events = moved ? step.events : step.events.filter((event) => event.kind !== 'message.status')
  const updated = await db
    .updateTable('instances')
    .set((instance) => ({ ...step.changes, last_seq: instance('last_seq', '+', events.length) }))
    .where('id', '=', step.instance.id)
    .where('epoch', '=', step.instance.epoch)
    .returning([...instanceColumns, 'last_seq', 'generation', 'identity'])
    .executeTakeFirst()
  if (updated === undefined) throw outOfDate(await tx.credentials.place(step.instance.id))
  const { last_seq, generation, identity, ...row } = updated
  const firstSeq = last_seq - events.length + 1
  if (events.length > 0) {
    await db
      .insertInto('events')
      .values(events.map((event, at) => ({ ...event, instance: row.serial, seq: firstSeq + at, time: step.at })))
      .execute()
  }
  await useUpLinkPages(tx, row.serial, events, step.at)
  if (step.credentials !== null) {
    await applyChanges(tx, { serial: row.serial, generation, identity }, step.credentials, step.at)
  }
  return { row, firstSeq, written: events.map((event) => event.id) }
}
