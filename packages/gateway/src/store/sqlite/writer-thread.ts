/** Owns the only connection that writes; everything else in the process posts its commands here. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { sql, type Kysely } from 'kysely'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { runCommand } from '../commands/index.js'
import { migrate, type TableTypes } from '../migrations/migrate.js'
import type { Schema } from '../schema.js'
import type { WriteTransaction } from '../write.js'
import { chatRows } from './chat-statements.js'
import { openWriter, requireDurable } from './connection.js'
import { credentialRows } from './credential-statements.js'
import { failureKind } from './errors.js'
import { Gauges } from './gauges.js'
import { GroupCommit } from './group-commit.js'
import { kyselyOver } from './kysely-dialect.js'
import { receivedRows } from './received-statements.js'
import { packError, type FromWriter, type ToWriter, type Unit, type WriterOptions } from './protocol.js'

const types: TableTypes = {
  integer: 'integer',
  bytes: 'blob',
  field: (column, name) => sql`json_extract(${sql.ref(column)}, ${sql.lit(`$.${name}`)})`,
  end: { plain: sql`strict`, clustered: sql`strict, without rowid` },
}

async function main(parent: MessagePort, options: WriterOptions): Promise<void> {
  const tell = (message: FromWriter): void => {
    parent.postMessage(message)
  }
  try {
    const { database, db } = await openDatabase(options)
    serve(parent, database, db, new Gauges(options.gauges), tell)
    tell({ kind: 'ready' })
  } catch (error) {
    tell({ kind: 'refused', error: packError(explain(error, options.path)) })
  }
}

async function openDatabase({ path, busyTimeout }: WriterOptions) {
  const database = openWriter(path, busyTimeout)
  try {
    const db = kyselyOver(database, (error) => error)
    database.exec('begin immediate')
    await migrate(db, types, new Date())
    // A write even when there is nothing to migrate: what `requireDurable` reads is settled by the first one.
    await runCommand(transactionOf(database, db), 'check', Date.now())
    database.exec('commit')
    requireDurable(database)
    return { database, db }
  } catch (error) {
    database.close()
    throw error
  }
}

function transactionOf(database: DatabaseSyncInstance, db: Kysely<Schema>): WriteTransaction {
  return {
    db,
    credentials: credentialRows(database),
    received: receivedRows(database),
    chats: chatRows(database),
  }
}

function serve(
  parent: MessagePort,
  database: DatabaseSyncInstance,
  db: Kysely<Schema>,
  gauges: Gauges,
  tell: (message: FromWriter) => void,
): void {
  const tx = transactionOf(database, db)
  const writes = new GroupCommit({
    database,
    gauges,
    run: ({ command, input }) => runCommand(tx, command, input),
    onFatal: (error) => {
      tell({ kind: 'fatal', error })
    },
  })
  const ports = new Set<MessagePort>()
  parent.on('message', (message: ToWriter) => {
    if (message.kind === 'attach') {
      const { port } = message
      const reply = port.postMessage.bind(port)
      ports.add(port)
      port.on('message', (units: readonly Unit[]) => {
        writes.add(units, reply)
      })
      port.on('close', () => ports.delete(port))
      return
    }
    void writes.idle().then(() => {
      writes.end()
      database.close()
      for (const port of ports) port.close()
      parent.close()
    })
  })
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof GatewayError || failureKind(error) !== 'damaged') return error
  return new GatewayError('storage-error', `The database at ${path} is damaged, or is not one of Gangway's`, {
    hint: 'Move it away and restore a backup. Nothing was changed.',
    cause: error,
  })
}

if (parentPort === null) throw new Error('this file is the body of a worker thread')
await main(parentPort, workerData as WriterOptions)
