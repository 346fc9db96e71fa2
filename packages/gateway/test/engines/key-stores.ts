import { CommitStrand } from '#gateway/engines/baileys/commit-strand.js'
import { KeyStore } from '#gateway/engines/baileys/key-store.js'
import { SharedCache } from '#gateway/engines/baileys/shared-cache.js'
import { shop, type MemoryCredentials } from './memory-credentials.js'
import { ReportLog } from './report-log.js'

/** The keys of a connection without the connection. */
export function storeOver(
  credentials: MemoryCredentials,
  { stored = true, onBroken = () => undefined }: { stored?: boolean; onBroken?: (error: unknown) => void } = {},
) {
  const inbox = new ReportLog(credentials)
  const addresses = new SharedCache({ entries: 100, lifetime: 60_000 }).view(shop.id)
  const strand = new CommitStrand({ credentials, instance: shop, inbox, onBroken })
  return { inbox, strand, keys: new KeyStore({ credentials, instance: shop.id, strand, stored, addresses, onBroken }) }
}
