import { makeWASocket, proto, type AuthenticationCreds, type SignalKeyStore } from 'baileys'
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
}

export interface SharedCaches {
  readonly retries: SharedCache
  readonly devices: SharedCache
  readonly calls: SharedCache
  readonly placeholders: SharedCache
  readonly sent: SentMessages
}

/** Longer than any timer of the library may run: its own keep-alive check goes by the wall clock and is ours to replace. */
const never = 2_000_000_000

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
    // A failed commit ends the connection; trying it again behind our back would only hide it for half a minute.
    transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
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
