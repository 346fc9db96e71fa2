import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  makeWASocket,
  type AuthenticationCreds,
  type proto,
  type SignalKeyStore,
  type SignalKeyStoreWithTransaction,
  type SignalRepositoryWithLIDStore,
} from 'baileys'
import type { Wire } from './frame-gate.js'
import { quietLogger } from './quiet.js'
import type { SharedCache } from './shared-cache.js'

export type Socket = ReturnType<typeof makeWASocket>

/** Sent messages by instance and id, for a recipient who asks for one again (retry receipt). */
export type SentMessages = SharedCache

export interface SocketParts {
  readonly url: string
  readonly creds: AuthenticationCreds
  readonly keys: SignalKeyStore
  /** How long each QR is on offer, in ms. */
  readonly qrTimeout: number
  readonly caches: SharedCaches
  readonly instance: string
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
  readonly sent: SentMessages
  /** Numbers and LIDs: see `AddressBook`. */
  readonly addresses: SharedCache
}

/** Longer than any timer of the library may run: its own keep-alive check goes by the wall clock and is ours to replace. */
const never = 2_000_000_000

/** A failed commit ends the connection; trying it again behind our back would only hide it for half a minute. */
const transactionOpts = { maxCommitRetries: 1, delayBetweenTriesMs: 0 }

/** A socket of the library as this engine wants it: nothing kept per socket that can be shared, nothing logged. */
export function openSocket(parts: SocketParts): Socket {
  const { caches, instance } = parts
  const sent = caches.sent.view(instance)
  return makeWASocket({
    waWebSocketUrl: parts.url,
    auth: { creds: parts.creds, keys: parts.keys },
    logger: quietLogger,
    qrTimeout: parts.qrTimeout,
    keepAliveIntervalMs: never,
    connectTimeoutMs: 20_000,
    defaultQueryTimeoutMs: 30_000,
    // The library encrypts inside a transaction that it commits after the frame has left (`relayMessage`), and that sees
    // its own copy of a session while a message that arrives moves another: counters would be used twice. Sessions get
    // transactions of their own, which end with each encryption and decryption.
    makeSignalRepository: ({ creds }, logger, phonesToLids) => {
      const keys = addTransactionCapability(parts.keys, logger, transactionOpts)
      return parts.around(DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds, keys }, logger, phonesToLids), keys)
    },
    transactionOpts,
    msgRetryCounterCache: caches.retries.view(instance),
    userDevicesCache: caches.devices.view(instance),
    callOfferCache: caches.calls.view(instance),
    placeholderResendCache: caches.placeholders.view(instance),
    enableRecentMessageCache: false,
    getMessage: async ({ id }) => (id ? sent.get<proto.IMessage>(id) : undefined),
    emitOwnEvents: false,
    // Being "online" here would silence the notifications of the account's own phone.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    shouldSyncHistoryMessage: () => false,
  })
}

/** The WebSocket under a socket of the library, which keeps it to itself. */
export function webSocketOf(socket: Socket): Wire {
  const client: unknown = socket.ws
  if (typeof client !== 'object' || client === null || !('socket' in client) || !client.socket) {
    throw new Error('the library has opened no WebSocket')
  }
  return client.socket as Wire
}
