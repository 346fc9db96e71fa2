import { generateKeyPairSync } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { KeyPair } from 'baileys'

/** How many are made before other work gets its turn: less than a millisecond's worth. */
const atATime = 32

/** A pair as JWK (RFC 8037): both halves are 32 bytes in base64url. */
interface JwkPair {
  readonly privateKey: { readonly x: string; readonly d: string }
}

// Its typings do not know that it writes JWK; its documentation does.
const generate = generateKeyPairSync as unknown as (type: 'x25519', options: object) => JwkPair
/**
 * Written out inside the call and not by `export()` afterwards: that holds the key's lock while it allocates, and a
 * garbage collection just then wants the same lock for the job that made the key, on the same thread, for ever (Node
 * 20.20; one in some hundred thousand keys).
 */
const asJwk = { publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'jwk' } }

/**
 * Makes `count` X25519 pairs in small helpings. The library would make its 812 one-time pre-keys in one go, through DER
 * forms that cost several times as much as JWK, and the event loop would stand still for that long. Not on the thread
 * pool: the promise of each key costs more than the key.
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
  const { x, d } = generate('x25519', asJwk).privateKey
  return { public: Buffer.from(x, 'base64url'), private: Buffer.from(d, 'base64url') }
}
