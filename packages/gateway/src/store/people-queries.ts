import type { Kysely } from 'kysely'
import { namedBy } from '../core/chats/chat-address.js'
import type { InstanceId } from '../core/ids.js'
import type { Schema } from './schema.js'

export function serialOf(db: Kysely<Schema>, instance: InstanceId) {
  return db.selectFrom('instances').select('serial').where('id', '=', instance)
}

/** Who is at this address; nobody where it names none. */
export function peopleAt(db: Kysely<Schema>, instance: InstanceId, address: string) {
  const { phone, lid } = namedBy(address)
  return db
    .selectFrom('people')
    .selectAll()
    .where('instance', '=', serialOf(db, instance))
    .where(lid === null ? 'phone' : 'lid', '=', lid ?? phone)
}
