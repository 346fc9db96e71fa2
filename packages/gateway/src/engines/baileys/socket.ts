import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  makeWASocket,
  type AuthenticationCreds,
  type GroupMetadata,
  type proto,
  type SignalKeyStore,
  type SignalKeyStoreWithTransaction,
  type SignalRepositoryWithLIDStore,
} from 'baileys'
import type { Wire } from './frame-gate.js'
import type { SharedCache } from './shared-cache.js'
import { loggerOf, type SyncAction } from './sync-action.js'

export type Socket = ReturnType<typeof makeWASocket>

export interface SocketParts {
  readonly url: string
  readonly creds: AuthenticationCreds
  readonly keys: SignalKeyStore
  /** How long each QR is on offer, in ms. */
  readonly qrTimeout: number
  readonly caches: SharedCaches
  readonly instance: string
  /** For a recipient who could not read one. */
  readonly getMessage: (key: proto.IMessageKey) => Promise<proto.IMessage | undefined>
  readonly onSyncAction: (action: SyncAction) => void
  readonly groupNamed: (jid: string) => GroupMetadata | undefined
  /** What stands around the library's own encryption and decryption. */
  readonly around: (
    repository: SignalRepositoryWithLIDStore,
    keys: SignalKeyStoreWithTransaction,
  ) => SignalRepositoryWithLIDStore
}

export interface SharedCaches {
  readonly retries: SharedCache
  readonly devices: SharedCache
  readonly calls: SharedCache
  readonly placeholders: SharedCache
  /** Numbers that are on WhatsApp. */
  readonly numbers: SharedCache
  /** Who is in which group: see `GroupBook`. */
  readonly groups: SharedCache
  /** Of received messages: see `Secrets`. */
  readonly secrets: SharedCache
  /** Numbers and LIDs: see `AddressBook`. */
  readonly addresses: SharedCache
}

/** Longer than any timer of the library may run: its own keep-alive check goes by the wall clock and is ours to replace. */
const never = 2_000_000_000

/** A failed commit ends the connection; trying it again behind our back would only hide it for half a minute. */
const transactionOpts = { maxCommitRetries: 1, delayBetweenTriesMs: 0 }

export interface OpenSocket {
  readonly socket: Socket
  /** The keys in the transactions in which ratchets move. */
  readonly transactions: SignalKeyStoreWithTransaction
}

/** A socket of the library as this engine wants it: nothing kept per socket that can be shared, nothing logged. */
export function openSocket(parts: SocketParts): OpenSocket {
  const { caches, instance } = parts
  const made: SignalKeyStoreWithTransaction[] = []
  const socket = makeWASocket({
    waWebSocketUrl: parts.url,
    auth: { creds: parts.creds, keys: parts.keys },
    logger: loggerOf(parts.onSyncAction),
    qrTimeout: parts.qrTimeout,
    keepAliveIntervalMs: never,
    connectTimeoutMs: 20_000,
    defaultQueryTimeoutMs: 30_000,
    // The library encrypts inside a transaction that it commits after the frame has left (`relayMessage`), and that sees
    // its own copy of a session while a message that arrives moves another: counters would be used twice. Sessions get
    // transactions of their own, which end with each encryption and decryption.
    makeSignalRepository: ({ creds }, logger, phonesToLids) => {
      const keys = addTransactionCapability(parts.keys, logger, transactionOpts)
      made.push(keys)
      return parts.around(DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds, keys }, logger, phonesToLids), keys)
    },
    transactionOpts,
    msgRetryCounterCache: caches.retries.view(instance),
    userDevicesCache: caches.devices.view(instance),
    callOfferCache: caches.calls.view(instance),
    placeholderResendCache: caches.placeholders.view(instance),
    enableRecentMessageCache: false,
    getMessage: parts.getMessage,
    cachedGroupMetadata: async (group) => parts.groupNamed(group),
    emitOwnEvents: false,
    // Being "online" here would silence the notifications of the account's own phone.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    shouldSyncHistoryMessage: () => false,
  })
  const [transactions] = made
  if (!transactions) throw new Error('the library has made no repository')
  return { socket, transactions }
}

/** The WebSocket under a socket of the library, which keeps it to itself. */
export function webSocketOf(socket: Socket): Wire {
  const client: unknown = socket.ws
  if (typeof client !== 'object' || client === null || !('socket' in client) || !client.socket) {
    throw new Error('the library has opened no WebSocket')
  }
  return client.socket as Wire
}
