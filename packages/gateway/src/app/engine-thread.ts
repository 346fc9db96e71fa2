import { parentPort, workerData } from 'node:worker_threads'
import type { Network } from '../core/instances/instance.js'
import { systemClock } from '../core/ports/clock.js'
import { createBaileysEngine } from '../engines/baileys/engine.js'
import { muteConsole } from '../engines/baileys/quiet.js'
import { shareStorages } from '../engines/baileys/shared-storage.js'
import { serveEngine } from '../engines/threaded/serve.js'
import { openSqliteCredentials, type SqliteAttachment } from '../store/sqlite/attachment.js'

/** What the owner hands to an engine thread when it starts it. */
export interface EngineThreadData {
  readonly network: Network
  readonly url: string
  readonly rootKey: Uint8Array | undefined
  readonly attachment: SqliteAttachment
}

muteConsole()
shareStorages()
// The library lets promises of background work go unwatched; a failed one there is no reason to cut every account off.
process.on('unhandledRejection', () => undefined)

const { network, url, rootKey, attachment } = workerData as EngineThreadData
if (!parentPort) throw new Error('this file runs in a thread of the gateway')
serveEngine(
  parentPort,
  createBaileysEngine({ network, url, rootKey, credentials: openSqliteCredentials(attachment), clock: systemClock }),
)
