import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { CredentialReader } from '../sealed-credentials.js'
import type { CredentialRows, CredentialsPlace } from '../write.js'
import { storageFailure } from './errors.js'

const placeOf = 'select serial, epoch, generation, identity from instances where id = ?'

/** Prepared once and kept: these run several times for every message. */
export function credentialReader(database: DatabaseSyncInstance): CredentialReader {
  const place = database.prepare(placeOf)
  const identity = database.prepare('select bytes from identities where instance = ? and generation = ?')
  const key = database.prepare(
    'select id, bytes from signal_keys where instance = ? and generation = ? and kind = ? and id = ?',
  )
  const keys = database.prepare(
    `select id, bytes from signal_keys
     where instance = ? and generation = ? and kind = ? and id in (select value from json_each(?))`,
  )
  const received = database.prepare(
    `select bytes from received
     where instance = ? and generation = ? and message = ? and ciphertext = ? and outcome <> 'unreadable'`,
  )
  const sent = database.prepare('select bytes from sent where instance = ? and generation = ? and message = ?')
  const read = async <Result>(query: () => Result): Promise<Result> => {
    try {
      return query()
    } catch (error) {
      throw storageFailure(error)
    }
  }
  return {
    place: (instance) => read(() => place.get(instance) as CredentialsPlace | undefined),
    identity: (serial, generation) =>
      read(() => (identity.get(serial, generation) as { bytes: unknown } | undefined)?.bytes),
    received: (serial, generation, { message, ciphertext }) =>
      read(() => (received.get(serial, generation, message, ciphertext) as { bytes: unknown } | undefined)?.bytes),
    sent: (serial, generation, message) =>
      read(() => (sent.get(serial, generation, message) as { bytes: unknown } | undefined)?.bytes),
    keys: (serial, generation, kind, ids) =>
      read(() => {
        const rows = ids.length === 1 ? key.all(serial, generation, kind, ids[0]) : undefined
        return (rows ?? keys.all(serial, generation, kind, JSON.stringify(ids))) as { id: string; bytes: unknown }[]
      }),
  }
}

export function credentialRows(database: DatabaseSyncInstance): CredentialRows {
  const place = database.prepare(placeOf)
  const moveTo = database.prepare('update instances set generation = ?, identity = ? where serial = ?')
  const putIdentity = database.prepare(
    `insert into identities (instance, generation, bytes) values (?, ?, ?)
     on conflict (instance, generation) do update set bytes = excluded.bytes`,
  )
  const retireIdentity = database.prepare('update identities set retired_at = ? where instance = ? and generation = ?')
  const putKey = database.prepare(
    `insert into signal_keys (instance, generation, kind, id, bytes) values (?, ?, ?, ?, ?)
     on conflict (instance, generation, kind, id) do update set bytes = excluded.bytes`,
  )
  const removeKey = database.prepare(
    'delete from signal_keys where instance = ? and generation = ? and kind = ? and id = ?',
  )
  const removeKeys = database.prepare('delete from signal_keys where instance = ? and generation = ?')
  return {
    async place(instance) {
      return place.get(instance) as CredentialsPlace | undefined
    },
    async moveTo(serial, generation, identity) {
      moveTo.run(generation, identity, serial)
    },
    async putIdentity(serial, generation, bytes) {
      putIdentity.run(serial, generation, bytes)
    },
    async retireIdentity(serial, generation, at) {
      retireIdentity.run(at, serial, generation)
    },
    async putKey(serial, generation, kind, id, bytes) {
      putKey.run(serial, generation, kind, id, bytes)
    },
    async removeKey(serial, generation, kind, id) {
      removeKey.run(serial, generation, kind, id)
    },
    async removeKeys(serial, generation) {
      removeKeys.run(serial, generation)
    },
  }
}
