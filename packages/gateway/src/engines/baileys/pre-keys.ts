import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyPair } from 'baileys'

const generate = promisify(generateKeyPair)

/** How many are asked of the thread pool at a time, so that other work gets its turn there. */
const atATime = 64

/**
 * Makes `count` X25519 pairs on the thread pool. The library would make its 812 one-time pre-keys one after another on
 * the event loop, which stands still for that long. Taken out of OpenSSL as JWK (RFC 8037), which costs a fifth of what
 * the two DER forms do: about 20 ms for all of them, so they are made when a phone has scanned and not for every QR.
 */
export async function generatePreKeys(count: number): Promise<KeyPair[]> {
  const pairs: KeyPair[] = []
  while (pairs.length < count) {
    const next = Array.from({ length: Math.min(atATime, count - pairs.length) }, onePair)
    pairs.push(...(await Promise.all(next)))
  }
  return pairs
}

async function onePair(): Promise<KeyPair> {
  const { privateKey } = await generate('x25519')
  const { x, d } = privateKey.export({ format: 'jwk' })
  if (x === undefined || d === undefined) throw new Error('OpenSSL made a key without its halves')
  return { public: Buffer.from(x, 'base64url'), private: Buffer.from(d, 'base64url') }
}
