import type { AuthenticationCreds, KeyPair } from 'baileys'
import type { CommitStrand } from './commit-strand.js'
import { encodeCreds } from './encoding.js'
import type { KeyStore } from './key-store.js'
import type { Spare } from './spare.js'

/** Stores what a new link holds in memory, and its one-time keys, which the library then finds made. Never rejects. */
export async function storePreKeys(
  preKeys: Spare<KeyPair[]>,
  keys: KeyStore,
  strand: CommitStrand,
  creds: AuthenticationCreds,
): Promise<void> {
  try {
    const held = keys.settle()
    const numbered = (await preKeys.take()).map((pair, index) => [String(index + 1), pair])
    creds.nextPreKeyId = numbered.length + 1
    await keys.set({ 'pre-key': Object.fromEntries(numbered) as Record<string, KeyPair> })
    await strand.keys([...held, { kind: 'identity', bytes: encodeCreds(creds) }])
  } catch {
    // The key store has said so itself, and the connection ends for it.
  }
}
