import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Store } from '../../core/ports/store.js'
import { SqlAccessKeyStore } from '../access-key-store.js'
import { SqlAccessStore } from '../access-store.js'
import { SqlChatStore } from '../chat-store.js'
import { SqlContactStore } from '../contact-store.js'
import { SqlEventStore } from '../event-store.js'
import { SqlExpiryStore } from '../expiry-store.js'
import { SqlInstanceStore } from '../instance-store.js'
import { SqlJournalStore } from '../journal-store.js'
import { SqlLinkPageStore } from '../link-page-store.js'
import { SqlMediaStore } from '../media-store.js'
import { SqlMessageLinkStore } from '../message-link-store.js'
import { SqlMessageStore } from '../message-store.js'
import { purposeKey, Sealer, type SealPlace } from '../seal.js'
import { MediaSealer } from '../sealed-media.js'
import { SealedCredentials } from '../sealed-credentials.js'
import { SqlSettingsStore } from '../settings-store.js'
import { SqlSubscriptionStore } from '../subscription-store.js'
import type { Write } from '../write.js'
import type { SqliteAttachment } from './attachment.js'
import { openReader } from './connection.js'
import { credentialReader } from './credential-statements.js'
import { storageFailure } from './errors.js'
import { Gauges, type SqliteStats } from './gauges.js'
import { kyselyOver } from './kysely-dialect.js'
import { unpackError, type FromWriter, type ToWriter, type WriterOptions } from './protocol.js'
import { WriterClient } from './writer-client.js'

export interface SqliteStore extends Store {
  /** False when the database was written with another master key: what is sealed in it cannot be read. */
  readonly secretKeyMatches: boolean
  /** For a thread that runs engines; see `openSqliteCredentials`. */
  attach(): SqliteAttachment
  stats(): SqliteStats
}

export interface SqliteStoreOptions {
  readonly path: string
  /** 32 bytes. */
  readonly secretKey: Uint8Array
  /**
   * Called at most once: the disk failed a commit, or the writer died. Nothing can be written any more and what was
   * rejected with `effect: 'unknown'` may be on disk; the process should exit non-zero, and not try again.
   */
  readonly onFatal: (error: Error) => void
  /** How long, in ms, a lock held by another process is waited for. */
  readonly busyTimeout?: number
}

/** Opens the store, making it if there is none. Rejects with `storage-error` for a database it must not touch. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { path, secretKey, busyTimeout = 5000 } = options
  const keys = {
    credentials: purposeKey(secretKey, 'credentials'),
    messages: purposeKey(secretKey, 'messages'),
    events: purposeKey(secretKey, 'events'),
    settings: purposeKey(secretKey, 'settings'),
    subscriptions: purposeKey(secretKey, 'subscriptions'),
    media: purposeKey(secretKey, 'media'),
    messageLinks: purposeKey(secretKey, 'message-links'),
    accessKeys: purposeKey(secretKey, 'access-keys'),
  }
  const gauges = new Gauges()
  const writer = await startWriter({ path, busyTimeout, gauges: gauges.memory }, options.onFatal)
  const client = new WriterClient(writer.connect())
  let reader: DatabaseSyncInstance | undefined
  const close = async (): Promise<void> => {
    await client.close()
    if (reader?.isOpen === true) reader.close()
    await writer.close()
  }
  try {
    reader = openReader(path)
    const db = kyselyOver(reader, storageFailure)
    const credentials = new SealedCredentials(credentialReader(reader), client.write, new Sealer(keys.credentials))
    const events = new Sealer(keys.events)
    const media = new MediaSealer(new Sealer(keys.media))
    const instances = new SqlInstanceStore(db, client.write, credentials, events, media)
    const secretKeyMatches = await isKnownKey(client.write, secretKey)
    // A removal that a crash cut short goes on beside everything else; if it cannot, the next start tries again.
    instances.sweep().catch(() => undefined)
    return {
      access: new SqlAccessStore(db, client.write),
      accessKeys: new SqlAccessKeyStore(db, client.write, new Sealer(keys.accessKeys)),
      instances,
      events: new SqlEventStore(db, events),
      expiry: new SqlExpiryStore(client.write),
      media: new SqlMediaStore(db, client.write, media),
      messages: new SqlMessageStore(db, client.write, new Sealer(keys.messages)),
      chats: new SqlChatStore(db, client.write),
      contacts: new SqlContactStore(db),
      journal: new SqlJournalStore(db, events),
      credentials,
      linkPages: new SqlLinkPageStore(db, client.write),
      subscriptions: new SqlSubscriptionStore(db, client.write, new Sealer(keys.subscriptions)),
      messageLinks: new SqlMessageLinkStore(db, client.write, new Sealer(keys.messageLinks)),
      settings: new SqlSettingsStore(db, client.write, new Sealer(keys.settings)),
      secretKeyMatches,
      attach: () => ({ path, credentialsKey: keys.credentials, port: writer.connect() }),
      stats: () => gauges.read(),
      check: () => client.write('check', Date.now()),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function startWriter(workerData: WriterOptions, onFatal: SqliteStoreOptions['onFatal']) {
  const worker = new Worker(new URL('./writer-thread.js', import.meta.url), { workerData, name: 'gangway-store' })
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve()
    })
  })
  let closing = false
  let failed = false
  const fail = (error: Error): void => {
    if (failed || closing) return
    failed = true
    onFatal(error)
  }
  const post = (message: ToWriter, transfer: MessagePort[] = []): void => {
    worker.postMessage(message, transfer)
  }
  await ready(worker)
  worker.on('message', (message: FromWriter) => {
    if (message.kind === 'fatal') fail(unpackError(message.error))
  })
  worker.on('error', fail)
  worker.on('exit', () => {
    fail(new GatewayError('storage-error', 'The writer of the store has ended'))
  })
  worker.unref()
  return {
    connect() {
      const { port1, port2 } = new MessageChannel()
      post({ kind: 'attach', port: port1 }, [port1])
      return port2
    },
    /** Safe to call twice. */
    async close() {
      closing = true
      worker.ref()
      post({ kind: 'close' })
      await exited
    },
  }
}

async function ready(worker: Worker): Promise<void> {
  const message = await new Promise<FromWriter>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', (cause) => {
      reject(new GatewayError('storage-error', 'The writer of the store did not start', { cause }))
    })
    worker.once('exit', (code) => {
      reject(new GatewayError('storage-error', `The writer of the store ended at once with code ${code}`))
    })
  })
  if (message.kind === 'ready') return
  await worker.terminate()
  throw unpackError(message.error)
}

/** A value sealed once with the first master key; another key does not open it. */
async function isKnownKey(write: Write, secretKey: Uint8Array): Promise<boolean> {
  const sealer = new Sealer(purposeKey(secretKey, 'known-value'))
  const place: SealPlace = { instance: '', generation: 0, kind: 'known-value', id: '' }
  const known = await write('rememberOnce', {
    name: 'known-value',
    value: sealer.seal(Buffer.from('gangway'), place),
  })
  try {
    sealer.open(known, place)
    return true
  } catch {
    return false
  }
}
