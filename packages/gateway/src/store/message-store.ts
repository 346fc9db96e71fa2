import type { Kysely } from 'kysely'
import { namedBy } from '../core/chats/chat-address.js'
import type { MessageReceipt } from '../core/gateway.js'
import type { InstanceId, MessageId } from '../core/ids.js'
import { mostQueued, type OutgoingMessage } from '../core/messages/message.js'
import type { MessageStore, NewMessage } from '../core/ports/store.js'
import { peopleAt, serialOf } from './people-queries.js'
import { contentPlace, messageColumns, readMessage } from './rows.js'
import type { Schema } from './schema.js'
import type { Sealer } from './seal.js'
import type { Write } from './write.js'

/** The outgoing queue. What a message says is sealed; a content that does not open is a `storage-error`. */
export class SqlMessageStore implements MessageStore {
  readonly #db: Kysely<Schema>
  readonly #write: Write
  readonly #sealer: Sealer

  constructor(db: Kysely<Schema>, write: Write, sealer: Sealer) {
    this.#db = db
    this.#write = write
    this.#sealer = sealer
  }

  /** A message id that this instance had before is a repetition too: no id is ever sent twice (promise 6). */
  async enqueue(message: NewMessage): Promise<{ message: OutgoingMessage; repeated: boolean }> {
    const content = Buffer.from(JSON.stringify(message.content))
    const { row, repeated } = await this.#write('enqueueMessage', {
      instance: message.instance,
      most: mostQueued,
      row: {
        id: message.id,
        account: message.account,
        chat: message.chat,
        content: this.#sealer.seal(content, contentPlace(message.instance, message.id)),
        audience: message.audience && JSON.stringify(message.audience),
        typing: message.typing && JSON.stringify(message.typing),
        not_before: message.notBefore?.getTime() ?? null,
        idempotency_key: message.idempotencyKey,
        created_at: message.createdAt.getTime(),
      },
    })
    return { message: readMessage(message.instance, row, this.#sealer), repeated }
  }

  async find(instance: InstanceId, id: MessageId): Promise<OutgoingMessage | undefined> {
    const row = await this.#messagesOf(instance).where('id', '=', id).executeTakeFirst()
    return row && readMessage(instance, row, this.#sealer)
  }

  async findByKey(instance: InstanceId, key: string): Promise<OutgoingMessage | undefined> {
    const row = await this.#messagesOf(instance).where('idempotency_key', '=', key).executeTakeFirst()
    return row && readMessage(instance, row, this.#sealer)
  }

  async queued(instance: InstanceId, limit: number): Promise<OutgoingMessage[]> {
    const rows = await this.#messagesOf(instance)
      .where('status', '=', 'queued')
      .orderBy('position')
      .limit(limit)
      .execute()
    return rows.map((row) => readMessage(instance, row, this.#sealer))
  }

  async due(
    instance: InstanceId,
    at: Date,
    limit: number,
  ): Promise<{ messages: OutgoingMessage[]; next: Date | null }> {
    const queued = this.#messagesOf(instance).where('status', '=', 'queued')
    const rows = await queued
      .where((message) => message.or([message('not_before', 'is', null), message('not_before', '<=', at.getTime())]))
      .orderBy('position')
      .limit(limit)
      .execute()
    const { next } = await queued
      .clearSelect()
      .select((messages) => messages.fn.min('not_before').as('next'))
      .where('not_before', '>', at.getTime())
      .executeTakeFirstOrThrow()
    const messages = rows.map((row) => readMessage(instance, row, this.#sealer))
    return { messages, next: next === null ? null : new Date(next) }
  }

  async receipts(instance: InstanceId, id: MessageId): Promise<MessageReceipt[]> {
    const rows = await this.#db
      .selectFrom('receipts')
      .select(['participant', 'status', 'at'])
      .where('instance', '=', serialOf(this.#db, instance))
      .where('message', '=', id)
      .orderBy('participant')
      .execute()
    const receipts: MessageReceipt[] = []
    for (const { participant, status, at } of rows) {
      const person = await peopleAt(this.#db, instance, participant).executeTakeFirst()
      const { phone, lid } = person ?? namedBy(participant)
      receipts.push({ participant, phone, lid, status, at: new Date(at) })
    }
    return receipts
  }

  #messagesOf(instance: InstanceId) {
    return this.#db
      .selectFrom('messages')
      .select(messageColumns)
      .where('instance', '=', (owner) => owner.selectFrom('instances').select('serial').where('id', '=', instance))
  }
}
