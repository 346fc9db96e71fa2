import type { Kysely, Selectable } from 'kysely'
import { personId } from '../core/chats/chat-address.js'
import type { Contact } from '../core/chats/chat.js'
import type { InstanceId } from '../core/ids.js'
import type { ContactStore } from '../core/ports/store.js'
import { peopleAt, serialOf } from './people-queries.js'
import type { PeopleTable, Schema } from './schema.js'

export class SqlContactStore implements ContactStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async list(instance: InstanceId, { after, limit }: { after?: string; limit: number }): Promise<Contact[]> {
    const place = after === undefined ? undefined : await peopleAt(this.#db, instance, after).executeTakeFirst()
    if (after !== undefined && place === undefined) return []
    const rows = await this.#knownTo(instance)
      .selectAll()
      .where('id', '>', place?.id ?? '')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(readContact)
  }

  async find(instance: InstanceId, address: string): Promise<Contact | undefined> {
    const row = await peopleAt(this.#db, instance, address).executeTakeFirst()
    return row && readContact(row)
  }

  async audience(instance: InstanceId): Promise<string[]> {
    const rows = await this.#knownTo(instance)
      .select(['id', 'phone', 'lid'])
      .where('blocked', '=', 0)
      .where((person) =>
        person.or([
          person('saved_name', 'is not', null),
          person.exists(
            person
              .selectFrom('chats')
              .select('chats.id')
              .whereRef('chats.instance', '=', 'people.instance')
              .whereRef('chats.id', '=', 'people.id'),
          ),
        ]),
      )
      .orderBy('id')
      .execute()
    return rows.map((row) => personId(row) ?? row.id)
  }

  /** Whoever has neither number nor LID turned out to be somebody else. */
  #knownTo(instance: InstanceId) {
    return this.#db
      .selectFrom('people')
      .where('instance', '=', serialOf(this.#db, instance))
      .where((person) => person.or([person('phone', 'is not', null), person('lid', 'is not', null)]))
  }
}

function readContact(row: Selectable<PeopleTable>): Contact {
  return {
    id: personId(row) ?? row.id,
    phone: row.phone,
    lid: row.lid,
    chat: row.id,
    name: row.name,
    savedName: row.saved_name,
    blocked: row.blocked === 1,
  }
}
