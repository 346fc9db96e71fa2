import { generateKeyPairSync } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { KeyPair } from 'baileys'

/** How many are made before other work gets its turn: less than a millisecond's worth. */
const atATime = 32

/**
 * Makes `count` X25519 pairs in small helpings. The library would make its 812 one-time pre-keys in one go, through DER
 * forms that cost five times as much as JWK (RFC 8037), and the event loop would stand still for that long. Not on the
 * thread pool: the promise of each key costs more than the key.
 */
export async function generatePreKeys(count: number): Promise<KeyPair[]> {
  const pairs: KeyPair[] = []
  while (pairs.length < count) {
    for (let i = Math.min(atATime, count - pairs.length); i > 0; i--) pairs.push(onePair())
    await setImmediate()
  }
  return pairs
}

function onePair(): KeyPair {
  const { x, d } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' })
  if (x === undefined || d === undefined) throw new Error('OpenSSL made a key without its halves')
  return { public: Buffer.from(x, 'base64url'), private: Buffer.from(d, 'base64url') }
}
