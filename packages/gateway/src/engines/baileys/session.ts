import type { AuthenticationCreds, SignalKeyStoreWithTransaction } from 'baileys'
import type { GroupBook } from './group-book.js'
import type { KeyStore } from './key-store.js'
import type { MediaHosts } from './media/media-hosts.js'
import type { CacheView } from './shared-cache.js'
import type { Socket } from './socket.js'

/** What an open connection is worked with. */
export interface Session {
  readonly socket: Socket
  readonly creds: AuthenticationCreds
  readonly keys: KeyStore
  /** The same keys inside transactions (see `ratchets`). */
  readonly transactions: SignalKeyStoreWithTransaction
  readonly groups: GroupBook
  readonly media: MediaHosts
  /** Numbers that WhatsApp knows. */
  readonly numbers: CacheView
  /** JIDs of the chats of which presences are told. */
  readonly watched: Set<string>
}
