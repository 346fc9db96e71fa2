import type { AuthenticationCreds } from 'baileys'
import type { CommitStrand } from './commit-strand.js'
import { holdFrames } from './frame-gate.js'
import { GroupBook } from './group-book.js'
import type { KeyStore } from './key-store.js'
import { MediaHosts } from './media/media-hosts.js'
import { MessageReader } from './received/message-reader.js'
import { ReceivedStanzas } from './received/received-stanzas.js'
import { Secrets } from './received/secrets.js'
import { sentTo } from './sending/journal.js'
import type { Session } from './session.js'
import { openSocket, webSocketOf, type SharedCaches } from './socket.js'
import { readFirst } from './stanza-log.js'
import { syncAppState } from './sync-app-state.js'

export interface SessionParts {
  readonly url: string
  readonly instance: string
  readonly creds: AuthenticationCreds
  readonly keys: KeyStore
  readonly strand: CommitStrand
  readonly caches: SharedCaches
  readonly qrTimeout: number
}

/** A socket of the library with everything around it that keeps its promises. */
export function openSession({ url, instance, creds, keys, strand, caches, qrTimeout }: SessionParts): Session {
  keys.book.introduce(creds.me?.id, creds.me?.lid)
  const groups = new GroupBook(caches.groups.view(instance), keys.book)
  const secrets = new Secrets(caches.secrets.view(instance), (id) => keys.sent(id))
  const stanzas = new ReceivedStanzas(new MessageReader(creds, keys.book, secrets), keys)
  const { socket, transactions } = openSocket({
    url,
    creds,
    keys,
    caches,
    instance,
    qrTimeout,
    getMessage: (key) => sentTo(keys, key),
    onSyncAction: (action) => {
      keys.appState.tell(action)
    },
    groupNamed: (jid) => groups.remembered(jid),
    around: (repository, store) => stanzas.around(repository, store),
  })
  holdFrames(webSocketOf(socket), () => keys.pending)
  const session: Session = {
    socket,
    creds,
    keys,
    transactions,
    groups,
    media: new MediaHosts(socket, url),
    numbers: caches.numbers.view(instance),
    watched: new Set(),
  }
  readFirst(session, stanzas, (report) => {
    strand.step(report, []).catch(() => undefined)
  })
  syncAppState(session)
  return session
}
