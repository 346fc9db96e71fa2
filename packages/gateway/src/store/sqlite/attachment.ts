import type { MessagePort } from 'node:worker_threads'
import type { Credentials } from '../../core/ports/credentials.js'
import { Sealer } from '../seal.js'
import { SealedCredentials } from '../sealed-credentials.js'
import { openReader } from './connection.js'
import { credentialReader } from './credential-statements.js'
import { WriterClient } from './writer-client.js'

/**
 * What another thread needs to use the credentials: post it there with `port` in the transfer list. Carries the key of
 * the credentials only, never the master key.
 */
export interface SqliteAttachment {
  readonly path: string
  readonly credentialsKey: Uint8Array
  readonly port: MessagePort
}

export interface AttachedCredentials extends Credentials {
  /** Waits for what was handed in, then lets go. The store itself stays open. */
  close(): Promise<void>
}

/** Reads on a connection of this thread's own; writes go straight to the writer thread. */
export function openSqliteCredentials(attachment: SqliteAttachment): AttachedCredentials {
  const database = openReader(attachment.path)
  const client = new WriterClient(attachment.port)
  const credentials = new SealedCredentials(
    credentialReader(database),
    client.write,
    new Sealer(attachment.credentialsKey),
  )
  return Object.assign(credentials, {
    async close() {
      await client.close()
      if (database.isOpen) database.close()
    },
  })
}
