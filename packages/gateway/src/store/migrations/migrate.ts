import { sql, type Kysely, type RawBuilder } from 'kysely'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Schema } from '../schema.js'
import { first } from './0001-first.js'
import { settings } from './0002-settings.js'
import { linkPages } from './0003-link-pages.js'
import { subscriptions } from './0004-subscriptions.js'
import { received } from './0005-received.js'
import { eventsByKind } from './0006-events-by-kind.js'
import { sent } from './0007-sent.js'
import { options } from './0008-options.js'
import { chats } from './0009-chats.js'
import { journal } from './0010-journal.js'
import { outgoing } from './0011-outgoing.js'
import { media } from './0012-media.js'
import { messageLinks } from './0013-message-links.js'
import { messageAccounts } from './0014-message-accounts.js'
import { mediaLimits } from './0015-media-limits.js'
import { accessKeys } from './0016-access-keys.js'

/** What the databases call the same thing. */
export interface TableTypes {
  readonly integer: 'integer' | 'bigint'
  readonly bytes: 'blob' | 'bytea'
  /** A text in a column of JSON text. */
  readonly field: (column: string, name: string) => RawBuilder<string>
  /** Ends a `create table`; `clustered` keeps the rows in the order of the primary key where the database can. */
  readonly end: { readonly plain: RawBuilder<unknown>; readonly clustered: RawBuilder<unknown> }
}

/**
 * One step of the schema. Never edited once released: what is wrong in one is put right by the next. It makes tables and
 * fills them by plain SQL, and never leans on the types of `Schema`, which are those of today.
 */
export interface Migration {
  readonly name: string
  up(db: Kysely<Schema>, types: TableTypes): Promise<void>
}

/** Migration n is the n-th of these. */
export const migrations: readonly Migration[] = [
  first,
  settings,
  linkPages,
  subscriptions,
  received,
  eventsByKind,
  sent,
  options,
  chats,
  journal,
  outgoing,
  media,
  messageLinks,
  messageAccounts,
  mediaLimits,
  accessKeys,
]

/** Brings a database up to date, inside the transaction that `db` is in. Refuses one that a newer Gangway wrote. */
export async function migrate(db: Kysely<Schema>, types: TableTypes, now: Date): Promise<void> {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('number', types.integer, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at', types.integer, (column) => column.notNull())
    .modifyEnd(types.end.plain)
    .execute()
  const { applied } = await db
    .selectFrom('migrations')
    .select((migration) => migration.fn.coalesce(migration.fn.max('number'), sql<number>`0`).as('applied'))
    .executeTakeFirstOrThrow()
  if (applied > migrations.length) {
    throw new GatewayError(
      'storage-error',
      `The database is at version ${applied}, this Gangway knows ${migrations.length}`,
      {
        hint: 'Start the newer Gangway that wrote it, or restore a backup from before the update.',
      },
    )
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < applied) continue
    await migration.up(db, types)
    await db
      .insertInto('migrations')
      .values({ number: index + 1, name: migration.name, applied_at: now.getTime() })
      .execute()
  }
}
