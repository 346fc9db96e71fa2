import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'

/**
 * Signatures of sender keys. Signal signs with X25519 keys (XEdDSA); such a signature is one of Ed25519 with the sign of
 * the public key's x coordinate in its last bit, which its X25519 form has lost. So native Ed25519 does the work, and
 * that is what makes messages to groups cheap: the library's own arithmetic needs milliseconds for each.
 */
export interface SigningKey {
  /** X25519 form, 32 bytes. */
  readonly public: Uint8Array
  /** Ed25519 form, PKCS #8. */
  readonly private: Uint8Array
}

const prime = 2n ** 255n - 19n
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')
const signBit = 0x80

export function newSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  })
  return { public: montgomeryForm(publicKey.subarray(spkiHead.length)), private: privateKey }
}

export function signWith(key: SigningKey, message: Uint8Array): Buffer {
  const { privateKey, sign: bit } = opened(key)
  const signature = sign(null, message, privateKey)
  signature.writeUInt8(signature.readUInt8(63) | bit, 63)
  return signature
}

/** `publicKey`: X25519 form, with or without Signal's version byte. */
export function isSignedWith(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length < 32) return false
  const plain = Buffer.from(signature)
  const last = plain.readUInt8(63)
  plain.writeUInt8(last & ~signBit, 63)
  return verify(null, message, edwardsKey(publicKey, last & signBit), plain)
}

interface Opened {
  readonly privateKey: KeyObject
  readonly sign: number
}

/** Reading a key takes longer than signing with it, so what was read is kept as long as the key is. */
const openedKeys = new WeakMap<SigningKey, Opened>()
const edwardsKeys = new WeakMap<Uint8Array, Map<number, KeyObject>>()

function opened(key: SigningKey): Opened {
  const before = openedKeys.get(key)
  if (before) return before
  const privateKey = createPrivateKey({ key: Buffer.from(key.private), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const now = { privateKey, sign: publicKey.readUInt8(spkiHead.length + 31) & signBit }
  openedKeys.set(key, now)
  return now
}

function edwardsKey(publicKey: Uint8Array, sign: number): KeyObject {
  const known = edwardsKeys.get(publicKey) ?? new Map<number, KeyObject>()
  const before = known.get(sign)
  if (before) return before
  const spki = Buffer.concat([spkiHead, edwardsForm(publicKey.subarray(-32), sign)])
  const now = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  edwardsKeys.set(publicKey, known.set(sign, now))
  return now
}

/** u = (1 + y) / (1 - y) */
function montgomeryForm(edwards: Uint8Array): Buffer {
  const y = littleEndian(edwards) & (2n ** 255n - 1n)
  return toBytes(modulo((1n + y) * inverse(1n - y)))
}

/** y = (u - 1) / (u + 1) */
function edwardsForm(montgomery: Uint8Array, sign: number): Buffer {
  const u = littleEndian(montgomery)
  const bytes = toBytes(modulo((u - 1n) * inverse(u + 1n)))
  bytes.writeUInt8(bytes.readUInt8(31) | sign, 31)
  return bytes
}

function inverse(value: bigint): bigint {
  let [result, base] = [1n, modulo(value)]
  for (let exponent = prime - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modulo(result * base)
    base = modulo(base * base)
  }
  return result
}

function modulo(value: bigint): bigint {
  const rest = value % prime
  return rest < 0n ? rest + prime : rest
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}
