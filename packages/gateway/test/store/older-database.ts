import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { sql } from 'kysely'
import { migrations } from '#gateway/store/migrations/migrate.js'
import { kyselyOver } from '#gateway/store/sqlite/kysely-dialect.js'
import { newFolder } from './sqlite-folder.js'

/** A file as a Gangway that knew only so many migrations left it. The path of it. */
export async function olderDatabase(version: number, fill: (database: InstanceType<typeof DatabaseSync>) => void) {
  const path = join(newFolder(), 'gangway.db')
  const database = new DatabaseSync(path)
  database.exec('create table migrations (number integer primary key, name text not null, applied_at integer not null)')
  const db = kyselyOver(database, (error) => error)
  const field = (column: string, name: string) => sql<string>`json_extract(${sql.ref(column)}, ${sql.lit(`$.${name}`)})`
  const end = { plain: sql`strict`, clustered: sql`strict, without rowid` }
  for (const [index, migration] of migrations.slice(0, version).entries()) {
    await migration.up(db, { integer: 'integer', bytes: 'blob', field, end })
    database.prepare('insert into migrations values (?, ?, 0)').run(index + 1, migration.name)
  }
  fill(database)
  database.close()
  return path
}
