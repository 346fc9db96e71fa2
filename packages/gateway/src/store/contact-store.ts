import type { Kysely, Selectable } from 'kysely'
import { namedBy, personId } from '../core/chats/chat-address.js'
import type { Contact } from '../core/chats/chat.js'
import type { InstanceId } from '../core/ids.js'
import type { ContactStore } from '../core/ports/store.js'
import { peopleAt, serialOf } from './people-queries.js'
import type { PeopleTable, Schema } from './schema.js'

/** People that are asked for in one statement. */
const mostAtOnce = 500

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

  async savedNames(instance: InstanceId, addresses: readonly string[]): Promise<Map<string, string>> {
    const names = new Map<string, string>()
    for (let from = 0; from < addresses.length; from += mostAtOnce) {
      const part = addresses.slice(from, from + mostAtOnce)
      const [phones, lids] = [
        part.flatMap((one) => namedBy(one).phone ?? []),
        part.flatMap((one) => namedBy(one).lid ?? []),
      ]
      const rows = await this.#db
        .selectFrom('people')
        .select(['phone', 'lid', 'saved_name'])
        .where('instance', '=', serialOf(this.#db, instance))
        .where((person) => person.or([person('phone', 'in', phones), person('lid', 'in', lids)]))
        .where('saved_name', 'is not', null)
        .execute()
      for (const { phone, lid, saved_name } of rows) {
        for (const address of [lid, phone === null ? null : `${phone}@s.whatsapp.net`]) {
          if (address !== null && saved_name !== null) names.set(address, saved_name)
        }
      }
    }
    return names
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
