import type { Selectable } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { ErrorCode } from '../../core/errors/gateway-error.js'
import type { InstanceId, MessageId } from '../../core/ids.js'
import type { MessageStatus } from '../../core/messages/message.js'
import { messageColumns, type MessageRow } from '../rows.js'
import type { MessagesTable } from '../schema.js'
import type { WriteTransaction } from '../write.js'

export interface EnqueueMessage {
  readonly instance: InstanceId
  readonly row: Pick<Selectable<MessagesTable>, 'id' | 'chat' | 'content' | 'idempotency_key' | 'created_at'>
}

/** A message id or idempotency key that this instance had before answers the message of that first time. */
export async function enqueueMessage(
  { db }: WriteTransaction,
  { instance, row }: EnqueueMessage,
): Promise<{ row: MessageRow; repeated: boolean }> {
  const owner = await db
    .updateTable('instances')
    .set((counted) => ({ last_position: counted('last_position', '+', 1) }))
    .where('id', '=', instance)
    .returning(['serial', 'last_position'])
    .executeTakeFirst()
  if (owner === undefined) throw new GatewayError('instance-not-found', 'There is no such instance')
  const stored = await db
    .insertInto('messages')
    .values({
      ...row,
      instance: owner.serial,
      position: owner.last_position,
      status: 'queued',
      failure: null,
      status_at: row.created_at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(messageColumns)
    .executeTakeFirst()
  if (stored !== undefined) return { row: stored, repeated: false }
  const first = await db
    .selectFrom('messages')
    .select(messageColumns)
    .where('instance', '=', owner.serial)
    .where((where) =>
      where.or(
        row.idempotency_key === null
          ? [where('id', '=', row.id)]
          : [where('idempotency_key', '=', row.idempotency_key), where('id', '=', row.id)],
      ),
    )
    // Key and id may name two different messages: the key is what the caller meant.
    .orderBy((order) => order.case().when('id', '=', row.id).then(1).else(0).end())
    .executeTakeFirstOrThrow()
  return { row: first, repeated: true }
}

export interface MoveMessage {
  readonly id: MessageId
  readonly status: MessageStatus
  readonly failure: ErrorCode | null
}

/** Statuses only move towards the end of this list. What was delivered did not fail, whatever was believed before. */
const progress = [
  'queued',
  'sent',
  'server-ack',
  'failed',
  'delivered',
  'read',
  'played',
] as const satisfies readonly MessageStatus[]

/** The status that the message had before; undefined where it did not move, also when there is no such message. */
export async function moveMessage(
  { db }: WriteTransaction,
  instance: InstanceId,
  move: MoveMessage,
  at: number,
): Promise<MessageStatus | undefined> {
  const before = progress.slice(0, progress.indexOf(move.status))
  if (before.length === 0) return undefined
  const found = await db
    .selectFrom('messages')
    .select(['instance', 'id', 'status'])
    .where('instance', '=', (owner) => owner.selectFrom('instances').select('serial').where('id', '=', instance))
    .where('id', '=', move.id)
    .where('status', 'in', before)
    .executeTakeFirst()
  if (found === undefined) return undefined
  await db
    .updateTable('messages')
    .set({ status: move.status, failure: move.failure, status_at: at })
    .where('instance', '=', found.instance)
    .where('id', '=', found.id)
    .execute()
  return found.status
}
