import type { Kysely, Selectable } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { ErrorCode } from '../../core/errors/gateway-error.js'
import type { InstanceId, MessageId } from '../../core/ids.js'
import type { MessageStatus } from '../../core/messages/message.js'
import { messageColumns, type MessageRow } from '../rows.js'
import type { MessagesTable, ReceiptsTable, Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'

export interface EnqueueMessage {
  readonly instance: InstanceId
  /** How many may wait. */
  readonly most: number
  readonly row: Pick<
    Selectable<MessagesTable>,
    'id' | 'account' | 'chat' | 'content' | 'audience' | 'typing' | 'not_before' | 'idempotency_key' | 'created_at'
  >
}

/** A message id or idempotency key that this instance had before answers the message of that first time. */
export async function enqueueMessage(
  { db }: WriteTransaction,
  { instance, row, most }: EnqueueMessage,
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
  if (stored !== undefined) {
    await requireRoom(db, owner, most)
    return { row: stored, repeated: false }
  }
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

/** With the new one among them. Counts only where the oldest one and the newest lie so far apart that there may be too many. */
async function requireRoom(
  db: Kysely<Schema>,
  { serial, last_position }: { serial: number; last_position: number },
  most: number,
): Promise<void> {
  const waiting = db.selectFrom('messages').where('instance', '=', serial).where('status', '=', 'queued')
  const oldest = await waiting.select('position').orderBy('position').limit(1).executeTakeFirst()
  if (oldest === undefined || last_position - oldest.position < most) return
  const { count } = await waiting
    .select((messages) => messages.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (count <= most) return
  throw new GatewayError('rate-limited', `So many messages wait to be sent already: ${most}.`, {
    hint: 'Try again when some of them have gone out.',
  })
}

export interface MoveMessage {
  readonly id: MessageId
  readonly status: MessageStatus
  readonly failure: ErrorCode | null
  readonly participant?: string | null
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

export interface MessageMoved {
  /** The status that it had before; undefined where it did not move. */
  readonly from?: MessageStatus
  /** Undefined where there is no such message. */
  readonly chat?: string
}

export async function moveMessage(
  { db }: WriteTransaction,
  serial: number,
  { id, status, failure, participant }: MoveMessage,
  at: number,
): Promise<MessageMoved> {
  const found = await db
    .selectFrom('messages')
    .select(['status', 'chat'])
    .where('instance', '=', serial)
    .where('id', '=', id)
    .executeTakeFirst()
  if (found === undefined) return {}
  const { chat, status: from } = found
  if (participant !== undefined && participant !== null && isReceipt(status)) {
    await putReceipt(db, { instance: serial, message: id, participant, status, at })
  }
  if (!comesBefore(from, status)) return { chat }
  await db
    .updateTable('messages')
    .set({ status, failure, status_at: at })
    .where('instance', '=', serial)
    .where('id', '=', id)
    .execute()
  return { from, chat }
}

function comesBefore(one: MessageStatus, other: MessageStatus): boolean {
  return progress.indexOf(one) < progress.indexOf(other)
}

const receiptStatuses = ['delivered', 'read', 'played'] as const

function isReceipt(status: MessageStatus): status is (typeof receiptStatuses)[number] {
  return (receiptStatuses as readonly MessageStatus[]).includes(status)
}

/** One that got further before stays as it is. */
async function putReceipt(db: Kysely<Schema>, receipt: Selectable<ReceiptsTable>): Promise<void> {
  const { status, at } = receipt
  const earlier = receiptStatuses.slice(0, receiptStatuses.indexOf(status))
  await db
    .insertInto('receipts')
    .values(receipt)
    .onConflict((conflict) =>
      conflict
        .columns(['instance', 'message', 'participant'])
        .doUpdateSet({ status, at })
        .where('receipts.status', 'in', earlier),
    )
    .execute()
}
