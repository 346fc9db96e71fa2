import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely'
import type { Schema } from '../schema.js'

/**
 * Kysely over one open connection. Calls are synchronous in promise clothing: a chain of awaited queries runs to its
 * end before the thread takes anything else up. Transactions are the business of whoever owns the connection.
 */
export function kyselyOver(database: DatabaseSyncInstance, readError: (error: unknown) => unknown): Kysely<Schema> {
  const connection = new SyncConnection(database, readError)
  const nothing = async (): Promise<void> => undefined
  const refuse = async (): Promise<void> => {
    throw new Error('transactions are begun by the owner of the connection')
  }
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createDriver: () => ({
        init: nothing,
        acquireConnection: async () => connection,
        releaseConnection: nothing,
        beginTransaction: refuse,
        commitTransaction: refuse,
        rollbackTransaction: refuse,
        destroy: nothing,
      }),
    },
  })
}

const keptStatements = 200

class SyncConnection implements DatabaseConnection {
  readonly #database: DatabaseSyncInstance
  readonly #readError: (error: unknown) => unknown
  readonly #statements = new Map<string, { statement: StatementSyncInstance; answersRows: boolean }>()

  constructor(database: DatabaseSyncInstance, readError: (error: unknown) => unknown) {
    this.#database = database
    this.#readError = readError
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const { statement, answersRows } = this.#prepare(sql)
      if (answersRows) return { rows: statement.all(...parameters) as Row[] }
      const { changes } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes) }
    } catch (error) {
      throw this.#readError(error)
    }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming would leave a read transaction open, and the log could not be checkpointed')
  }

  #prepare(sql: string) {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    const prepared = { statement, answersRows: statement.columns().length > 0 }
    const oldest = this.#statements.size >= keptStatements ? this.#statements.keys().next() : undefined
    if (oldest?.done === false) this.#statements.delete(oldest.value)
    this.#statements.set(sql, prepared)
    return prepared
  }
}
