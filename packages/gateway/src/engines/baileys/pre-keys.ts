import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyPair } from 'baileys'

const generate = promisify(generateKeyPair)

/** Length of a raw X25519 key, which both DER forms end in (RFC 8410). */
const keyLength = 32
/** How many are asked of the thread pool at a time, so that other work gets its turn there. */
const atATime = 32

/**
 * Makes `count` X25519 pairs on the thread pool. The library would make its 812 one-time pre-keys one after another on
 * the event loop, which stands still for that long.
 */
export async function generatePreKeys(count: number, signal: AbortSignal): Promise<KeyPair[]> {
  const pairs: KeyPair[] = []
  while (pairs.length < count && !signal.aborted) {
    const next = Array.from({ length: Math.min(atATime, count - pairs.length) }, onePair)
    pairs.push(...(await Promise.all(next)))
  }
  return pairs
}

async function onePair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await generate('x25519', {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  })
  return { public: publicKey.subarray(-keyLength), private: privateKey.subarray(-keyLength) }
}
